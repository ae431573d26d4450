"""Who is staff, and as what: where launch and roster disagree, and what an instructor says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ltitool.actions import roster
from ltitool.core.roles import Role, role_in_course
from ltitool.lti.members import Member
from ltitool.storage.tables import Context, Membership, Visit
from tests.web.teaching_browser import Browser
from tests.web.teaching_builders import Course, course_in


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure()
        yield made


def staff(course: Course, name: str, role: Role = Role.INSTRUCTOR) -> tuple[int, Browser]:
    """Return somebody who has launched as staff, with their browser."""
    person = course.person(name)
    with course.database.transaction() as session:
        row = session.query(Membership).filter_by(person_id=person).one()
        row.was_staff, row.launched_role, row.launched_at = True, role, course.now
    return person, course.visit(role, person)


def read_roster(course: Course, **roles: Role) -> None:
    members = [
        Member(sub.replace("_", "-"), "", role, is_active=True) for sub, role in roles.items()
    ]
    with course.database.transaction() as session:
        context = session.get_one(Context, course.context_id)
        context.members_read_at = course.now
        roster.store(session, context, course.registration_id, members)


@pytest.mark.parametrize(
    ("launched", "on_roster", "chosen", "role"),
    [
        (Role.INSTRUCTOR, None, None, Role.INSTRUCTOR),
        (Role.INSTRUCTOR, Role.INSTRUCTOR, None, Role.INSTRUCTOR),
        (Role.INSTRUCTOR, Role.LEARNER, None, Role.TUTOR),
        (Role.INSTRUCTOR, Role.LEARNER, Role.INSTRUCTOR, Role.INSTRUCTOR),
        (Role.INSTRUCTOR, Role.INSTRUCTOR, Role.TUTOR, Role.TUTOR),
        (Role.TUTOR, Role.LEARNER, None, Role.TUTOR),
        (Role.LEARNER, Role.INSTRUCTOR, Role.INSTRUCTOR, Role.LEARNER),
        (Role.GUEST, Role.INSTRUCTOR, Role.INSTRUCTOR, Role.GUEST),
    ],
)
def test_the_launch_decides_unless_others_know_better_about_staff(
    launched: Role, on_roster: Role | None, chosen: Role | None, role: Role
) -> None:
    assert role_in_course(launched, on_roster, chosen) is role


def test_a_roster_that_calls_staff_learners_makes_open_visits_those_of_tutors(
    course: Course,
) -> None:
    _tutor, hers = staff(course, "Tomás Birch")
    assert "Save" in hers.read("/teaching/settings")

    read_roster(course, sub_1=Role.LEARNER)

    assert "tutors cannot" in hers.read("/teaching/settings")
    with course.database.session() as session:
        assert session.query(Visit).one().role is Role.TUTOR


def test_an_instructor_says_otherwise_at_once_and_for_the_next_launch(course: Course) -> None:
    person, his = staff(course, "Tomás Birch")
    _rosa, hers = staff(course, "Dr Rosa Okoye")
    read_roster(course, sub_1=Role.LEARNER, sub_3=Role.INSTRUCTOR)
    assert "lists this person as a learner" in hers.read("/teaching/staff/")

    answer = hers.post(f"/teaching/staff/{person}", role="instructor")

    assert answer.status_code == 303
    assert "Save" in his.read("/teaching/settings")
    read_roster(course, sub_1=Role.LEARNER, sub_3=Role.INSTRUCTOR)
    assert "Save" in his.read("/teaching/settings")


def test_nobody_changes_their_own_role_or_that_of_a_learner(course: Course) -> None:
    rosa, hers = staff(course, "Dr Rosa Okoye")
    ada = course.learner("Ada")

    for person, status in ((rosa, 422), (ada, 404), (999, 404)):
        answer = hers.post(f"/teaching/staff/{person}", role="tutor")
        assert answer.status_code == status
    answer = hers.post(f"/teaching/staff/{ada}", role="owner")
    assert answer.status_code == 422


def test_tutors_read_who_is_staff_and_change_nothing(course: Course) -> None:
    rosa, _hers = staff(course, "Dr Rosa Okoye")
    _tutor, his = staff(course, "Tomás Birch", Role.TUTOR)

    page = his.read("/teaching/staff/")
    assert "Dr Rosa Okoye" in page
    assert "Make tutor" not in page
    answer = his.post(f"/teaching/staff/{rosa}", role="tutor")
    assert answer.status_code == 404


def test_who_has_left_the_course_list_is_kept_and_marked(course: Course) -> None:
    course.learner("Ada")
    course.learner("Bo")
    read_roster(course, sub_1=Role.LEARNER)

    page = course.visit(Role.INSTRUCTOR).read("/teaching/")

    assert page.count("no longer on the course list") == 1
    assert "no longer" in page.split("Bo</bdi>")[1][:200]
