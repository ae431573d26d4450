"""Who talks with whom, kept in rows: batches, latecomers, and places taken at the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from ltitool.actions import groups
from ltitool.core.errors import ToolError
from ltitool.core.groups import BATCH, GroupSource
from ltitool.storage.database import Database
from ltitool.storage.tables import GroupMember, Participant, TalkGroup, Thread
from tests.actions.seminar import Seminar


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database)


def sizes(seminar: Seminar) -> list[int]:
    """Return how many people are in each group today, the largest first."""
    with seminar.database.session(is_read_only=True) as session:
        rows = session.scalars(select(GroupMember.group_id).where(GroupMember.until_at.is_(None)))
        return sorted(Counter(rows).values(), reverse=True)


def form(seminar: Seminar) -> bool:
    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        return groups.form_due(session, activity, scenario, now=seminar.now)


def waiting(seminar: Seminar) -> int:
    with seminar.database.session(is_read_only=True) as session:
        statement = select(func.count()).where(Participant.waiting_since_at.is_not(None))
        return session.scalars(statement).one()


def test_seven_wait_and_the_eighth_opens_two_groups(seminar: Seminar) -> None:
    people = [seminar.learner() for _ in range(BATCH)]

    seminar.decides(*people[:-1])
    assert sizes(seminar) == []
    assert waiting(seminar) == BATCH - 1
    seminar.decides(people[-1])

    assert sizes(seminar) == [4, 4]
    assert waiting(seminar) == 0


def test_the_first_waits_a_day_at_most(seminar: Seminar) -> None:
    seminar.decides(*[seminar.learner() for _ in range(3)])

    seminar.now += timedelta(hours=23, minutes=59)
    assert form(seminar) is False
    seminar.now += timedelta(minutes=1)
    assert form(seminar) is True

    assert sizes(seminar) == [3]


def test_a_latecomer_joins_a_group_with_room(seminar: Seminar) -> None:
    seminar.decides(*[seminar.learner() for _ in range(BATCH)])

    seminar.decides(seminar.learner())
    seminar.now += timedelta(days=1)
    form(seminar)

    assert sizes(seminar) == [5, 4]


def test_a_preview_is_in_no_group(seminar: Seminar) -> None:
    person = seminar.learner()
    with seminar.database.transaction() as session:
        seminar.participant(session, person).is_preview = True
    seminar.now += timedelta(days=2)

    form(seminar)

    assert sizes(seminar) == []


def test_all_who_take_the_last_places_at_once_are_in_one_group_each(seminar: Seminar) -> None:
    ready = [seminar.learner() for _ in range(BATCH - 1)]
    late = [seminar.learner() for _ in range(4)]
    seminar.decides(*ready)
    start = Barrier(len(late))

    def decide(person: int) -> None:
        start.wait()
        seminar.decides(person)

    with ThreadPoolExecutor(len(late)) as pool:
        list(pool.map(decide, late))

    with seminar.database.session(is_read_only=True) as session:
        members = session.scalars(select(GroupMember.person_id)).all()
        threads = session.scalars(select(Thread.group_id).where(Thread.group_id.is_not(None))).all()
        named = session.scalars(select(TalkGroup.name)).all()
    assert len(members) == len(set(members))
    assert len(members) + waiting(seminar) == len(ready) + len(late)
    assert len(members) >= BATCH
    assert len(threads) == len(set(threads))
    assert len(named) == len(set(named)) == len(set(threads))


def test_two_groups_merged_twice_at_once_become_one(seminar: Seminar) -> None:
    people = [seminar.learner() for _ in range(4)]
    seminar.decides(*people)
    ids = [seminar.group("One", *people[:2]), seminar.group("Two", *people[2:])]

    merged = at_once(2, lambda _i: merge(seminar, ids))

    assert sorted(merged) == [False, True]
    assert sizes(seminar) == [4]


def test_people_moved_while_their_group_is_merged_are_in_one_group_each(seminar: Seminar) -> None:
    people = [seminar.learner() for _ in range(6)]
    seminar.decides(*people)
    ids = [seminar.group("One", *people[:2]), seminar.group("Two", *people[2:4])]
    elsewhere = seminar.group("Three", *people[4:])

    def act(number: int) -> bool:
        return merge(seminar, ids) if number == 0 else moved(seminar, people[number], elsewhere)

    assert all(at_once(3, act))

    with seminar.database.session(is_read_only=True) as session:
        members = session.scalars(select(GroupMember.person_id).filter_by(until_at=None)).all()
    assert sorted(members) == sorted(people)
    assert sum(sizes(seminar)) == len(people)
    assert max(sizes(seminar)) <= 6


def test_the_last_place_of_a_chosen_group_is_taken_once(seminar: Seminar) -> None:
    people = [seminar.learner() for _ in range(5)]
    with seminar.database.transaction() as session:
        activity = seminar.activity(session)
        activity.group_source, activity.group_cap = GroupSource.CHOSEN, 3
    seminar.decides(*people)
    group = seminar.group("One", *people[:2])

    taken = at_once(3, lambda number: chosen(seminar, people[2 + number], group))

    assert sorted(taken) == [False, False, True]
    assert sizes(seminar) == [3]
    assert waiting(seminar) == 2


def at_once(number: int, act: Callable[[int], bool]) -> list[bool]:
    """Do something so many times at the same moment; return what came of each."""
    start = Barrier(number)

    def begin(i: int) -> bool:
        start.wait()
        return act(i)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


def merge(seminar: Seminar, ids: list[int]) -> bool:
    try:
        with seminar.database.transaction() as session:
            activity, scenario = seminar.activity(session), seminar.scenario(session)
            groups.merge(session, activity, scenario, ids, now=seminar.now)
    except ToolError:
        return False
    return True


def moved(seminar: Seminar, person: int, group: int) -> bool:
    with seminar.acting(person) as (session, reader):
        groups.move(session, reader, group, now=seminar.now)
    return True


def chosen(seminar: Seminar, person: int, group: int) -> bool:
    try:
        with seminar.acting(person) as (session, reader):
            groups.choose(session, reader, group, now=seminar.now)
    except ToolError:
        return False
    return True
