"""What the staff did, as instructors read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ltitool.core.roles import Role
from ltitool.core.staff_acts import SORTS, StaffAct, taken_back
from ltitool.storage.tables import AuditEntry
from ltitool.web.staff_acts_words import SENTENCES
from tests.web.everything import Everything
from tests.web.teaching_browser import Browser, counted
from tests.web.teaching_builders import Course, course_in
from tests.web.teaching_classroom import NOON

WHY = "It names a person who never agreed to it."


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure()
        yield made


def noted(course: Course, action: str, actor: int | None, **details: object) -> None:
    with course.database.transaction() as session:
        session.add(
            AuditEntry(
                happened_at=course.now,
                action=action,
                activity_id=course.activity_id,
                actor_id=actor,
                details=details,
            )
        )


def rosa(course: Course) -> tuple[int, Browser]:
    person = course.person("Dr Rosa Okoye")
    return person, course.visit(Role.INSTRUCTOR, person)


def test_every_act_has_its_sentence() -> None:
    assert SENTENCES.keys() == SORTS.keys()


def test_whoever_wrote_a_hidden_or_revealed_post_is_not_named(course: Everything) -> None:
    teacher = course.people["teacher"]
    post = f"/teaching/talks/{course.ids['talk']}/posts/{course.ids['post']}"
    for deed in ("hide", "author"):
        assert teacher.send(f"{post}/{deed}", {"reason": WHY}).status_code == 303

    log = teacher.get("/teaching/log/")

    assert log.count(WHY) == 2
    assert "hid a post in the talk of" in log
    assert "found out who wrote a post" in log
    assert "talker" not in log
    assert course.ids["alias"] not in log


def test_what_was_taken_back_is_marked_and_done_again_is_not(small: Course) -> None:
    (me, hers), ada = rosa(small), small.learner("Ada")
    for action in ("post hidden", "post shown again", "post hidden"):
        noted(small, action, me, post=1, thread=1)
    for action in ("marks noted", "marks noted", "marks undone"):
        noted(small, action, me, changes=[[ada, "attended_live", None, 1]])

    log = hers.read("/teaching/log/").split('<ol class="acts"')[1]

    marked = ["Taken back later" in line for line in log.split("<li>")[1:]]
    assert marked == [False, True, False, False, False, True]


def test_a_person_is_found_by_what_was_arranged_for_them_alone(small: Course) -> None:
    me, hers = rosa(small)
    ada, bo = small.learner("Ada"), small.learner("Bo")
    noted(small, "fewer words asked", me, person=ada)
    noted(small, "marks noted", me, changes=[[ada, "attended_live", None, 1]])
    noted(small, "score sent again", me, people=[bo])
    noted(small, "author revealed", me, person=ada, post=4, why=WHY)

    log = hers.read(f"/teaching/log/?person={ada}")

    assert log.count("<bdi>Ada</bdi>") == 3
    assert "<bdi>Bo</bdi>" not in log
    assert WHY not in log


def test_the_list_is_narrowed_to_a_sort_and_to_who_did_it(small: Course) -> None:
    me, hers = rosa(small)
    ada, tomas = small.learner("Ada"), small.person("Tomás")
    noted(small, "works alone", ada, person=ada)
    noted(small, "date extended", tomas, person=ada)
    noted(small, "phase opened", None, phase="again")
    noted(small, "phase opened", me, phase="reflect")

    assert hers.read("/teaching/log/").count('<p class="small soft">') == 3
    assert "Kaleidoscope itself" in hers.read("/teaching/log/?sort=settings")
    assert "later date" in hers.read(f"/teaching/log/?by={tomas}")
    assert "Nothing fits" in hers.read(f"/teaching/log/?by={me}&sort=credit")


def test_a_reason_given_before_instructors_were_named_as_its_readers_stays_unread() -> None:
    old = StaffAct(1, "author revealed", 1, NOON, {"post": 1, "person": 2, "reason": WHY})

    assert old.why == ""
    assert taken_back([old]) == set()


def test_a_long_log_costs_no_more_questions(small: Course) -> None:
    me, hers = rosa(small)
    ada = small.learner("Ada")
    noted(small, "date extended", me, person=ada)
    with counted(small.database) as few:
        hers.read("/teaching/log/")
    for _number in range(60):
        noted(small, "date extended", me, person=ada)

    with counted(small.database) as many:
        page = hers.read("/teaching/log/")

    assert len(many) == len(few)
    assert page.count("a later date") == 50


def test_settings_that_change_say_which(course: Everything) -> None:
    teacher = course.people["teacher"]
    assert teacher.send("/teaching/settings/stand", {"asks": ""}).status_code == 303

    with course.database.session() as session:
        newest = session.scalars(
            select(AuditEntry)
            .filter_by(action="activity configured")
            .order_by(AuditEntry.id.desc())
            .limit(1)
        ).one()

    assert newest.details["changed"] == ["asks_stand"]
