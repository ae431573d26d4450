"""The tool opens from every kind of LMS that the pretend one can be, also where script is off."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright
from sqlalchemy import select

from ltitool.storage.database import Database
from ltitool.storage.tables import Membership
from tests.browser import BLOCKED, PHONE, accessibility_faults, window
from tests.journeys.conftest import Town
from tests.journeys.student import Student
from tests.postgres import wait_until

ZOE, ROSA = "Zoë Bright", "Dr Rosa Okoye"
ASK_THE_PLATFORM = """(_body, [message, origin]) => new Promise((resolve) => {
    addEventListener("message", (event) => resolve(event.data), { once: true });
    parent.postMessage(message, origin);
})"""
ASK_FROM_THE_PAGE_ITSELF = """(_body, [message, origin]) => new Promise((resolve) => {
    const heard = [];
    addEventListener("message", ({ data }) => {
        heard.push(data.subject);
        if (heard.length === 3) { resolve(heard); } else { postMessage({ subject: "?" }, origin); }
    });
    postMessage(message, origin);
})"""
"""Hears its own messages; an answer would have come before the last of them."""

TOO_WIDE_BY = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("profile", ["plain", "moodle", "canvas"])
def test_a_student_and_an_instructor_are_let_in(
    playwright: Playwright, town: Town, tmp_path: Path, profile: str
) -> None:
    town.lms.use(profile)
    with (
        window(playwright, tmp_path / "zoe", third_party_cookies=BLOCKED) as hers,
        window(playwright, tmp_path / "rosa", third_party_cookies=BLOCKED) as staffs,
    ):
        zoe = Student(hers, town.lms.base_url, ZOE)
        zoe.log_in()
        zoe.open_activity()
        zoe.see("Pending")
        rosa = Student(staffs, town.lms.base_url, ROSA)
        rosa.log_in()
        rosa.open_activity()

        wait_until(lambda: people_in(town) == 7, seconds=20, what="the roster is read")

    assert town.lms.refused == []


def people_in(town: Town) -> int:
    """How many people of the course the tool knows."""
    database = Database(town.settings.database_url)
    try:
        with database.session(is_read_only=True) as session:
            return len(session.scalars(select(Membership.person_id)).all())
    finally:
        database.dispose()


def test_without_script_a_button_goes_on(
    playwright: Playwright, town: Town, tmp_path: Path
) -> None:
    town.lms.use("moodle")
    with window(playwright, tmp_path / "zoe", has_script=False) as context:
        zoe = Student(context, town.lms.base_url, ZOE)
        zoe.log_in()
        zoe.page.get_by_role("link", name="Pending", exact=True).click()
        for _form in ("the login", "the launch"):
            zoe.see("Opening the activity")
            zoe.press("Continue")
            zoe.tool.get_by_role("button", name="Continue").or_(
                zoe.tool.get_by_role("link", name="Start")
            ).wait_for()

        zoe.see("Pending")


@pytest.mark.parametrize("name", [ZOE, ROSA])
def test_the_pages_of_the_lms_fit_a_phone_and_everybody(
    playwright: Playwright, town: Town, tmp_path: Path, name: str
) -> None:
    with window(playwright, tmp_path / "phone", viewport=PHONE) as context:
        person = Student(context, town.lms.base_url, name)
        person.log_in()
        page = person.page
        for path in ("/", "/gradebook", "/settings"):
            page.goto(town.lms.base_url + path)
            assert page.evaluate(TOO_WIDE_BY) == 0, path
            assert accessibility_faults(page) == []


def test_as_canvas_the_course_page_keeps_values_for_the_frame_of_the_tool_only(
    playwright: Playwright, town: Town, tmp_path: Path
) -> None:
    town.lms.use("canvas")
    with window(playwright, tmp_path / "zoe", third_party_cookies=BLOCKED) as context:
        zoe = Student(context, town.lms.base_url, ZOE)
        zoe.log_in()
        zoe.open_activity()
        zoe.see("Pending")

        def ask(subject: str, **more: str) -> Any:
            message = {"subject": subject, "message_id": "m1", **more}
            body = zoe.tool.locator("body")
            return body.evaluate(ASK_THE_PLATFORM, [message, town.lms.base_url])

        assert ask("lti.put_data", key="state-1", value="secret") == {
            "subject": "lti.put_data.response",
            "message_id": "m1",
            "key": "state-1",
            "value": "secret",
        }
        assert ask("lti.get_data", key="state-1")["value"] == "secret"
        assert ask("lti.get_data", key="state-2")["value"] is None
        assert ask("lti.get_data")["error"]["code"] == "bad_request"
        supported = [one["subject"] for one in ask("lti.capabilities")["supported_messages"]]
        assert supported == ["lti.capabilities", "lti.put_data", "lti.get_data"]
        message = {"subject": "lti.get_data", "message_id": "m2", "key": "state-1"}
        own_page = zoe.page.locator("body")
        heard = own_page.evaluate(ASK_FROM_THE_PAGE_ITSELF, [message, town.lms.base_url])
        assert heard == ["lti.get_data", "?", "?"]
