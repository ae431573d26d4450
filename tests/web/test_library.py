"""The library of a course: what instructors find, bring, copy, and take over."""

import re
import zipfile
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ltitool.actions.library import store
from ltitool.actions.library_files import media_beside
from ltitool.core.exchange.twee_export import to_twee
from ltitool.core.scenario_file import read_scenario
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Attempt, AuditEntry, LibraryEntry, ScenarioVersion
from tests.conftest import PENDING, Clock
from tests.core.stories import SHORT
from tests.launching import INSTRUCTOR, LTI, TOOL, SigningPlatform
from tests.learner import Learner

LIBRARY = "/teaching/library/"
SOURCE = PENDING.read_text("utf-8")
WITHOUT_PICTURES = re.sub(
    r" {6}- image:\n(?: {10}.*\n)+", "      - narrate: Six chairs.\n", SOURCE
).replace("id: sam-and-lucy", "id: twine-pending")
OWN = SOURCE.replace("id: sam-and-lucy", "id: own-pending").replace("media/room.svg", "media/a.svg")


@pytest.fixture
def teacher(client: FlaskClient, platform: SigningPlatform) -> Learner:
    return Learner(client, platform, "teacher", **{f"{LTI}roles": [INSTRUCTOR]})


def a_package(source: str = SOURCE) -> bytes:
    """Return “Pending” as a zip, under an id of its own."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("own.yaml", source.replace("id: sam-and-lucy", "id: own-pending"))
        for name, content in media_beside(PENDING).items():
            archive.writestr(name, content)
    return made.getvalue()


def upload(
    teacher: Learner, content: bytes, name: str = "story.zip", **fields: str
) -> TestResponse:
    token = teacher.token(f"{LIBRARY}add")
    data = {"csrf_token": token, "file": (BytesIO(content), name), **fields}
    return teacher.client.post(
        f"{teacher.url}{LIBRARY}add", data=data, base_url=TOOL, content_type="multipart/form-data"
    )


def stored(app: Flask) -> int:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return session.scalar(select(func.count()).select_from(ScenarioVersion)) or 0


def test_the_library_is_searched_by_words_shelf_and_language(teacher: Learner) -> None:
    assert "One story" in teacher.get(f"{LIBRARY}?q=friend+request&shelf=shipped&language=en-GB")
    assert "No story has all of these words" in teacher.get(f"{LIBRARY}?q=dragons")
    assert "No story has all of these words" in teacher.get(f"{LIBRARY}?shelf=course")


def test_a_package_is_checked_and_then_offered_in_this_course_alone(
    app: Flask, teacher: Learner, platform: SigningPlatform
) -> None:
    answer = upload(teacher, a_package())
    other = Learner(
        app.test_client(),
        platform,
        "other",
        **{
            f"{LTI}roles": [INSTRUCTOR],
            f"{LTI}context": {"id": "course-2", "title": "Law"},
            f"{LTI}resource_link": {"id": "link-2", "title": "Law"},
        },
    )

    assert answer.status_code == 303, answer.text
    assert "One story" in teacher.get(f"{LIBRARY}?shelf=course")
    assert "own-pending" not in other.get(LIBRARY)
    assert "No story has all" in other.get(f"{LIBRARY}?shelf=course")
    path = answer.location.partition("/teaching")[2].partition("?")[0]
    other.get(f"/teaching{path}", 404)


def test_a_broken_story_shows_every_finding_and_keeps_nothing(app: Flask, teacher: Learner) -> None:
    before = stored(app)
    broken = SHORT.replace("start: knock", "start: knok").replace("version: 1.0.0", "version: 1")
    answer = upload(teacher, broken.encode(), "door.yaml")

    assert answer.status_code == 422
    for words in ("S03", "G01", "Did you mean “knock”?", "Nothing is stored yet.", "start: knok"):
        assert words in answer.text
    assert stored(app) == before


def test_warnings_ask_for_a_reason_which_is_kept(app: Flask, teacher: Learner) -> None:
    hasty = SOURCE.replace("minutes: 42 ", "minutes: 9 ")
    asked = upload(teacher, a_package(hasty))
    given = upload(teacher, a_package(hasty), **{"reason-R01": "We only play its first half."})

    assert asked.status_code == 422
    assert 'name="reason-R01"' in asked.text
    assert given.status_code == 303
    assert "We only play its first half." in teacher.get(
        given.location.partition(teacher.url)[2].partition("?")[0]
    )


def test_a_check_alone_keeps_nothing(app: Flask, teacher: Learner) -> None:
    answer = upload(teacher, a_package(), check="1")

    assert answer.status_code == 200
    assert "Nothing keeps this story out" in answer.text
    assert stored(app) == 1


def test_a_story_of_twine_is_shown_as_a_draft_with_what_was_left_behind(
    app: Flask, teacher: Learner
) -> None:
    foreign = b":: Start\n<<set $a to 1>>It is late.\n[[Go->End]]\n\n:: End\nDone."
    whole = (
        to_twee(read_scenario(WITHOUT_PICTURES)).content + b"\n\n:: StoryInit\n<<set $a to 1>>\n"
    )
    before = stored(app)

    draft, seen = upload(teacher, foreign, "tale.twee"), upload(teacher, whole, "own.twee")

    assert draft.status_code == seen.status_code == 422
    assert "SugarCube macros in “Start”: dropped." in draft.text
    assert "narrate: It is late." in draft.text
    assert "Passage “StoryInit” holds code or settings: dropped." in seen.text
    assert stored(app) == before
    finished = re.search(r"<textarea[^>]*>(.*?)</textarea>", seen.text, re.DOTALL)
    assert finished is not None
    answer = teacher.send(f"{LIBRARY}add", {"source": unescape(finished[1])})
    assert answer.status_code == 303, answer.text
    assert stored(app) == before + 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bomb.zip", b"PK\x03\x04" + b"\0" * 600, "cannot be unpacked"),
        ("latin.yaml", "title: Caf\u00e9".encode("latin-1"), "UTF-8"),
        ("empty.yaml", b"", "Choose a file, or paste a story below"),
    ],
)
def test_what_is_no_story_is_told_so(
    teacher: Learner, name: str, content: bytes, words: str
) -> None:
    answer = upload(teacher, content, name)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_picture_that_lies_about_its_kind_keeps_the_package_out(teacher: Learner) -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("own.yaml", OWN if "media/a.svg" in OWN else SOURCE)
        for name in media_beside(PENDING):
            archive.writestr(name, b"<html><script>alert(1)</script></html>")
        archive.writestr("media/a.svg", b"<html><script>alert(1)</script></html>")
    answer = upload(teacher, made.getvalue())

    assert answer.status_code == 422
    assert "A03" in answer.text
    assert "is not what its name says it is" in answer.text


def test_a_copy_to_edit_names_where_it_comes_from_and_keeps_the_licence(
    app: Flask, teacher: Learner
) -> None:
    page = teacher.get(f"{LIBRARY}1")
    link = re.search(r'href="[^"]*(/teaching/library/1/\d+/file\?copy=1)"', page)
    assert link is not None
    answer = teacher.client.get(f"{teacher.url}{link[1]}", base_url=TOOL)
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        copied = read_scenario(archive.read("sam-and-lucy-copy.yaml"))

    assert (copied.id, copied.version) == ("sam-and-lucy-copy", "1.0.0")
    assert copied.licence == read_scenario(SOURCE).licence
    assert (copied.provenance or "").startswith("Adapted from “Pending” 1.1.0")
    assert upload(teacher, answer.data).status_code == 303


def test_a_story_is_retired_offered_again_and_removed(app: Flask, teacher: Learner) -> None:
    path = upload(teacher, a_package()).location.partition(teacher.url)[2].partition("?")[0]
    teacher.send(f"{path}/retire", {}, form=path)
    assert "Offer it again" in teacher.get(path)
    teacher.send(f"{path}/retire", {"again": "1"}, form=path)
    assert "Retire it" in teacher.get(path)
    teacher.send(f"{path}/remove", {}, form=path)

    teacher.get(path, 404)
    assert stored(app) == 1


def test_a_story_that_ships_can_be_neither_retired_nor_removed(teacher: Learner) -> None:
    for deed in ("retire", "remove"):
        answer = teacher.send(f"{LIBRARY}1/{deed}", {}, form="/teaching/settings")
        assert answer.status_code == 404


def put(app: Flask, clock: Clock, source: str) -> int:
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        return store(session, source, media_beside(PENDING), now=clock.now).id


def take(teacher: Learner, version_id: int, **more: str) -> TestResponse:
    return teacher.send(
        "/teaching/version/", {"version": str(version_id), **more}, form="/teaching/settings"
    )


def test_a_text_fix_shows_what_changed_and_reaches_running_attempts(
    app: Flask, teacher: Learner, platform: SigningPlatform, clock: Clock
) -> None:
    learner = Learner(app.test_client(), platform, "ada")
    learner.play()
    newer = put(app, clock, SOURCE.replace("title: Pending", "title: Pending still", 1))
    page = teacher.get("/teaching/version/")
    answer = take(teacher, newer)

    assert "<ins>still</ins>" in page
    assert "Only words have changed" in page
    assert answer.status_code == 303
    assert "Pending still" in learner.get("/")
    learner.read_reasons()
    with app.extensions["database"].session(is_read_only=True) as session:
        assert session.scalars(select(Attempt.scenario_version_id).distinct()).all() == [newer]
        assert "text fix rolled out" in session.scalars(select(AuditEntry.action)).all()
    assert "the newest there is" in teacher.get("/teaching/version/")


RERUN = SOURCE.replace('version: "1.1.0"', 'version: "1.2.0"').replace(
    "version: 1.1.0", "version: 1.2.0"
)


def test_another_structure_names_who_begins_again_before_it_is_taken(
    app: Flask, teacher: Learner, platform: SigningPlatform, clock: Clock
) -> None:
    stays, begins = (Learner(app.test_client(), platform, one) for one in ("ada", "bo"))
    stays.play(night="call")
    begins.play(night="wait")
    newer = put(
        app, clock, RERUN.replace("in: [wait]", "in: [stay]").replace("id: wait", "id: stay")
    )
    page = teacher.get("/teaching/version/")
    refused = take(teacher, newer)
    taken = take(teacher, newer, migrate="1")

    assert "One person would have to begin again" in page
    assert "One person would go on with their answers" in page
    assert refused.status_code == 409
    assert taken.status_code == 303
    with app.extensions["database"].session(is_read_only=True) as session:
        rows = session.scalars(select(Attempt).order_by(Attempt.id)).all()
        assert [(row.scenario_version_id == newer, row.voided_at is None) for row in rows] == [
            (True, True),
            (False, False),
        ]
        assert session.scalars(select(Activity.scenario_version_id)).first() == newer
    begins.get("/")
    stays.read_reasons()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("revisit: [d1-request]", "revisit: [d2-night]"),
        ("private: true  ", "private: false  "),
    ],
)
def test_a_migration_that_changes_what_is_talked_about_or_who_reads_it_is_refused(
    app: Flask,
    teacher: Learner,
    platform: SigningPlatform,
    clock: Clock,
    before: str,
    after: str,
) -> None:
    learner = Learner(app.test_client(), platform, "ada")
    learner.play()
    assert before in RERUN
    newer = put(app, clock, RERUN.replace(before, after))
    page = teacher.get("/teaching/version/")
    answer = take(teacher, newer, migrate="1")

    assert "This activity cannot take it over" in page
    assert answer.status_code == 409
    with app.extensions["database"].session(is_read_only=True) as session:
        assert session.scalars(select(LibraryEntry.shelf)).one()
        assert session.scalars(select(Activity.scenario_version_id)).first() != newer


def test_a_story_is_walked_through_before_it_is_chosen_and_nothing_is_kept(
    app: Flask, teacher: Learner
) -> None:
    entry, version = shipped(app)
    page = f"{LIBRARY}{entry}/{version}/try"
    start = teacher.get(page)
    at_question = teacher.get(f"{page}?scene=request")
    unanswered = teacher.get(f"{page}?scene=request&after=0")
    played = "choice=hold&choice=call&choice=together"
    at_curtain = teacher.get(f"{page}?{played}")
    risen = teacher.get(f"{page}?{played}&raised=1")

    assert "Go on" in start
    assert 'type="radio"' in at_question
    assert "Choose one of the answers" in unanswered
    assert "decide again before they learn how it ended" in at_curtain
    assert "Students come here later" in risen
    teacher.get(f"{page}?choice=nothing", 404)
    teacher.get(f"{page}?scene=nowhere", 404)
    teacher.get(f"{LIBRARY}{entry}/999/try", 404)
    with app.extensions["database"].session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def shipped(app: Flask) -> tuple[int, int]:
    """Return the story that comes with the tool, and its version."""
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        version = session.scalars(select(ScenarioVersion)).one()
        return version.entry_id, version.id
