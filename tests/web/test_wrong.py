"""“Something is wrong with this story” reaches those who look after it, without a name."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ltitool.core.concern import CONCERNS
from ltitool.core.library import Shelf
from ltitool.storage.database import Database
from ltitool.storage.queries.story_reports import told_everywhere
from ltitool.storage.tables import AuditEntry, LibraryEntry, StoryReport
from tests.launching import INSTRUCTOR, LTI
from tests.learner import FIRST, Learner
from tests.web.test_launch import kept

Enter = Callable[..., Learner]
TEACHER: dict[str, Any] = {"name": "Tess Teacher", f"{LTI}roles": [INSTRUCTOR]}
WORDS = "Lucy would never write “kind regards”."


def tell(who: Learner, **fields: str) -> int:
    sent = who.send("/wrong/", {"text": WORDS, "submission_id": "one", **fields})
    return sent.status_code


def shelf_page(app: Flask, teacher: Learner) -> str:
    [entry] = kept(app, LibraryEntry)
    return teacher.get(f"/teaching/library/{entry.id}")


def test_a_report_reaches_the_staff_and_the_operator_without_a_name(
    app: Flask, learner: Enter
) -> None:
    student = learner("ana")
    page = student.get("/wrong/?scene=sort-out")
    sent = tell(student), tell(student)
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        everywhere = [(one.report.text, one.told_by) for one in told_everywhere(session)]
    shown = shelf_page(app, learner("teacher", **TEACHER))

    assert "About the scene:" not in page
    assert sent == (303, 303)
    assert everywhere == [(WORDS, "")]
    assert WORDS in shown
    assert "Person ana" not in shown
    [line] = [one for one in kept(app, AuditEntry) if one.action == "story reported"]
    assert line.actor_id is None
    assert WORDS not in str(line.details)


def test_who_wants_to_be_asked_is_named_and_the_scene_is_one_that_was_met(
    app: Flask, learner: Enter
) -> None:
    student = learner("ana")
    student.play()
    asked = student.get(f"/wrong/?scene={FIRST[0]}")
    tell(student, is_named="y", scene=FIRST[0])
    tell(student, submission_id="two", scene="sort-out")

    assert "About the scene:" in asked
    assert {one.scene_id for one in kept(app, StoryReport)} == {FIRST[0], ""}
    assert "Person ana" in shelf_page(app, learner("teacher", **TEACHER))


@pytest.mark.parametrize(("text", "status"), [("", 422), ("x" * 2_001, 422)])
def test_what_cannot_be_kept_is_given_back(learner: Enter, text: str, status: int) -> None:
    student = learner("ana")
    answer = student.send("/wrong/", {"text": text, "is_named": "y"})

    assert answer.status_code == status
    assert f">{text}</textarea>" in answer.text.replace(">\n", ">")
    assert 'value="y" checked' in answer.text


def test_too_many_reports_wait_with_the_words_kept(learner: Enter) -> None:
    student = learner("ana")
    for n in range(CONCERNS.number):
        assert tell(student, submission_id=str(n)) == 303
    answer = student.send("/wrong/", {"text": WORDS, "submission_id": "more"})

    assert answer.status_code == 429
    assert WORDS in answer.text


def test_the_operator_does_not_read_what_a_course_is_told_of_its_own_story(
    app: Flask, learner: Enter
) -> None:
    student = learner("ana")
    tell(student)
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        entry = session.query(LibraryEntry).one()
        entry.shelf, entry.context_id = Shelf.COURSE, 1
    with database.session(is_read_only=True) as session:
        everywhere = told_everywhere(session)
    shown = shelf_page(app, learner("teacher", **TEACHER))
    other = learner(
        "teacher",
        **TEACHER,
        **{
            f"{LTI}context": {"id": "course-2", "title": "Law"},
            f"{LTI}resource_link": {"id": "link-2", "title": "Law"},
            f"{LTI}custom": {},
        },
    )

    assert everywhere == []
    assert "nobody else reads it" in shown
    [entry] = kept(app, LibraryEntry)
    other.get(f"/teaching/library/{entry.id}", 404)


def test_what_was_typed_is_kept_scene_by_scene_until_it_is_told(learner: Enter) -> None:
    student = learner("ana")
    student.play()
    place = {"place": f"wrong:{FIRST[0]}", "text": "Half a", "is_named": "y"}

    saved = student.send("/drafts/", place, form="/wrong/")
    left = student.send("/wrong/", {"text": "About it all", "later": "1"})
    scene, whole = student.get(f"/wrong/?scene={FIRST[0]}"), student.get("/wrong/")
    told = tell(student, scene=FIRST[0])

    assert saved.status_code == 200
    assert left.status_code == 303
    assert ">Half a</textarea>" in scene.replace(">\n", ">")
    assert 'value="y" checked' in scene
    assert ">About it all</textarea>" in whole.replace(">\n", ">")
    assert 'value="y" checked' not in whole
    assert told == 303
    assert "Half a" not in student.get(f"/wrong/?scene={FIRST[0]}")
    assert "About it all" in student.get("/wrong/")


def test_who_looks_after_a_story_ticks_reports_off_and_what_is_open_stands_first(
    app: Flask, learner: Enter
) -> None:
    student = learner("ana")
    tell(student, text="The older one.")
    tell(student, text="The newer one.", submission_id="two")
    old, new = (f"report-{one.id}" for one in kept(app, StoryReport))
    teacher = learner("teacher", **TEACHER)
    [entry] = kept(app, LibraryEntry)
    path = f"/teaching/library/{entry.id}/reports/{new.removeprefix('report-')}"
    form = f"/teaching/library/{entry.id}"

    not_theirs = teacher.send(path, form="/restart")
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        own = session.query(LibraryEntry).one()
        own.shelf, own.context_id = Shelf.COURSE, 1
    assert "2 open reports" in teacher.get("/teaching/library/")
    done = teacher.send(path, form=form)
    page = shelf_page(app, teacher)

    assert not_theirs.status_code == 404
    assert done.status_code == 303
    assert page.index(f'id="{old}"') < page.index(f'id="{new}"')
    assert "Seen to by Tess Teacher," in page
    assert "One open report" in teacher.get("/teaching/library/")
    teacher.send(path, {"again": "1"}, form=form)
    page = shelf_page(app, teacher)
    assert page.index(f'id="{new}"') < page.index(f'id="{old}"')
    noted = [one.action for one in kept(app, AuditEntry)]
    assert {"story report seen to", "story report opened again"} <= set(noted)
