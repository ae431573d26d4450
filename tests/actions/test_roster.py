import pytest
from sqlalchemy import select

from ltitool.actions import roster
from ltitool.core.roles import Role
from ltitool.lti.members import Member
from ltitool.storage.database import Database
from ltitool.storage.tables import Context, Membership, Person
from tests.gradebook import Gradebook


@pytest.fixture
def book(database: Database) -> Gradebook:
    return Gradebook(database)


def learner(sub: str, name: str = "", *, is_active: bool = True) -> Member:
    return Member(sub, name, Role.LEARNER, is_active=is_active)


def store(book: Gradebook, *members: Member) -> None:
    with book.database.transaction() as session:
        roster.store(session, session.get_one(Context, 1), 1, members)


def kept(book: Gradebook) -> dict[str, tuple[str, Role | None, bool]]:
    """Return name, role on the roster and presence of everybody known in the course."""
    with book.database.session(is_read_only=True) as session:
        return {
            person.lti_id: (person.name, row.roster_role, row.is_on_roster)
            for row, person in session.execute(
                select(Membership, Person).join(Person, Person.id == Membership.person_id)
            )
        }


def test_everybody_on_the_roster_is_kept(book: Gradebook) -> None:
    store(book, learner("1", "Ana"), Member("2", "", Role.INSTRUCTOR, is_active=True))

    assert kept(book) == {"1": ("Ana", Role.LEARNER, True), "2": ("", Role.INSTRUCTOR, True)}


def test_reading_the_roster_again_makes_nobody_twice(book: Gradebook) -> None:
    store(book, learner("1", "Ana"))
    store(book, learner("1", "Ana Ruiz"), learner("1", "Ana Ruiz"))

    assert kept(book) == {"1": ("Ana Ruiz", Role.LEARNER, True)}


def test_a_name_that_is_no_longer_shared_stays(book: Gradebook) -> None:
    store(book, learner("1", "Ana"))
    store(book, learner("1"))

    assert kept(book)["1"][0] == "Ana"


def test_who_has_vanished_stays_marked_as_gone_and_may_come_back(book: Gradebook) -> None:
    store(book, learner("1", "Ana"), learner("2", "Ben"))
    store(book, learner("2", "Ben"))

    assert kept(book)["1"] == ("Ana", Role.LEARNER, False)
    store(book, learner("1", "Ana"), learner("2", "Ben"))
    assert kept(book)["1"] == ("Ana", Role.LEARNER, True)


def test_who_is_not_active_is_not_on_the_roster(book: Gradebook) -> None:
    store(book, learner("1", is_active=False), learner("2"))

    assert kept(book) == {"2": ("", Role.LEARNER, True)}


def test_a_tutor_whom_moodle_lists_as_a_learner_stays_staff(book: Gradebook) -> None:
    person_id = book.person("1")
    with book.database.transaction() as session:
        session.add(Membership(context_id=1, person_id=person_id, was_staff=True))

    store(book, learner("1"))

    with book.database.session(is_read_only=True) as session:
        row = session.scalars(select(Membership)).one()
    assert row.was_staff
    assert row.roster_role is Role.LEARNER


def test_the_same_sub_on_another_platform_is_another_person(book: Gradebook) -> None:
    other = Gradebook(book.database, "https://other.example")
    with book.database.transaction() as session:
        roster.store(session, session.get_one(Context, 2), 2, [learner("1", "Other")])

    store(other, learner("1", "Ana"))

    with book.database.session(is_read_only=True) as session:
        people = {(row.registration_id, row.name) for row in session.scalars(select(Person))}
    assert people == {(1, "Ana"), (2, "Other")}


def test_an_empty_roster_is_no_failure(book: Gradebook) -> None:
    store(book, learner("1"))
    store(book)

    assert kept(book) == {"1": ("", Role.LEARNER, False)}


def test_a_course_of_thousands_is_kept(book: Gradebook) -> None:
    store(book, *(learner(f"{n}", f"Person {n}") for n in range(2000)))

    assert len(kept(book)) == 2000
