"""What a gradebook shows is held against what was sent; a teacher's grade is never overwritten."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ltitool.actions import reading, resending
from ltitool.core.delivery import Delivery
from ltitool.core.errors import InputRefused
from ltitool.core.grades import Finding
from ltitool.storage.tables import (
    Activity,
    ColumnReading,
    Participant,
    Registration,
    StandingGrade,
)
from tests.actions.worker import Worker
from tests.conftest import Clock
from tests.gradebook import START, Gradebook
from tests.lms import Asked, Lms, Reply, replied

SECOND = timedelta(seconds=1)


class Column:
    """A gradebook column as Moodle keeps one: later timestamps only, and 0 is left out."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.maximum = 100

    def __call__(self, asked: Asked) -> Reply:
        if "/results" in asked.path:
            return replied(list(self.rows.values()))
        body = asked.json
        stands = self.rows.get(body["userId"])
        at = datetime.fromisoformat(body["timestamp"])
        if stands and datetime.fromisoformat(stands["timestamp"]) >= at:
            return Reply(409, "Refusing score with an earlier timestamp for item 2 and user 5")
        self.put(body["userId"], body["scoreGiven"], at)
        return Reply()

    def put(self, sub: str, score: float, at: datetime) -> None:
        row = {"userId": sub, "resultMaximum": self.maximum, "timestamp": at.isoformat()}
        self.rows[sub] = row | ({"resultScore": score} if score else {})


@pytest.fixture
def column(lms: Lms) -> Column:
    column = Column()
    lms.answer = column
    return column


@pytest.fixture
def read_back(book: Gradebook, worker: Worker, clock: Clock) -> Callable[[], None]:
    def read() -> None:
        clock.advance(seconds=1)
        reading.read_back(book.database, worker.connector, book.activity_id, clock)

    return read


def send(book: Gradebook, worker: Worker, clock: Clock, sub: str, hundredths: int) -> None:
    clock.advance(seconds=2)
    book.join(sub)
    book.write(sub, hundredths, at=clock(), due_at=clock())
    worker.run()


def decide(book: Gradebook, do: Callable[..., None], about: int | list[int], at: datetime) -> None:
    with book.database.transaction() as session:
        do(session, book.activity(session), about, actor_id=None, now=at)


def test_what_agrees_is_not_listed(
    book: Gradebook, worker: Worker, column: Column, clock: Clock, read_back: Callable[[], None]
) -> None:
    send(book, worker, clock, "ana", 5000)
    send(book, worker, clock, "zero", 0)

    read_back()

    assert book.standing("ana") is None
    assert book.standing("zero") is None  # Moodle leaves a 0 out


def test_what_is_missing_different_or_changed_is_found(
    book: Gradebook, worker: Worker, column: Column, clock: Clock, read_back: Callable[[], None]
) -> None:
    for sub in ("gone", "old", "changed"):
        send(book, worker, clock, sub, 3000)
        send(book, worker, clock, sub, 5000)
    del column.rows["gone"]
    column.put("old", 30, clock())
    column.put("changed", 90, clock())

    read_back()

    assert book.standing("gone") == (Finding.MISSING, None, None)
    assert book.standing("old") == (Finding.DIFFERENT, 30, 100)
    assert book.standing("changed") == (Finding.CHANGED, 90, 100)


def test_a_grade_that_a_teacher_gave_before_anything_was_sent_is_a_teachers(
    book: Gradebook, column: Column, clock: Clock, read_back: Callable[[], None]
) -> None:
    book.join("ana")
    column.put("ana", 90, clock())

    read_back()

    assert book.standing("ana") == (Finding.CHANGED, 90, 100)


@pytest.mark.parametrize("is_read_first", [True, False])
def test_after_a_teachers_change_nothing_is_sent_until_an_instructor_decides(
    is_read_first: bool,
    book: Gradebook,
    worker: Worker,
    column: Column,
    clock: Clock,
    read_back: Callable[[], None],
) -> None:
    send(book, worker, clock, "ana", 5000)
    column.put("ana", 90, clock())
    if is_read_first:
        read_back()

    send(book, worker, clock, "ana", 10_000)
    clock.advance(days=1)
    worker.run()

    assert column.rows["ana"]["resultScore"] == 90
    assert book.deliveries("ana") == [Delivery.SENT, Delivery.HELD]
    assert book.standing("ana") == (Finding.CHANGED, 90, 100)


def test_sending_ours_overwrites_the_grade_with_the_newest_score(
    book: Gradebook, worker: Worker, column: Column, clock: Clock, read_back: Callable[[], None]
) -> None:
    send(book, worker, clock, "ana", 5000)
    column.put("ana", 90, clock())
    send(book, worker, clock, "ana", 10_000)
    clock.advance(minutes=1)

    decide(book, resending.send_ours, [book.person("ana")], clock())
    worker.run()

    assert column.rows["ana"]["resultScore"] == 100
    assert book.standing("ana") is None
    read_back()
    assert book.standing("ana") is None


def test_sending_ours_twice_writes_it_once(book: Gradebook, worker: Worker, clock: Clock) -> None:
    send(book, worker, clock, "ana", 5000)

    for _click in range(2):
        clock.advance(seconds=1)
        decide(book, resending.send_ours, [book.person("ana")], clock())

    assert book.deliveries("ana") == [Delivery.SENT, Delivery.WAITING]


def test_keeping_theirs_ends_the_alert_and_nothing_more_is_sent(
    book: Gradebook, worker: Worker, column: Column, clock: Clock, read_back: Callable[[], None]
) -> None:
    send(book, worker, clock, "ana", 5000)
    column.put("ana", 90, clock())
    read_back()

    decide(book, resending.keep_theirs, book.person("ana"), clock())
    send(book, worker, clock, "ana", 10_000)
    read_back()

    assert column.rows["ana"]["resultScore"] == 90
    with book.database.session(is_read_only=True) as session:
        assert session.scalars(select(StandingGrade)).one().kept_at is not None


def test_a_kept_grade_that_changes_again_asks_again(
    book: Gradebook, worker: Worker, column: Column, clock: Clock, read_back: Callable[[], None]
) -> None:
    send(book, worker, clock, "ana", 5000)
    column.put("ana", 90, clock())
    read_back()
    decide(book, resending.keep_theirs, book.person("ana"), clock())
    column.put("ana", 80, clock())

    read_back()

    with book.database.session(is_read_only=True) as session:
        assert session.scalars(select(StandingGrade)).one().kept_at is None


def test_nothing_is_decided_where_nothing_was_changed(book: Gradebook, clock: Clock) -> None:
    person_id = book.join("ana")

    with pytest.raises(InputRefused):
        decide(book, resending.keep_theirs, person_id, clock())


def test_what_a_platform_says_instead_of_its_grades_is_kept(
    book: Gradebook, lms: Lms, read_back: Callable[[], None]
) -> None:
    lms.answer = lambda _asked: Reply(403, "Insufficient scope")

    read_back()

    with book.database.session(is_read_only=True) as session:
        kept = session.scalars(select(ColumnReading)).one()
    assert kept.read_at is None
    assert kept.refusal == "403 Insufficient scope"


# ---- refused, and sent again


def test_everything_that_failed_is_sent_again_at_once(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    for sub in ("ana", "ben", "fine"):
        book.join(sub)
        book.write(sub)
    lms.answer = lambda asked: Reply(
        {"ana": 422, "ben": 500}.get(asked.json["userId"], 200), "Not now"
    )
    worker.run()
    lms.answer = lambda _asked: Reply()

    with book.database.transaction() as session:
        number = resending.send_failed_again(
            session, book.activity(session), actor_id=None, now=clock()
        )
    worker.run()

    assert number == 2
    assert book.deliveries("ana") == [Delivery.REFUSED, Delivery.SENT]
    assert book.deliveries("ben") == [Delivery.SENT]
    assert book.deliveries("fine") == [Delivery.SENT]


# ---- odd platforms and odd clocks


def test_a_time_far_in_the_future_that_the_platform_holds_is_learnt_and_waited_for(
    book: Gradebook, worker: Worker, column: Column, clock: Clock
) -> None:
    send(book, worker, clock, "ana", 3000)
    ahead = clock() + timedelta(hours=1)
    column.put("ana", 30, ahead)

    send(book, worker, clock, "ana", 5000)
    again = book.rows("ana")[-1]
    assert again.scored_at == ahead + SECOND
    assert again.next_try_at >= again.scored_at - timedelta(seconds=30)

    clock.now = again.next_try_at
    worker.run()
    assert column.rows["ana"]["resultScore"] == 50


def test_a_score_sent_before_the_backup_was_restored_is_known_again(
    book: Gradebook, worker: Worker, column: Column, clock: Clock
) -> None:
    row_id = book.write("ana")
    column.put("ana", 50, START)  # sent by the database that was lost

    worker.run()

    assert book.deliveries("ana") == [Delivery.SENT]
    assert book.receipts(row_id) == [(409, "Received before; only the answer was lost.")]


def test_timestamps_rise_after_the_restore_of_a_backup(
    book: Gradebook, worker: Worker, column: Column, clock: Clock
) -> None:
    book.write("ana", 5000, at=START - timedelta(days=1))
    column.put("ana", 50, START + 2 * SECOND)

    worker.run()
    clock.advance(minutes=1)
    worker.run()

    assert book.deliveries("ana") == [Delivery.REFUSED, Delivery.SENT]
    assert datetime.fromisoformat(column.rows["ana"]["timestamp"]) > START + 2 * SECOND


def test_a_lease_from_a_clock_that_ran_ahead_is_not_waited_for(
    book: Gradebook, worker: Worker, clock: Clock
) -> None:
    book.write("ana", at=START - timedelta(hours=3), due_at=START - timedelta(hours=3))
    assert len(worker.claim()) == 1  # and killed

    clock.now = START - timedelta(hours=1)  # the clock has been put right

    assert len(worker.claim()) == 1


def test_a_retry_from_a_clock_that_ran_ahead_is_not_waited_for(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    book.write("ana", at=START - timedelta(days=1))
    lms.answer = lambda _asked: Reply(500)
    worker.run()

    clock.now = START - timedelta(hours=12)

    assert len(worker.claim()) == 1


def test_somebody_who_teaches_now_gets_no_grade(book: Gradebook, worker: Worker, lms: Lms) -> None:
    book.join("ana")
    book.write("ana")
    with book.database.transaction() as session:
        session.scalars(select(Participant)).one().is_preview = True

    assert worker.run() == 0
    assert book.deliveries("ana") == [Delivery.HELD]
    assert lms.asked == []


def test_two_activities_that_share_a_column_agree_on_what_was_sent(
    book: Gradebook, worker: Worker, column: Column, clock: Clock, read_back: Callable[[], None]
) -> None:
    send(book, worker, clock, "ana", 5000)
    with book.database.transaction() as session:
        first = book.activity(session)
        other = Activity(
            context_id=first.context_id,
            lti_id="2",
            seed=2,
            line_item_url=first.line_item_url,
            created_at=START,
        )
        session.add(other)
        session.flush()  # its id is needed
        other_id = other.id
    clock.advance(seconds=5)
    book.write("ana", 8000, at=clock(), due_at=clock(), activity_id=other_id)
    worker.run()

    read_back()

    assert column.rows["ana"]["resultScore"] == 80
    assert book.standing("ana") is None


@pytest.mark.parametrize(("maximum", "refusal"), [(0, "counts to 0 points"), (10, "")])
def test_a_column_with_another_maximum_is_compared_by_shares(
    maximum: int,
    refusal: str,
    book: Gradebook,
    worker: Worker,
    column: Column,
    clock: Clock,
    read_back: Callable[[], None],
) -> None:
    send(book, worker, clock, "ana", 5000)
    column.maximum = maximum
    column.put("ana", maximum / 2, clock())

    read_back()

    assert book.standing("ana") is None
    with book.database.session(is_read_only=True) as session:
        assert refusal in session.scalars(select(ColumnReading)).one().refusal


def test_canvas_hears_of_one_submission_for_each_person(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    with book.database.transaction() as session:
        found = session.scalars(select(Registration)).one()
        found.auth_url = f"{lms.url}/api/lti/authorize_redirect"
    lms.answer = lambda asked: replied([]) if "/results" in asked.path else Reply()

    for hundredths in (3000, 6000):
        send(book, worker, clock, "ana", hundredths)

    claim = "https://canvas.instructure.com/lti/submission"
    told = [asked.json[claim] for asked in lms.service_requests if asked.method == "POST"]
    assert [one["new_submission"] for one in told] == [True, False]
    assert all(one["prioritize_non_tool_grade"] for one in told)
