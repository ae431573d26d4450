"""Where a browser keeps no cookie at all in the frame of an LMS, people work in a window."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright
from sqlalchemy import select

from ltitool.core.way_in import WayIn
from ltitool.demo.profiles import CANVAS
from ltitool.storage.database import Database
from ltitool.storage.tables import Visit
from tests.browser import accessibility_faults, window
from tests.journeys.conftest import Town
from tests.journeys.student import SENTENCE, Student

ZOE = "Zoë Bright"
NO_COOKIES_IN_FRAMES = ("http://[*.]tool.localhost", "http://[*.]lms.localhost")
BY_ITS_PARENT = {**CANVAS.login_extras, "lti_storage_target": "_parent"}
NOWHERE = {**CANVAS.login_extras, "lti_storage_target": "a_frame_that_is_not_there"}


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    with window(playwright, tmp_path / "browser", refused=NO_COOKIES_IN_FRAMES) as context:
        yield context


@pytest.fixture
def zoe(browser: BrowserContext, town: Town) -> Student:
    student = Student(browser, town.lms.base_url, ZOE)
    student.log_in()
    return student


def ways_in(town: Town) -> list[WayIn]:
    database = Database(town.settings.database_url)
    try:
        with database.session(is_read_only=True) as session:
            return list(session.scalars(select(Visit.way_in).order_by(Visit.created_at)))
    finally:
        database.dispose()


def test_the_lms_vouches_for_the_browser_and_the_whole_activity_works_in_a_window(
    town: Town, zoe: Student
) -> None:
    town.lms.use("canvas")
    zoe.open_activity()
    zoe.see("Open in a new window")
    zoe.tool.get_by_text("Your course page has confirmed").wait_for()
    assert accessibility_faults(zoe.page) == []
    zoe.photograph("no-cookies-proved")
    frame = zoe.tool
    own = zoe.open_a_window()

    zoe.see("Pending")
    frame.get_by_text("It has opened in a window of its own").wait_for()
    own.reload()
    zoe.see("Pending")
    zoe.decide()
    zoe.read_reasons()
    zoe.post(f"{SENTENCE} Let us wait until Thursday.")
    assert ways_in(town) == [WayIn.STORAGE]


def test_without_storage_the_window_asks_first_and_the_whole_activity_works_in_it(
    town: Town, zoe: Student
) -> None:
    zoe.open_activity()
    zoe.see("Open in a new window")
    zoe.photograph("no-cookies-asked")
    own = zoe.open_a_window()
    own.get_by_text(f"Continue as {ZOE} in Social Work Skills 2?").wait_for()
    zoe.press("Yes, continue")

    zoe.see("Pending")
    zoe.decide()
    zoe.read_reasons()
    zoe.post(f"{SENTENCE} Let us wait until Thursday.")
    assert ways_in(town) == [WayIn.ASKED]

    zoe.press("Save and leave")
    own.goto(own.url.split("/v/")[0] + "/")  # whoever strays
    own.go_back()
    zoe.see("Your place is kept")


@pytest.mark.parametrize(
    ("extras", "is_proved"), [(BY_ITS_PARENT, True), (NOWHERE, False)], ids=["parent", "nowhere"]
)
def test_storage_is_asked_where_the_lms_says_it_is(
    town: Town, zoe: Student, extras: dict[str, str], *, is_proved: bool
) -> None:
    town.lms.profile = replace(CANVAS, login_extras=extras)
    zoe.open_activity()
    zoe.see("Open in a new window")
    if is_proved:
        zoe.tool.get_by_text("Your course page has confirmed").wait_for()
    own = zoe.open_a_window()

    heading = "Pending" if is_proved else "Is this you?"
    own.get_by_role("heading", level=1, name=heading).wait_for()
