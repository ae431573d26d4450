"""Copied courses, and activities that were deleted and added again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from ltitool.actions.library import Provenance, store
from ltitool.actions.library_files import media_beside
from ltitool.core.library import Shelf
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Attempt, OutgoingScore, Participant
from tests.conftest import PENDING, Clock
from tests.launching import (
    AGS,
    INSTRUCTOR,
    LTI,
    TOOL,
    SigningPlatform,
    published,
)
from tests.learner import Learner
from tests.web.test_launch import kept

Enter = Callable[..., Learner]
TEACHER: dict[str, Any] = {"name": "Tess Teacher", f"{LTI}roles": [INSTRUCTOR]}
UNSET: dict[str, Any] = {f"{LTI}custom": {}}


def copy(link: str = "link-9", title: str = "Pending", **custom: str) -> dict[str, Any]:
    """Claims of a link in a copy of the course."""
    return {
        f"{LTI}context": {"id": "course-9", "title": "Course One, next year"},
        f"{LTI}resource_link": {"id": link, "title": title},
        f"{LTI}custom": custom,
    }


def activity_of(app: Flask, link: str) -> Activity:
    found: list[Activity] = [one for one in kept(app, Activity) if one.lti_id == link]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "custom",
    [
        {"context_history": "course-1"},
        {"context_history": "course-7,course-1,truncated"},
        {"link_history": "link-1"},
        {"context_history": "timed out", "link_history": "link-5,link-1"},
    ],
)
def test_settings_follow_a_copied_course(
    app: Flask, learner: Enter, custom: dict[str, str]
) -> None:
    student = learner("ana")
    student.play()
    with app.extensions["database"].transaction() as session:
        session.execute(update(Activity).values(namings={"reflect": "named"}))
    original = activity_of(app, "link-1")

    teacher = learner("teacher", **TEACHER, **copy(**custom))

    copied = activity_of(app, "link-9")
    assert copied.scenario_version_id == original.scenario_version_id
    assert copied.copied_from_id == original.id
    assert copied.namings == {"reflect": "named"}
    assert copied.due_at is None
    page = teacher.get("/teaching/")
    assert "Copied along with the course" in page
    assert "“Pending” in Course One." in page
    assert "Person ana" not in page


def test_a_student_finds_the_copy_ready_and_nobodys_work_in_it(app: Flask, learner: Enter) -> None:
    learner("ana").play()

    student = learner("ben", **copy(context_history="course-1"))

    assert "Start" in student.get("/")
    copied = activity_of(app, "link-9")
    attempts = [row for row in kept(app, Attempt) if row.activity_id == copied.id]
    people = [row for row in kept(app, Participant) if row.activity_id == copied.id]
    assert (len(attempts), len(people)) == (0, 1)


def test_an_instructor_keeps_the_copy_and_is_told_no_more(app: Flask, learner: Enter) -> None:
    learner("ana")
    teacher = learner("teacher", **TEACHER, **copy(context_history="course-1"))

    assert teacher.send("/teaching/keep-copy", form="/teaching/").status_code == 303

    assert "Copied along" not in teacher.get("/teaching/")


@pytest.mark.parametrize(
    ("title", "custom"),
    [
        ("Another title", {"context_history": "course-1"}),
        ("Pending", {"context_history": "course-2"}),
        ("Pending", {"context_history": "$Context.id.history"}),
        ("Pending", {}),
        ("", {"context_history": "course-1"}),
    ],
)
def test_what_cannot_be_told_apart_is_not_guessed(
    app: Flask, learner: Enter, title: str, custom: dict[str, str]
) -> None:
    learner("ana")

    teacher = learner("teacher", **TEACHER, **copy(title=title, **custom))

    assert activity_of(app, "link-9").scenario_version_id is None
    assert "No story is chosen yet" in teacher.get("/teaching/")


def test_two_of_one_title_are_not_told_apart_by_it(app: Flask, learner: Enter) -> None:
    learner("ana")
    learner("ana", **{f"{LTI}resource_link": {"id": "link-2", "title": "Pending"}})

    learner("teacher", **TEACHER, **copy(context_history="course-1"))

    assert activity_of(app, "link-9").scenario_version_id is None


def test_ids_of_another_tenant_give_nothing(app: Flask, learner: Enter) -> None:
    learner("ana")
    with published(SigningPlatform(activity_time(app), name="Other", client_id="other")) as other:
        other.register(app.extensions["database"], "1")
        claims = {**TEACHER, **copy(context_history="course-1", link_history="link-1")}

        teacher = Learner(app.test_client(), other, "teacher", **claims)

    assert "No story is chosen yet" in teacher.get("/teaching/")


def activity_time(app: Flask) -> Any:
    return app.extensions["clock"]()


# ---- deleted and added again


def test_an_activity_added_again_goes_on_with_everybodys_work(app: Flask, learner: Enter) -> None:
    student = learner("ana")
    student.finish()
    again = {f"{LTI}resource_link": {"id": "link-2", "title": "Pending again"}, **UNSET}
    column = {
        f"{AGS}claim/endpoint": {
            "scope": [f"{AGS}scope/score"],
            "lineitem": f"{base(app)}/items/2/lineitem",
        }
    }
    teacher = learner("teacher", **TEACHER, **again, **column)
    earlier = activity_of(app, "link-1")
    path = f"/teaching/continue-from/{earlier.id}"
    assert "Or continue an earlier activity" in teacher.get("/teaching/")
    assert "Everybody’s answers" in teacher.get(path)

    assert teacher.send(path).status_code == 303

    assert "<bdi>Person ana</bdi>" in teacher.get("/teaching/")
    back = learner("ana", **again)
    assert "100 of 100" in back.get("/progress/")
    scores = {row.line_item_url: row.score_hundredths for row in kept(app, OutgoingScore)}
    assert scores == {
        f"{base(app)}/items/1/lineitem?type_id=1": 10000,
        f"{base(app)}/items/2/lineitem": 10000,
    }
    assert activity_of(app, "link-1").scenario_version_id is None


def base(app: Flask) -> str:
    """Return where the platform's services are."""
    first = kept(app, Activity)[0].line_item_url
    assert first is not None
    return str(first).split("/items")[0]


def test_only_an_empty_link_of_the_same_course_can_continue(app: Flask, learner: Enter) -> None:
    learner("ana").play()
    earlier = activity_of(app, "link-1")
    elsewhere = learner("teacher", **TEACHER, **copy())
    in_use = learner("teacher", **TEACHER, **{f"{LTI}resource_link": {"id": "link-3"}})
    student = learner("ben", **{f"{LTI}resource_link": {"id": "link-4"}, **UNSET})

    for visitor in (elsewhere, in_use, student):
        visitor.get(f"/teaching/continue-from/{earlier.id}", status=404)
        path = f"/teaching/continue-from/{earlier.id}"
        home = "/" if visitor is student else "/teaching/settings"
        token = {} if visitor is student else {"csrf_token": visitor.token(home)}
        answer = visitor.client.post(f"{visitor.url}{path}", data=token, base_url=TOOL)
        assert answer.status_code in {400, 404}
    assert activity_of(app, "link-1").id == earlier.id


def test_a_link_without_a_title_is_continued_under_the_old_one(app: Flask, learner: Enter) -> None:
    learner("ana").play()
    earlier = activity_of(app, "link-1")
    teacher = learner("teacher", **TEACHER, **UNSET, **{f"{LTI}resource_link": {"id": "link-2"}})

    teacher.send(f"/teaching/continue-from/{earlier.id}")

    assert activity_of(app, "link-2").title == "Pending"


def test_a_copied_course_has_the_story_of_its_own_on_its_own_shelf(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    learner("ana")
    original = activity_of(app, "link-1")
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        source = PENDING.read_text("utf-8").replace("id: sam-and-lucy", "id: own-pending")
        shelf = Provenance(Shelf.COURSE, original.context_id)
        own = store(session, source, media_beside(PENDING), provenance=shelf, now=clock.now)
        session.get_one(Activity, original.id).scenario_version = own
        own_id, own_entry_id = own.id, own.entry_id

    teacher = learner("teacher", **TEACHER, **copy(context_history="course-1"))
    again = learner("teacher", **TEACHER, **copy(link="link-10", context_history="course-1"))

    version_id = activity_of(app, "link-9").scenario_version_id
    assert version_id not in {None, own_id}
    assert activity_of(app, "link-10").scenario_version_id == version_id
    assert "One story" in teacher.get("/teaching/library/?shelf=course")
    assert "Try it as a student" in again.get("/teaching/settings")
    teacher.get(f"/teaching/library/{own_entry_id}", 404)


def test_where_a_copy_plays_another_version_than_its_shelf_shows_the_library_says_so(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    learner("ana")
    original = activity_of(app, "link-1")
    words = PENDING.read_text("utf-8").replace("id: sam-and-lucy", "id: own-pending")
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        shelf = Provenance(Shelf.COURSE, original.context_id)
        old = store(session, words, media_beside(PENDING), provenance=shelf, now=clock.now)
        session.get_one(Activity, original.id).scenario_version = old
        old_id = old.id
    teacher = learner("teacher", **TEACHER, **copy(context_history="course-1"))
    copied = activity_of(app, "link-9")
    with database.transaction() as session:
        for context_id, said in ((copied.context_id, "here"), (original.context_id, "there")):
            shelf = Provenance(Shelf.COURSE, context_id)
            fixed = words.replace("title: Pending", f"title: Pending {said}", 1)
            store(session, fixed, media_beside(PENDING), provenance=shelf, now=clock.now)
        copy_of_it = session.get_one(Activity, copied.id)
        assert copy_of_it.scenario_version is not None
        entry_id = copy_of_it.scenario_version.entry_id
        copy_of_it.scenario_version_id = old_id  # as a copy that was made before the shelf was full

    listed = teacher.get("/teaching/library/")
    page = teacher.get(f"/teaching/library/{entry_id}")
    offered = teacher.get("/teaching/version/")
    newer = offered.split('name="version" value="')[1].split('"')[0]
    taken = teacher.send("/teaching/version/", {"version": newer})

    assert "This activity plays version 1.1.0." in listed
    assert "It came along when the course was copied" in page
    assert "and take it over" in page
    assert "<ins>here</ins>" in offered
    assert "there</ins>" not in offered
    assert taken.status_code == 303
    assert "The newest version." in teacher.get(f"/teaching/library/{entry_id}")
    assert "1.1.0 to 1.1.0" in teacher.get("/teaching/version/")


def test_the_note_that_stands_comes_along_and_its_earlier_wordings_do_not(
    app: Flask, learner: Enter
) -> None:
    first = learner("teacher", **TEACHER)
    for text in ("Ask your manager.", "Write it down the same day."):
        first.send("/teaching/settings/note", {"text": text}, form="/teaching/settings/note")

    copied = learner("teacher", **TEACHER, **copy(context_history="course-1"))

    page = copied.get("/teaching/settings/note")
    assert "Where the course is copied, the wording that stands then comes along" in page
    assert ">Write it down the same day.</textarea>" in page.replace(">\n", ">")
    assert "Ask your manager." not in page
    first.send("/teaching/settings/note", {"text": ""}, form="/teaching/settings/note")
    none = learner("teacher", **TEACHER, **copy(link="link-10", context_history="course-1"))
    assert "Its wordings so far" not in none.get("/teaching/settings/note")
