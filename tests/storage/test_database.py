from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from ltitool.storage.database import Database
from ltitool.storage.launches import add_if_new, spend_login
from ltitool.storage.tables import (
    Activity,
    Context,
    Deployment,
    GroupMember,
    Person,
    Registration,
    ScenarioVersion,
    SpentLogin,
    TalkGroup,
    Thread,
)

NOW = datetime(2027, 2, 2, 14, 0, tzinfo=UTC)


def a_person_in_an_activity(database: Database) -> tuple[int, int]:
    """Return (activity, person), freshly made."""
    with database.transaction() as session:
        registration = Registration(
            name="M",
            issuer="https://lms.example",
            client_id="c",
            auth_url="https://lms.example/a",
            token_url="https://lms.example/t",
            key_set_url="https://lms.example/k",
            frame_origins=[],
            created_at=NOW,
        )
        session.add(registration)
        session.flush()
        deployment = Deployment(
            registration_id=registration.id, lti_id="1", is_approved=True, first_seen_at=NOW
        )
        person = Person(registration_id=registration.id, lti_id="5", name="Ann")
        session.add_all([deployment, person])
        session.flush()
        context = Context(deployment_id=deployment.id, lti_id="2")
        session.add(context)
        session.flush()
        activity = Activity(context_id=context.id, lti_id="1", seed=1, created_at=NOW)
        session.add(activity)
        session.flush()
        return activity.id, person.id


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with database.transaction() as session:
        session.add(SpentLogin(id="a", spent_at=elsewhere))

    with database.session(is_read_only=True) as session:
        kept = session.get_one(SpentLogin, "a").spent_at

    assert kept == NOW
    assert kept.utcoffset() == timedelta()


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)

    with (
        pytest.raises(StatementError, match="no time zone"),
        database.transaction() as session,
    ):
        session.add(SpentLogin(id="a", spent_at=naive))


def test_what_raises_keeps_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        session.add(SpentLogin(id="a", spent_at=NOW))
        session.flush()
        raise RuntimeError

    with database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(SpentLogin)) == 0


def test_twenty_writers_at_once_all_get_their_turn(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as session:
            session.scalar(select(func.count()).select_from(SpentLogin))
            session.add(SpentLogin(id=str(number), spent_at=NOW))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))

    with database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(SpentLogin)) == 20


def test_a_login_is_spent_by_one_of_many_takers(database: Database) -> None:
    def take(_taker: int) -> bool:
        with database.transaction() as session:
            return spend_login(session, "login", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


def test_adding_what_is_there_adds_nothing(database: Database) -> None:
    values = {"id": "a", "spent_at": NOW}
    with database.transaction() as session:
        assert add_if_new(session, SpentLogin, values)
        assert not add_if_new(session, SpentLogin, values)


def test_a_person_is_in_one_group_at_a_time(database: Database) -> None:
    activity_id, person_id = a_person_in_an_activity(database)

    def join(name: str) -> None:
        with database.transaction() as session:
            group = TalkGroup(activity_id=activity_id, name=name, formed_at=NOW)
            session.add(group)
            session.flush()
            member = GroupMember(
                group_id=group.id, activity_id=activity_id, person_id=person_id, from_at=NOW
            )
            session.add(member)

    join("Amber")
    with pytest.raises(IntegrityError):
        join("Teal")


def test_a_thread_belongs_to_a_group_or_to_a_person(database: Database) -> None:
    activity_id, _person_id = a_person_in_an_activity(database)

    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Thread(activity_id=activity_id, decision_id="d", opened_at=NOW))


def test_rows_cannot_point_at_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Activity(context_id=99, lti_id="1", seed=1, created_at=NOW))


def test_a_story_is_stored_once(
    database: Database, store_pending: Callable[[Database], ScenarioVersion]
) -> None:
    first, second = store_pending(database), store_pending(database)

    assert first.id == second.id
    assert first.media["media/team-room.svg"]


def test_a_session_that_only_reads_refuses_to_write(database: Database) -> None:
    with database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(SpentLogin)) == 0
        with pytest.raises(RuntimeError, match="only reads"):
            spend_login(session, "a", NOW)
        session.add(SpentLogin(id="b", spent_at=NOW))
        with pytest.raises(RuntimeError, match="only reads"):
            session.commit()

    with database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(SpentLogin)) == 0


def test_a_session_that_reads_sees_what_was_kept_meanwhile(database: Database) -> None:
    with database.session(is_read_only=True) as reading:
        assert reading.get(SpentLogin, "a") is None
    with database.transaction() as session:
        spend_login(session, "a", NOW)

    with database.session(is_read_only=True) as reading:
        assert reading.get(SpentLogin, "a") is not None
    with database.session() as session:  # the connection is back to writing in transactions
        spend_login(session, "b", NOW)
    with database.session(is_read_only=True) as reading:
        assert reading.get(SpentLogin, "b") is None
