"""The main job: two students play to the end, and both grades stand in the gradebook."""

from pathlib import Path

from playwright.sync_api import Playwright

from tests.browser import BLOCKED, window
from tests.journeys.conftest import Town
from tests.journeys.student import Student
from tests.postgres import wait_until

ZOE, OLENA = "Zoë Bright", "Олена Коваль"
FIRST_POST = "I would wait until Thursday and say it on a walk, because a button cannot say why."
ANSWER = "A walk is kind, but four days of silence already say something, and she can read it."
REPLY = "Then say tonight that the answer comes on Thursday, from the work phone, in one line."
OWN_POST = "Lucy asked for a place where typing is easier, so the answer should come in writing."


def test_two_students_reach_a_hundred_and_the_gradebook_shows_both(
    playwright: Playwright, town: Town, tmp_path: Path
) -> None:
    with (
        window(playwright, tmp_path / "zoe", third_party_cookies=BLOCKED) as hers,
        window(playwright, tmp_path / "olena", third_party_cookies=BLOCKED) as others,
    ):
        zoe = Student(hers, town.lms.base_url, ZOE)
        olena = Student(others, town.lms.base_url, OLENA)
        for student in (zoe, olena):
            student.log_in()
            student.open_activity()
            student.decide()
            student.read_reasons()

        zoe.post(FIRST_POST)
        olena.open_activity()
        olena.press("Go on: Group talk")
        olena.tool.get_by_text(FIRST_POST).wait_for()
        alias = olena.tool.locator(".posts .turn-name b").first.inner_text()
        olena.reply(alias, ANSWER)
        olena.post(OWN_POST)
        zoe.open_activity()
        zoe.press("Go on: Group talk")
        zoe.tool.get_by_text(ANSWER).wait_for()
        zoe.reply(zoe.tool.locator(".replies .turn-name b").first.inner_text(), REPLY)

        for student in (zoe, olena):
            student.decide_again(3)
            student.reflect()
            student.tool.get_by_text("of 100 so far. Everything is done.").wait_for()

        wait_until(lambda: len(town.lms.grades) == 2, seconds=20, what="both grades arrive")
        zoe.page.goto(f"{town.lms.base_url}/gradebook")
        zoe.page.get_by_text("100 of 100").wait_for()

    assert {
        (link, user): (grade.given, grade.maximum)
        for (link, user), grade in town.lms.grades.items()
    } == {("pending", "101"): (100, 100), ("pending", "103"): (100, 100)}
    assert town.lms.refused == []
