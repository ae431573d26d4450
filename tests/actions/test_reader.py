"""A place in an activity: one for each person, under a name of their own."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, wait
from random import Random
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from ltitool.actions.reader import ensure_participant
from ltitool.core.names import draw_alias
from ltitool.storage.database import Database
from ltitool.storage.tables import Person
from tests.actions.seminar import Seminar


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database)


def who_draw_the_same(seminar: Seminar) -> list[int]:
    """Return four people who would all be given the same alias if they came alone."""
    drawn = defaultdict(list)
    with seminar.database.transaction() as session:
        seed = seminar.activity(session).seed
        for number in range(600):
            person = Person(registration_id=seminar.registration_id, lti_id=f"p{number}", name="")
            session.add(person)
            session.flush()
            alias = draw_alias(set(), 0, Random(f"{seed}:alias:{person.id}"))
            drawn[alias].append(person.id)
    return max(drawn.values(), key=len)[:4]


def test_two_who_draw_the_same_alias_at_once_both_get_in_under_their_own(seminar: Seminar) -> None:
    first, second = who_draw_the_same(seminar)[:2]

    def enter(person_id: int) -> str:
        with seminar.database.transaction() as session:
            return alias_of(seminar, session, person_id)

    with ThreadPoolExecutor(1) as pool:
        with seminar.database.transaction() as session:
            taken = alias_of(seminar, session, first)
            entering = pool.submit(enter, second)
            waits = wait([entering], timeout=1.0).not_done  # for the first to be kept
        own = entering.result()

    assert waits
    assert own != taken


def test_the_same_person_twice_at_once_has_one_place(seminar: Seminar) -> None:
    person = who_draw_the_same(seminar)[0]
    start = Barrier(4)

    def enter(_time: int) -> str:
        start.wait()
        with seminar.database.transaction() as session:
            return alias_of(seminar, session, person)

    with ThreadPoolExecutor(4) as pool:
        aliases = set(pool.map(enter, range(4)))

    assert len(aliases) == 1


def alias_of(seminar: Seminar, session: Session, person_id: int) -> str:
    """Return the alias of this person, who enters if they have not."""
    activity = seminar.activity(session)
    return ensure_participant(session, activity, person_id, is_preview=False, now=seminar.now).alias
