"""What an instructor sets: the story, one date, the time zone, how groups are formed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ltitool.actions import library, library_files
from ltitool.core.roles import Role
from ltitool.settings import shipped
from ltitool.storage.queries.progress import rules_of
from ltitool.storage.tables import Activity, ScenarioVersion
from tests.web.teaching_builders import Course, course_in
from tests.web.teaching_classroom import NOON

SETTINGS = "/teaching/settings"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        yield made


def filled(course: Course, **other: str) -> dict[str, str]:
    """Return the form as an instructor sends it who changes nothing but the story."""
    with course.database.transaction() as session:
        version_id = session.scalars(
            select(ScenarioVersion.id)
            .where(ScenarioVersion.scenario_id == "sam-and-lucy")
            .order_by(ScenarioVersion.id)
        ).first()
    return {
        "story": str(version_id),
        "due_date": "",
        "due_time": "",
        "time_zone": "Europe/London",
        "grouping": "wait",
        "hours": "24",
        **other,
    }


def kept(course: Course) -> Activity:
    with course.database.transaction() as session:
        return course.activity(session)


def test_every_story_is_offered_with_what_it_is_about(course: Course) -> None:
    page = course.visit(Role.INSTRUCTOR).read(SETTINGS)

    assert "Pending" in page
    assert "request. Sam brings it" in page
    assert "About 42 minutes." in page
    assert "Growing up in care" in page


def test_choosing_a_story_sets_up_the_activity(course: Course) -> None:
    browser = course.visit(Role.INSTRUCTOR)

    answer = browser.post(SETTINGS, **filled(course))

    assert answer.status_code == 303
    assert "Saved." in browser.read(f"{SETTINGS}?saved=1")
    assert kept(course).scenario_version_id is not None
    with course.database.transaction() as session:
        assert len(rules_of(session, course.activity_id).policy.asked) == 5


def test_a_date_is_read_in_the_time_zone_of_the_form(course: Course) -> None:
    browser = course.visit(Role.INSTRUCTOR)

    browser.post(SETTINGS, **filled(course, due_date="2027-02-09", time_zone="America/New_York"))

    assert kept(course).due_at == datetime(2027, 2, 10, 4, 59, tzinfo=UTC)
    page = browser.read(SETTINGS)
    assert 'value="2027-02-09"' in page
    assert 'value="23:59"' in page
    before_what_is_folded, _folded = page.split("<details")
    assert "<option selected>America/New_York" in before_what_is_folded


def test_a_date_can_be_taken_away_again(course: Course) -> None:
    browser = course.visit(Role.INSTRUCTOR)
    browser.post(SETTINGS, **filled(course, due_date="2027-02-09", due_time="12:30"))
    assert kept(course).due_at == datetime(2027, 2, 9, 12, 30, tzinfo=UTC)

    browser.post(SETTINGS, **filled(course))

    assert kept(course).due_at is None


def test_groups_can_form_as_people_come(course: Course) -> None:
    browser = course.visit(Role.INSTRUCTOR)

    browser.post(SETTINGS, **filled(course, grouping="come", hours=""))

    assert kept(course).group_wait_hours == 0
    assert "People are put into groups as they come" in browser.read(SETTINGS)


def test_one_sentence_says_what_the_folded_part_sets(course: Course) -> None:
    browser = course.visit(Role.INSTRUCTOR)

    browser.post(SETTINGS, **filled(course, hours="6"))

    assert "Groups form when eight people wait, at the latest after 6 hours." in browser.read(
        SETTINGS
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("story", "", "Choose a story"),
        ("story", "99999", "Choose a story"),
        ("due_date", "next week", "Write the date as year-month-day"),
        ("due_date", "9999-12-31", "That year cannot be meant"),
        ("due_time", "noon", "Write the time as 23:59"),
        ("time_zone", "Mars/Base", "Choose a time zone from the list"),
        ("grouping", "never", "Choose how groups are formed"),
        ("hours", "0", "Hours are a whole number from 1 to 336"),
        ("hours", "٣", "Hours are a whole number from 1 to 336"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    course: Course, field: str, value: str, words: str
) -> None:
    answer = course.visit(Role.INSTRUCTOR).post(SETTINGS, **filled(course, **{field: value}))

    assert answer.status_code == 422
    assert words in answer.text
    assert "<title>Problem:" in answer.text
    assert kept(course).scenario_version_id is None


def test_once_somebody_has_decided_the_story_is_fixed_and_the_date_is_not(
    course: Course,
) -> None:
    course.configure(hours=0)
    ada = course.learner("Ada")
    course.decides(ada)
    browser = course.visit(Role.INSTRUCTOR)
    assert "Somebody has decided already" in browser.read(SETTINGS)

    values = filled(course, due_date="2027-03-01")
    del values["story"]
    answer = browser.post(SETTINGS, **values)

    assert answer.status_code == 303
    assert kept(course).due_at is not None


def test_the_server_refuses_another_story_once_somebody_has_decided(course: Course) -> None:
    course.configure(hours=0)
    course.decides(course.learner("Ada"))
    chosen = kept(course).scenario_version_id
    other = newer_version(course)

    answer = course.visit(Role.INSTRUCTOR).post(SETTINGS, **filled(course, story=str(other)))

    assert answer.status_code == 409
    assert kept(course).scenario_version_id == chosen


def test_a_newer_version_is_offered_beside_the_one_in_use(course: Course) -> None:
    course.configure()
    newer_version(course)

    page = course.visit(Role.INSTRUCTOR).read(SETTINGS)

    assert "Version 1.1.0." in page
    assert "Version 9.0.0." in page


def test_a_tutor_reads_the_settings_and_cannot_change_them(course: Course) -> None:
    browser = course.visit(Role.TUTOR)

    page = browser.read(SETTINGS)
    answer = browser.post(SETTINGS, **filled(course))

    assert "Instructors of this course can change this; tutors cannot." in page
    assert "<form" not in page
    assert answer.status_code == 404
    assert kept(course).scenario_version_id is None


@pytest.mark.parametrize(
    ("locale", "zone"),
    [("en-GB", "Europe/London"), ("nl_NL", "Europe/Amsterdam"), ("sv", "UTC"), ("en-US", "UTC")],
)
def test_the_zone_of_a_country_that_has_only_one_is_offered_first(
    course: Course, locale: str, zone: str
) -> None:
    page = course.visit(Role.INSTRUCTOR, locale=locale).read(SETTINGS)

    assert f"<option selected>{zone}</option>" in page


def test_a_form_without_our_mark_is_refused(course: Course) -> None:
    answer = course.visit(Role.INSTRUCTOR).post(SETTINGS, **filled(course), csrf_token="forged")

    assert answer.status_code == 400


def newer_version(course: Course) -> int:
    """Store another version of the story that ships with the tool."""
    path = shipped("scenarios") / "sam-and-lucy.yaml"
    source = path.read_text("utf-8")
    lines = [
        'version: "9.0.0"' if line.startswith("version:") else line for line in source.split("\n")
    ]
    with course.database.transaction() as session:
        media = library_files.media_beside(path)
        return library.store(session, "\n".join(lines), media, now=course.now).id


def test_an_instructor_asks_for_a_gradebook_column(course: Course) -> None:
    teacher = course.visit(Role.INSTRUCTOR)
    assert "does not let the tool make one" in teacher.read("/teaching/settings")
    refused = teacher.post("/teaching/settings/column")
    assert refused.status_code == 422
    with course.database.transaction() as session:
        context = course.activity(session).context
        context.line_items_url, context.can_make_line_items = "https://lms.example/items", True

    assert "Make a column in the gradebook" in teacher.read("/teaching/settings")
    assert course.visit(Role.TUTOR).post("/teaching/settings/column").status_code == 404
    answer = teacher.post("/teaching/settings/column")

    assert answer.status_code == 303
    assert "It is being made" in teacher.read("/teaching/settings")
    jobs = course.app.extensions["jobs"]
    assert [task.name for task in jobs.huey.pending()] == ["column"]


def test_every_part_of_the_settings_is_told_on_one_page(course: Course) -> None:
    course.configure()
    parts = ["Phases", "Where groups come from", "Names, and how long", "Credit", "The version of"]
    for_instructors = ["Where we stand", "The note of this course"]

    page = course.visit(Role.INSTRUCTOR).read(SETTINGS)
    told = course.visit(Role.TUTOR).read(SETTINGS)

    assert all(f"<h2>{part}" in page for part in [*parts, *for_instructors])
    assert all(f"<h2>{part}" in told for part in parts)
    assert not any(f"<h2>{part}" in told for part in for_instructors)


def test_another_date_says_first_who_keeps_a_later_one_of_their_own(course: Course) -> None:
    course.configure(due_at=NOON + timedelta(days=5))
    teacher = course.visit(Role.INSTRUCTOR)
    ada = course.learner("Ada")
    teacher.post(f"/teaching/people/{ada}/credit/extend", until="2027-03-01")

    asked = teacher.post(SETTINGS, **filled(course, due_date="2027-02-20")).text
    teacher.post(SETTINGS, **filled(course, due_date="2027-02-20", confirmed="1"))

    assert "You have given one person a later date of their own, which stays:" in asked
    assert "<bdi>Ada</bdi>" in asked
    assert kept(course).due_at == datetime(2027, 2, 20, 23, 59, tzinfo=UTC)
