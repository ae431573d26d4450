import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from ltitool.actions import keys
from ltitool.core.delivery import Delivery
from ltitool.core.grades import Finding
from ltitool.core.roles import Role
from ltitool.jobs import Jobs
from ltitool.lti.http import PlatformHttp
from ltitool.settings import Settings
from ltitool.storage import launches
from ltitool.storage.database import Database
from ltitool.storage.migrate import head
from ltitool.storage.queries.grouping import platform_groups_in
from ltitool.storage.queue import make_queue
from ltitool.storage.tables import (
    ColumnReading,
    Context,
    Membership,
    Person,
    SpentLogin,
    StandingGrade,
    ToolKey,
)
from tests.conftest import Clock
from tests.gradebook import START, Gradebook
from tests.lms import Asked, Lms, Reply, replied, running_lms


@pytest.fixture
def lms() -> Iterator[Lms]:
    with running_lms() as lms:
        yield lms


@pytest.fixture
def book(database: Database, lms: Lms) -> Gradebook:
    return Gradebook(database, lms.url)


@pytest.fixture
def jobs(database: Database, database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    settings = Settings(
        public_url="https://tool.example",
        database_url=database_url,
        data_dir=tmp_path,
        secret_key="for tests only",
        allow_private_hosts=True,
    )
    http = PlatformHttp(allow_private_hosts=True, timeout=5)
    jobs = Jobs(settings, database, http, clock)
    jobs.huey.flush()
    yield jobs
    jobs.close()
    http.close()


def run_queue(jobs: Jobs) -> list[str]:
    """Do everything that is in the queue, as a consumer would; return the names of the jobs."""
    done = []
    while (task := jobs.huey.dequeue()) is not None:
        jobs.huey.execute(task)
        done.append(task.name)
    return done


def test_a_poke_sends_what_is_due(jobs: Jobs, book: Gradebook, lms: Lms) -> None:
    row_id = book.write("ana")
    jobs.poke()

    assert lms.asked == []
    assert run_queue(jobs) == ["drain"]
    assert book.row(row_id).delivery is Delivery.SENT


def test_a_drain_sends_batch_after_batch_with_one_token(
    jobs: Jobs, book: Gradebook, lms: Lms
) -> None:
    for n in range(120):
        book.write(f"person-{n}")

    assert jobs.drain() == 120

    assert len(lms.service_requests) == 120
    assert len(lms.token_requests) == 1


def test_a_poke_with_nothing_to_do_does_nothing(jobs: Jobs, book: Gradebook, lms: Lms) -> None:
    assert jobs.drain() == 0
    assert lms.asked == []


def test_a_lost_poke_is_made_good_by_the_sweep(jobs: Jobs, book: Gradebook, clock: Clock) -> None:
    row_id = book.write("ana")

    jobs.sweep()

    assert book.row(row_id).delivery is Delivery.SENT


def test_what_failed_is_tried_again_by_a_later_sweep(
    jobs: Jobs, book: Gradebook, lms: Lms, clock: Clock
) -> None:
    row_id = book.write("ana")
    lms.answer = lambda _asked: Reply(503)
    jobs.sweep()
    lms.answer = lambda _asked: Reply()

    clock.advance(minutes=1)
    jobs.sweep()

    assert book.row(row_id).delivery is Delivery.SENT
    assert [status for status, _words in book.receipts(row_id)] == [503, 200]


def test_the_jobs_of_the_clock_are_each_their_own(jobs: Jobs) -> None:
    names = {task.name for task in jobs.huey._registry.periodic_tasks}

    every_minute = {"due", "groups", "sessions", "sweep", "tidy"}
    assert names == every_minute | {"rosters", "all-grades", "erase"}
    assert set(jobs.huey._startup) == {"start"}


def test_spent_logins_are_forgotten_when_no_launch_can_use_them_any_more(
    jobs: Jobs, database: Database, clock: Clock
) -> None:
    with database.transaction() as session:
        assert launches.spend_login(session, "first", clock.now)
    clock.advance(minutes=59)
    jobs.tidy()
    with database.transaction() as session:
        assert not launches.spend_login(session, "first", clock.now)

    clock.advance(minutes=2)
    jobs.tidy()

    with database.session(is_read_only=True) as session:
        assert session.scalars(select(SpentLogin)).all() == []


def test_jobs_of_another_process_use_the_same_key(
    jobs: Jobs, book: Gradebook, lms: Lms, clock: Clock
) -> None:
    book.write("ana")
    jobs.drain()
    other = Jobs(jobs._settings, book.database, jobs._http, clock)
    book.write("ben")
    other.drain()
    other.close()

    with book.database.session(is_read_only=True) as session:
        assert len(session.scalars(select(ToolKey)).all()) == 1
    assert len(lms.token_requests) == 1  # its token is in the database


def test_a_key_that_has_followed_signs_the_next_request_for_a_token(
    jobs: Jobs, book: Gradebook, lms: Lms, clock: Clock
) -> None:
    lms.give_token = lambda asked: replied(
        {"access_token": "brief", "expires_in": 1, "scope": asked.form["scope"]}
    )
    book.write("ana")
    jobs.drain()
    with book.database.transaction() as session:
        keys.rotate(session, jobs._settings.secret_key, at_once=True, now=clock.now)
    clock.advance(minutes=2)

    book.write("ben")
    jobs.drain()

    kids = [
        jwt.get_unverified_header(asked.form["client_assertion"])["kid"]
        for asked in lms.token_requests
    ]
    with book.database.session(is_read_only=True) as session:
        secret = jobs._settings.secret_key
        assert keys.signing_key(session, secret, now=clock.now).kid == kids[-1] != kids[0]


def test_a_queue_that_is_out_of_order_stops_nobody(
    jobs: Jobs, book: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(jobs.huey.storage, "enqueue", full)

    with capture_logs() as logs:
        jobs.poke()
        jobs.ask_for_roster(book.activity_id)

    assert [line["log_level"] for line in logs] == ["error", "error"]


# ---- rosters


def members(*rows: dict[str, object]) -> Reply:
    return replied({"id": "x", "members": list(rows)})


ANA: dict[str, object] = {"user_id": "5", "roles": ["Learner"], "name": "Ana Ruiz"}


def test_a_roster_is_read_when_asked_for(jobs: Jobs, book: Gradebook, lms: Lms) -> None:
    lms.answer = lambda _asked: members(ANA)
    jobs.ask_for_roster(book.activity_id)

    assert run_queue(jobs) == ["roster"]

    with book.database.session(is_read_only=True) as session:
        person = session.scalars(select(Person)).one()
        membership = session.scalars(select(Membership)).one()
        assert session.get_one(Context, 1).members_read_at == START
    assert (person.lti_id, person.name) == ("5", "Ana Ruiz")
    assert (membership.roster_role, membership.is_on_roster) == (Role.LEARNER, True)


def groups_in(book: Gradebook) -> tuple[list[tuple[str, str, int]], list[str] | None]:
    """Return the groups that are known, and those of the only person."""
    with book.database.session(is_read_only=True) as session:
        [person] = session.scalars(select(Membership))
        return platform_groups_in(session, 1), person.platform_groups


def test_groups_are_read_with_the_roster_where_the_platform_has_them(
    jobs: Jobs, book: Gradebook, lms: Lms
) -> None:
    with book.database.transaction() as session:
        context = session.get_one(Context, 1)
        context.groups_url, context.group_sets_url = f"{lms.url}/groups", f"{lms.url}/sets"
    rows = [{"id": "g-1", "name": "Tuesday", "set_ids": ["s"]}, {"id": "g-2", "name": "Thursday"}]
    replies = {
        "/sets": replied({"sets": [{"id": "s", "name": "Seminars"}]}),
        "/groups": replied({"groups": rows}),
    }
    ana = {**ANA, "group_enrollments": [{"group_id": "g-1"}]}
    lms.answer = lambda asked: replies.get(asked.path) or members(ana)

    jobs.read_rosters()

    named = ("g-1", "Seminars: Tuesday", 1)
    assert groups_in(book) == ([named, ("g-2", "Thursday", 0)], ["g-1"])

    replies["/groups"] = replied({"groups": rows[:1]})  # one is gone since
    jobs.read_rosters()
    assert groups_in(book) == ([named], ["g-1"])

    replies["/groups"] = Reply(503)  # what is known stays
    ana["group_enrollments"] = []
    jobs.read_rosters()
    assert groups_in(book) == ([("g-1", "Seminars: Tuesday", 0)], [])


def test_one_refused_roster_keeps_no_other_from_being_read(
    jobs: Jobs, book: Gradebook, lms: Lms
) -> None:
    with book.database.transaction() as session:
        deployment_id = session.get_one(Context, 1).deployment_id
        session.add(
            Context(deployment_id=deployment_id, lti_id="2", members_url=f"{lms.url}/members/2")
        )

    def answer(asked: Asked) -> Reply:
        return members(ANA) if asked.path == "/members/2" else Reply(404)

    lms.answer = answer
    jobs.read_rosters()

    with book.database.session(is_read_only=True) as session:
        assert [row.context_id for row in session.scalars(select(Membership))] == [2]
        assert session.get_one(Context, 1).members_read_at is None


def test_a_course_without_a_roster_is_left_alone(jobs: Jobs, book: Gradebook, lms: Lms) -> None:
    with book.database.transaction() as session:
        session.get_one(Context, 1).members_url = None

    jobs.read_roster(book.activity_id)
    jobs.read_roster(999)
    jobs.read_rosters()

    assert lms.asked == []


# ---- what is written down about it


def test_the_log_names_no_person_and_no_token(
    jobs: Jobs, book: Gradebook, lms: Lms, clock: Clock
) -> None:
    book.write("ana-sub")
    lms.answer = lambda _asked: Reply(400, 'Incorrect score received{"userId": "ana-sub"}')

    with capture_logs() as logs:
        jobs.sweep()
        lms.answer = lambda _asked: members(ANA | {"email": "ana@example.org"})
        jobs.read_rosters()
        clock.advance(days=1)
        lms.answer = lambda _asked: Reply(500)
        book.write("ana-sub", at=clock())
        jobs.sweep()

    written = json.dumps(logs)
    assert logs
    assert not [word for word in ("token-", "ana", "Ana", "Ruiz", "Bearer") if word in written]


# ---- beside another version


def take_a_step_of_tomorrow(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))


def take_it_back(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head()})


def test_after_an_upgrade_by_a_newer_version_nothing_is_done_by_this_one(
    jobs: Jobs, book: Gradebook, lms: Lms
) -> None:
    row_id = book.write("ana")
    take_a_step_of_tomorrow(book.database)
    try:
        jobs.poke()
        run_queue(jobs)
    finally:
        take_it_back(book.database)

    assert jobs.is_outdated.is_set()
    assert lms.asked == []
    assert book.row(row_id).delivery is Delivery.WAITING


def test_a_word_that_only_a_newer_version_knows_is_left_alone(
    jobs: Jobs, book: Gradebook, lms: Lms
) -> None:
    row_id = book.write("ana")
    with book.database.transaction() as session:
        session.execute(text("UPDATE outgoing_score SET delivery = 'by pigeon'"))

    assert jobs.drain() == 0
    assert book.row(row_id).delivery is Delivery.SUPERSEDED


def test_a_score_that_waits_is_looked_at_again_when_it_is_due(
    jobs: Jobs, book: Gradebook, lms: Lms, clock: Clock
) -> None:
    book.write("ana")
    book.write("ben")
    lms.answer = lambda asked: Reply(500 if asked.json["userId"] == "ana" else 200)

    jobs.drain()
    jobs.drain()

    assert jobs.huey.pending_count() == 1


def test_grades_are_read_back_when_asked_for_and_every_night(
    jobs: Jobs, book: Gradebook, lms: Lms, clock: Clock
) -> None:
    book.join("ana")
    book.write("ana")
    jobs.drain()
    lms.answer = lambda _asked: replied([])
    clock.advance(seconds=1)
    jobs.ask_for_grades(book.activity_id)
    assert run_queue(jobs) == ["grades"]
    assert book.standing("ana") == (Finding.MISSING, None, None)

    lms.answer = lambda _asked: replied([{"userId": "ana", "resultScore": 0.5}])
    jobs.read_all_grades()
    assert book.standing("ana") is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"resultScore": 5, "resultMaximum": 10}, ""),
        ({"resultScore": 0, "resultMaximum": 0}, "counts to 0 points in the LMS"),
    ],
)
def test_a_column_whose_maximum_was_changed_in_the_lms_is_no_teacher_s_grade(
    jobs: Jobs,
    book: Gradebook,
    lms: Lms,
    clock: Clock,
    row: dict[str, int],
    words: str,
) -> None:
    book.join("ana")
    book.write("ana", 5000)
    jobs.drain()
    lms.answer = lambda _asked: replied([{"userId": "ana", **row}])

    clock.advance(seconds=1)
    jobs.read_grades(book.activity_id)

    with book.database.session(is_read_only=True) as session:
        assert [one.finding for one in session.scalars(select(StandingGrade))] == []
        assert words in session.get_one(ColumnReading, book.activity_id).refusal


def test_processes_that_start_together_make_one_queue(postgresql_url: str, tmp_path: Path) -> None:
    with psycopg.connect(
        make_url(postgresql_url).set(drivername="postgresql").render_as_string(hide_password=False),
        autocommit=True,
    ) as connection:
        connection.execute("DROP DATABASE IF EXISTS fresh")
        connection.execute("CREATE DATABASE fresh")
    settings = Settings(
        public_url="https://tool.example",
        database_url=postgresql_url.replace("/postgres", "/fresh"),
        data_dir=tmp_path,
        secret_key="for tests only",
    )

    with ThreadPoolExecutor(6) as pool:
        queues = list(pool.map(make_queue, [settings] * 6))

    assert all(queue.pending_count() == 0 for queue in queues)
    for queue in queues:
        queue.storage.close()
