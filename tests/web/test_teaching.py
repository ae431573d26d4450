"""The teachers' page of a class: who is where, who needs a teacher."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ltitool.core.delivery import Delivery
from ltitool.core.roles import Role
from tests.web.teaching_browser import counted
from tests.web.teaching_builders import Course, course_in

NAMES = ["Ada Lovelace", "李小龍", "Zoë Ångström", "فاطمة الزهراء", "Наталья Иванова"]


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=0)
        yield made


@pytest.fixture
def empty_link(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        yield made


def row_of(page: str, name: str) -> str:
    """Return the line of the list of people that holds a name."""
    return next(row for row in page.split("<tr>") if f">{name}<" in row)


def test_a_link_without_a_story_invites_the_instructor_to_choose_one(empty_link: Course) -> None:
    page = empty_link.visit(Role.INSTRUCTOR).read("/teaching/")

    assert "No story is chosen yet" in page
    assert "/teaching/settings" in page


def test_a_tutor_is_told_who_chooses_the_story(empty_link: Course) -> None:
    page = empty_link.visit(Role.TUTOR).read("/teaching/")

    assert "An instructor of this course has to choose one." in page
    assert "Choose a story" not in page


@pytest.mark.parametrize("role", [Role.LEARNER, Role.GUEST])
@pytest.mark.parametrize("path", ["/teaching/", "/teaching/groups/", "/teaching/settings"])
def test_who_is_not_staff_finds_no_such_page(course: Course, role: Role, path: str) -> None:
    assert course.visit(role).get(path).status_code == 404


def test_an_activity_nobody_has_opened_says_so(course: Course) -> None:
    page = course.visit(Role.INSTRUCTOR).read("/teaching/")

    assert "Nobody has opened the activity yet." in page
    assert "The course list has not been read" in page


def test_a_link_without_a_grade_says_that_nothing_is_sent(course: Course) -> None:
    words = "There is no gradebook column, so nothing is sent."

    assert words in course.visit(Role.INSTRUCTOR).read("/teaching/")
    course.grade()
    assert words not in course.visit(Role.INSTRUCTOR).read("/teaching/")


def test_each_person_is_listed_with_where_they_are_and_their_credit(course: Course) -> None:
    course.learner("Ada")
    bo, cy = course.learner("Bo"), course.learner("Cy")
    course.decides(bo, cy)
    course.posts(cy)
    course.posts(
        cy,
        "But what is Lucy to make of four days in which nobody says a word",
        to=course.opening_post(cy),
    )
    course.finishes(cy)

    page = course.visit(Role.INSTRUCTOR).read("/teaching/")

    assert "Not started" in row_of(page, "Ada")
    assert "Group talk" in row_of(page, "Bo")
    assert ">40<" in row_of(page, "Bo")
    assert "Finished" in row_of(page, "Cy")
    assert ">100<" in row_of(page, "Cy")
    assert "Started: 2 of 3. Finished: 1." in page


def test_a_person_without_a_name_is_told_apart_by_a_number(course: Course) -> None:
    person_id = course.learner()

    page = course.visit(Role.INSTRUCTOR).read("/teaching/")

    assert f"No name sent, person {person_id}" in page


def test_learners_of_the_course_list_who_never_came_are_listed_as_not_started(
    course: Course,
) -> None:
    course.person("Never Came", on_roster=Role.LEARNER)
    course.person("Dr Okoye", on_roster=Role.INSTRUCTOR)
    course.person("Passed By")

    page = course.visit(Role.INSTRUCTOR).read("/teaching/")

    assert "Not started" in row_of(page, "Never Came")
    assert "Dr Okoye" not in page
    assert "Passed By" not in page


def test_previews_are_left_out(course: Course) -> None:
    preview = course.learner("Test Student", is_preview=True)

    browser = course.visit(Role.INSTRUCTOR)

    assert "Test Student" not in browser.read("/teaching/")
    assert browser.get(f"/teaching/people/{preview}").status_code == 404


def test_nobody_s_alias_stands_where_names_stand(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)

    browser = course.visit(Role.INSTRUCTOR)

    for path in ("/teaching/", f"/teaching/people/{ada}"):
        page = browser.read(path)
        assert "Ada" in page
        assert course.alias(ada) not in page


def test_who_has_opened_it_and_not_started_needs_a_teacher(course: Course) -> None:
    course.learner("Ada")
    course.person("Bo", on_roster=Role.LEARNER)

    page = course.visit(Role.INSTRUCTOR).read("/teaching/")

    assert "2 people have not started" in page
    assert "One of them has never opened it." in page


def test_who_is_silent_in_their_group_needs_a_teacher_until_they_write(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    browser = course.visit(Role.INSTRUCTOR)
    assert "One person is silent in their group" in browser.read("/teaching/")
    assert "Ada" in browser.read("/teaching/?where=silent")

    course.posts(ada)

    assert "is silent" not in browser.read("/teaching/")
    assert "Nobody fits that." in browser.read("/teaching/?where=silent")


def test_a_refused_score_needs_a_teacher(course: Course) -> None:
    course.grade()
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.score(ada, Delivery.REFUSED, "User is not enrolled")
    course.score(bo, Delivery.SENT)

    browser = course.visit(Role.INSTRUCTOR)
    page = browser.read("/teaching/")

    assert "One score was refused" in page
    assert "Refused" in row_of(page, "Ada")
    assert "Received" in row_of(page, "Bo")
    narrowed = browser.read("/teaching/?where=refused")
    assert "Ada" in narrowed
    assert "Bo</bdi>" not in narrowed


def test_people_are_found_by_a_part_of_their_name_in_any_script(course: Course) -> None:
    for name in NAMES:
        course.learner(name)
    browser = course.visit(Role.INSTRUCTOR)

    assert "李小龍" in browser.read("/teaching/?q=小龍")
    assert "Ada" not in browser.read("/teaching/?q=小龍")
    assert "Наталья" in browser.read("/teaching/?q=иванова")
    assert "Nobody fits that." in browser.read("/teaching/?q=nobody-of-this-name")


def test_people_are_narrowed_to_where_they_are(course: Course) -> None:
    ada, _bo = course.learner("Ada"), course.learner("Bo")
    course.decides(ada)

    page = course.visit(Role.INSTRUCTOR).read("/teaching/?where=talk")

    assert "Ada" in page
    assert "Bo</bdi>" not in page


def test_an_unknown_place_shows_everybody(course: Course) -> None:
    course.learner("Ada")

    assert "Ada" in course.visit(Role.INSTRUCTOR).read("/teaching/?where=moon&page=999")


def test_fifty_people_stand_on_a_page(course: Course) -> None:
    course.crowd(120)
    browser = course.visit(Role.INSTRUCTOR)

    first, last = browser.read("/teaching/"), browser.read("/teaching/?page=3")

    assert first.count("/teaching/people/") == 50
    assert "1 to 50 of 120" in first
    assert last.count("/teaching/people/") == 20
    assert "101 to 120 of 120" in last


@pytest.mark.parametrize("path", ["/teaching/", "/teaching/groups/", "/teaching/?where=silent"])
def test_a_larger_class_asks_the_database_no_more_often(course: Course, path: str) -> None:
    browser = course.visit(Role.INSTRUCTOR)
    course.crowd(5)
    with counted(course.database) as for_five:
        browser.read(path)
    course.crowd(295)
    with counted(course.database) as for_three_hundred:
        browser.read(path)

    assert len(for_five) == len(for_three_hundred)


def test_people_of_another_course_are_not_listed(course: Course) -> None:
    course.learner("Ada")
    elsewhere = course.visit(Role.INSTRUCTOR, activity_id=course.other_activity())

    assert "Ada" not in elsewhere.read("/teaching/")
