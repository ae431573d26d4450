"""The gradebook service, as each platform keeps it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from ltitool.demo.gradebook import ITEM_TYPE, ITEMS_TYPE, RESULTS_TYPE, SCORE_TYPE
from ltitool.demo.lms import Lms
from ltitool.demo.messages import LINE_ITEM
from tests.conftest import Clock
from tests.demo.toy_tool import COLUMN, RESULTS, SCORES, Callers, ToyTool, a_score, at

RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"
ZOE = "101"


def test_a_score_stands_in_the_gradebook_and_in_the_results(lms: Lms, caller: Callers) -> None:
    tool = caller()

    answer = tool.post(SCORES, a_score(lms), SCORE_TYPE)

    assert (answer.status_code, answer.data) == (200, b"")
    grade = lms.grades["pending", ZOE]
    assert (grade.given, grade.maximum, grade.comment) == (40, 100, "1 of 3 steps done.")
    (row,) = tool.get(RESULTS, RESULTS_TYPE).get_json(force=True)
    assert (row["userId"], row["resultScore"], row["resultMaximum"]) == (ZOE, 40, 100)
    assert row["comment"] == "1 of 3 steps done."
    assert lms.refused == []


@pytest.mark.parametrize(
    ("given", "maximum", "stands"), [(3, 4, 75), (25, 20, 100), (-5, 20, 0), (33.33, 100, 33.33)]
)
def test_results_are_on_the_scale_of_the_column(
    lms: Lms, caller: Callers, given: float, maximum: float, stands: float
) -> None:
    tool = caller()
    tool.post(SCORES, a_score(lms, scoreGiven=given, scoreMaximum=maximum), SCORE_TYPE)

    (row,) = tool.get(f"{RESULTS}&user_id={ZOE}", RESULTS_TYPE).get_json(force=True)

    assert row["resultScore"] == pytest.approx(stands)
    assert tool.get(f"{RESULTS}&user_id=102", RESULTS_TYPE).get_json(force=True) == []


@pytest.mark.parametrize(
    ("profile", "seconds_later", "status"),
    [
        ("plain", 0.0, 409),
        ("plain", 0.4, 200),
        ("plain", -1.0, 409),
        ("moodle", 0.4, 409),  # the same second
        ("moodle", 1.0, 200),
        ("canvas", 0.0, 200),
        ("canvas", -0.4, 400),
    ],
)
def test_a_score_that_is_not_later_is_refused_as_the_platform_counts_it(
    lms: Lms, caller: Callers, profile: str, seconds_later: float, status: int
) -> None:
    lms.use(profile)
    tool = caller()
    assert tool.post(SCORES, a_score(lms), SCORE_TYPE).status_code == 200
    when = at(lms.now + timedelta(seconds=seconds_later))

    answer = tool.post(SCORES, a_score(lms, timestamp=when, scoreGiven=70), SCORE_TYPE)

    assert answer.status_code == status
    assert lms.grades["pending", ZOE].given == (70 if status == 200 else 40)


@pytest.mark.parametrize("changes", [{"gradingProgress": "Pending"}, {"scoreGiven": None}], ids=str)
def test_anything_less_than_fully_graded_takes_the_grade_away(
    lms: Lms, caller: Callers, clock: Clock, changes: dict[str, Any]
) -> None:
    tool = caller()
    tool.post(SCORES, a_score(lms), SCORE_TYPE)
    clock.advance(seconds=2)

    answer = tool.post(SCORES, a_score(lms, **changes), SCORE_TYPE)

    assert answer.status_code == 200
    assert lms.grades == {}


def test_a_later_score_without_a_comment_takes_the_comment_away(
    lms: Lms, caller: Callers, clock: Clock
) -> None:
    tool = caller()
    tool.post(SCORES, a_score(lms), SCORE_TYPE)
    clock.advance(seconds=2)

    tool.post(SCORES, a_score(lms, comment=None), SCORE_TYPE)

    assert lms.grades["pending", ZOE].comment == ""
    assert len(lms.grades["pending", ZOE].history) == 2


@pytest.mark.parametrize("accept", ["*/*", "application/json", f"{ITEMS_TYPE}, */*;q=0.1"])
def test_columns_are_listed_for_exactly_their_media_type(caller: Callers, accept: str) -> None:
    tool = caller(LINE_ITEM)

    assert tool.get("/ags/lineitems?type_id=1", accept).status_code == 400
    assert tool.get("/ags/lineitems?type_id=1", ITEMS_TYPE).status_code == 200
    assert tool.get(f"{COLUMN}?type_id=1", ITEM_TYPE).status_code == 200


def test_columns_are_those_of_graded_links(caller: Callers) -> None:
    tool = caller(LINE_ITEM)
    listed = tool.get("/ags/lineitems?type_id=1", ITEMS_TYPE).get_json(force=True)
    url = "/ags/lineitems?type_id=1&resource_link_id=new"

    assert [item["resourceLinkId"] for item in listed] == ["pending", "new"]
    assert len(tool.get(url, ITEMS_TYPE).get_json(force=True)) == 1


def test_moodle_writes_the_next_page_with_curly_quotes_in_the_gradebook(
    lms: Lms, caller: Callers
) -> None:
    lms.use("moodle")

    answer = caller(LINE_ITEM).get("/ags/lineitems?type_id=1&limit=1", ITEMS_TYPE)

    written = answer.headers["Link"].encode("latin-1").decode()
    url = "http://127.0.0.1/ags/lineitems?type_id=1&amp;limit=1&amp;from=1"
    assert written == f"<{url}>; rel=“next”"


def test_answers_have_the_shape_that_a_real_moodle_gave_them(lms: Lms, caller: Callers) -> None:
    lms.use("moodle")
    tool = caller()
    tool.post(SCORES, a_score(lms), SCORE_TYPE)
    calls = json.loads((RECORDED / "ags-token-lineitems.json").read_text("utf-8"))
    recorded = {call["name"]: call for call in calls if "status" in call}
    result = json.loads((RECORDED / "ags-results.json").read_text("utf-8"))[0]

    item = tool.get("/ags/lineitems?type_id=1", ITEMS_TYPE)
    wrong = tool.get("/ags/lineitems?type_id=1", "*/*")
    stands = tool.get(RESULTS, RESULTS_TYPE)

    real = recorded["lineitems GET Accept LC"]
    assert item.get_json(force=True)[0].keys() == real["json"][0].keys()
    assert item.headers["Content-Type"] == real["headers"]["Content-Type"]
    real = recorded["lineitems GET Accept */*"]
    assert wrong.status == f"{real['status']} {real['reason']}"
    assert wrong.get_json().keys() == real["json"].keys()
    assert wrong.get_json()["request"].keys() == real["json"]["request"].keys()
    assert stands.get_json(force=True)[0].keys() == result["json"][0].keys()


def test_as_canvas_the_lms_keeps_a_gradebook_of_its_own(
    client: FlaskClient, lms: Lms, tool: ToyTool, caller: Callers
) -> None:
    as_plain = caller()
    lms.use("canvas")
    as_canvas = caller()

    as_plain.post(SCORES, a_score(lms), SCORE_TYPE)
    as_canvas.post(SCORES, a_score(lms, scoreGiven=100), SCORE_TYPE)

    assert lms.grades["pending", ZOE].given == 100
    lms.use("plain")
    assert lms.grades["pending", ZOE].given == 40


def test_after_a_reset_nothing_is_left(lms: Lms, caller: Callers) -> None:
    lms.use("moodle")
    lms.skew = timedelta(seconds=5)
    tool = caller()
    tool.post(SCORES, a_score(lms), SCORE_TYPE)
    keys = lms.key_set()

    lms.reset()

    assert (lms.profile.name, lms.grades, lms.skew) == ("plain", {}, timedelta())
    assert lms.key_set() != keys
    assert tool.get(RESULTS, RESULTS_TYPE).status_code == 401
