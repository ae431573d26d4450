"""The gradebook column of an activity, from the instructor's wish to the waiting scores."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from ltitool.actions import columns
from ltitool.core.delivery import Delivery
from ltitool.core.errors import InputRefused
from ltitool.jobs import Jobs
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    Activity,
    Context,
    OutgoingScore,
    Person,
    Receipt,
    Registration,
)
from tests.conftest import Clock
from tests.gradebook import START, Gradebook
from tests.lms import Asked, Lms, Reply, replied, running_lms
from tests.test_jobs import jobs, run_queue

__all__ = ["jobs"]


@pytest.fixture
def lms() -> Iterator[Lms]:
    with running_lms() as lms:
        yield lms


@pytest.fixture
def activity_id(database: Database, lms: Lms) -> int:
    """An activity without a column, in a course where columns can be made."""
    book = Gradebook(database, lms.url)
    with database.transaction() as session:
        activity = session.get_one(Activity, book.activity_id)
        activity.line_item_url, activity.title = None, "Week 2"
        context = session.get_one(Context, activity.context_id)
        context.line_items_url, context.can_make_line_items = f"{lms.url}/items?type_id=2", True
    return book.activity_id


def gradebook_of(lms: Lms) -> Callable[[Asked], Reply]:
    """Answer as a gradebook that keeps the columns it is given."""
    kept: list[dict[str, object]] = []

    def answer(asked: Asked) -> Reply:
        if asked.method == "GET" and "/lineitem" in asked.path:
            found = [row for row in kept if str(row["id"]).endswith(asked.path)]
            return replied(found[0]) if found else Reply(404, "Not Found")
        if asked.method == "GET":
            return replied(kept)
        body = json.loads(asked.body)
        if asked.method == "POST":
            kept.append({**body, "id": f"{lms.url}/items/{len(kept) + 1}/lineitem?type_id=2"})
            return replied(kept[-1], 201)
        kept[:] = [body if row["id"] == body["id"] else row for row in kept]
        return replied(body)

    return answer


def read(database: Database, activity_id: int) -> Activity:
    with database.session(is_read_only=True) as session:
        return session.get_one(Activity, activity_id)


def ask(database: Database, activity_id: int, clock: Clock) -> None:
    with database.transaction() as session:
        activity = session.get_one(Activity, activity_id)
        columns.ask(session, activity, actor_id=None, now=clock.now)


def test_a_column_that_is_asked_for_is_made_once(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int, clock: Clock
) -> None:
    lms.answer = gradebook_of(lms)
    ask(database, activity_id, clock)

    for _time in range(3):
        jobs.ask_for_column(activity_id)
    run_queue(jobs)

    activity = read(database, activity_id)
    assert activity.line_item_url == f"{lms.url}/items/1/lineitem?type_id=2"
    assert activity.column_asked_at is None
    posts = [asked for asked in lms.service_requests if asked.method == "POST"]
    assert [asked.json["label"] for asked in posts] == ["Week 2"]


def test_nobody_asked_so_nothing_is_made(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int
) -> None:
    lms.answer = gradebook_of(lms)

    jobs.mind_column(activity_id)

    assert read(database, activity_id).line_item_url is None
    assert [asked.method for asked in lms.service_requests] == ["GET"]


def test_a_making_whose_answer_was_lost_is_found_at_the_next_try(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int, clock: Clock
) -> None:
    keeps = gradebook_of(lms)

    def lost(asked: Asked) -> Reply:
        answer = keeps(asked)
        return answer if asked.method == "GET" else Reply(502)

    lms.answer = lost
    ask(database, activity_id, clock)
    jobs.mind_column(activity_id)
    assert "502" in read(database, activity_id).column_refusal
    lms.answer = keeps

    ask(database, activity_id, clock)
    jobs.mind_column(activity_id)

    assert read(database, activity_id).line_item_url == f"{lms.url}/items/1/lineitem?type_id=2"
    assert read(database, activity_id).column_refusal == ""


def test_the_platform_s_refusal_is_kept_for_the_instructor(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int, clock: Clock
) -> None:
    lms.answer = lambda asked: replied([]) if asked.method == "GET" else Reply(403, "Forbidden")
    ask(database, activity_id, clock)

    jobs.mind_column(activity_id)

    activity = read(database, activity_id)
    assert "403" in activity.column_refusal
    assert activity.column_asked_at is None


def test_a_renamed_activity_renames_the_column_that_we_made(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int, clock: Clock
) -> None:
    lms.answer = gradebook_of(lms)
    ask(database, activity_id, clock)
    jobs.mind_column(activity_id)
    with database.transaction() as session:
        session.get_one(Activity, activity_id).title = "Week 3"

    jobs.mind_column(activity_id)
    jobs.mind_column(activity_id)

    puts = [asked.json for asked in lms.service_requests if asked.method == "PUT"]
    assert [(put["label"], put["resourceLinkId"]) for put in puts] == [
        ("Week 3", read(database, activity_id).lti_id)
    ]


def changed(database: Database, lms: Lms, **values: object) -> None:
    """Let somebody change the first column in the LMS."""
    row = lms.answer(Asked("GET", "/items/1/lineitem?type_id=2", {}, b""))
    body = json.dumps({**json.loads(row.body), **values}).encode()
    lms.answer(Asked("PUT", "/items/1/lineitem?type_id=2", {}, body))


@pytest.mark.parametrize("maximum", [0, 10])
def test_a_rename_leaves_the_maximum_that_the_lms_has(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int, clock: Clock, maximum: int
) -> None:
    lms.answer = gradebook_of(lms)
    ask(database, activity_id, clock)
    jobs.mind_column(activity_id)
    changed(database, lms, scoreMaximum=maximum)
    with database.transaction() as session:
        session.get_one(Activity, activity_id).title = "Week 3"

    jobs.mind_column(activity_id)

    [put] = [asked.json for asked in lms.service_requests if asked.method == "PUT"]
    assert (put["label"], put["scoreMaximum"]) == ("Week 3", maximum)


def test_a_name_that_a_teacher_gave_the_column_stays(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int, clock: Clock
) -> None:
    lms.answer = gradebook_of(lms)
    ask(database, activity_id, clock)
    jobs.mind_column(activity_id)
    changed(database, lms, label="Seminar mark")
    with database.transaction() as session:
        session.get_one(Activity, activity_id).title = "Week 3"

    jobs.mind_column(activity_id)

    assert [asked for asked in lms.service_requests if asked.method == "PUT"] == []


def refuse_a_score(database: Database, activity_id: int, url: str, status: int = 404) -> None:
    """Let a score have been refused by the platform."""
    with database.transaction() as session:
        registration_id = session.scalars(select(Registration.id)).first()
        person = Person(registration_id=registration_id, lti_id=f"ana-{status}")
        session.add(person)
        session.flush()  # its id is needed
        row = OutgoingScore(
            activity_id=activity_id,
            person_id=person.id,
            line_item_url=url,
            score_hundredths=5000,
            maximum=100,
            scored_at=START,
            comment="",
            delivery=Delivery.REFUSED,
            next_try_at=START,
            written_at=START,
        )
        session.add(row)
        session.flush()  # its id is needed
        receipt = Receipt(
            outgoing_score_id=row.id, status=status, words="Not Found", received_at=START
        )
        session.add(receipt)


def test_a_column_that_was_deleted_is_forgotten_and_another_is_found(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int
) -> None:
    old, new = (f"{lms.url}/items/{number}/lineitem?type_id=2" for number in (1, 2))
    with database.transaction() as session:
        activity = session.get_one(Activity, activity_id)
        activity.line_item_url, link = old, activity.lti_id
    refuse_a_score(database, activity_id, old)
    item = {"id": new, "label": "Week 2", "resourceLinkId": link, "scoreMaximum": 100}
    lms.answer = lambda asked: Reply(404) if "/items/1/" in asked.path else replied([item])

    jobs.mind_column(activity_id)

    assert read(database, activity_id).line_item_url == new


@pytest.mark.parametrize(
    ("status", "answer"), [(404, replied({"id": "x"})), (404, Reply(503)), (403, Reply(404))]
)
def test_a_column_that_may_be_there_is_kept(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int, status: int, answer: Reply
) -> None:
    url = f"{lms.url}/items/1/lineitem?type_id=2"
    with database.transaction() as session:
        session.get_one(Activity, activity_id).line_item_url = url
    refuse_a_score(database, activity_id, url, status)
    lms.answer = lambda _asked: answer

    jobs.mind_column(activity_id)

    assert read(database, activity_id).line_item_url == url


def test_a_score_whose_column_is_not_found_has_it_looked_for(
    jobs: Jobs, database: Database, lms: Lms, activity_id: int
) -> None:
    url = f"{lms.url}/items/1/lineitem?type_id=2"
    with database.transaction() as session:
        session.get_one(Activity, activity_id).line_item_url = url
    refuse_a_score(database, activity_id, url, 200)
    with database.transaction() as session:
        [row] = session.scalars(select(OutgoingScore))
        row.delivery = Delivery.WAITING
    lms.answer = lambda _asked: Reply(404)

    jobs.drain()
    run_queue(jobs)

    assert read(database, activity_id).line_item_url is None


def test_a_course_without_columns_is_asked_once_an_hour(
    database: Database, activity_id: int, clock: Clock
) -> None:
    def is_worth() -> bool:
        with database.session(is_read_only=True) as session:
            return columns.is_worth_seeking(session.get_one(Activity, activity_id), now=clock.now)

    assert is_worth()
    with database.transaction() as session:
        assert columns.claim(session, activity_id, now=clock.now) is not None
        assert columns.claim(session, activity_id, now=clock.now) is None
    assert not is_worth()
    clock.now += timedelta(hours=1)
    assert is_worth()


def test_a_column_cannot_be_asked_for_where_none_can_be_made(
    database: Database, activity_id: int, clock: Clock
) -> None:
    with database.transaction() as session:
        activity = session.get_one(Activity, activity_id)
        activity.context.can_make_line_items = False
    with pytest.raises(InputRefused, match="Place the activity with a grade"):
        ask(database, activity_id, clock)
