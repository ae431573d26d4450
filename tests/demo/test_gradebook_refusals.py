"""What the gradebook service of the pretend LMS refuses, in the words of each platform."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from ltitool.demo.gradebook import RESULTS_TYPE, SCORE_TYPE
from ltitool.demo.lms import Lms
from ltitool.demo.messages import RESULT, SCORE
from tests.conftest import Clock
from tests.demo.toy_tool import COLUMN, RESULTS, SCORES, Caller, Callers, a_score

TUTOR, STRANGER = "201", "999"


def test_moodle_says_why_in_the_reason_phrase_only(lms: Lms, caller: Callers) -> None:
    lms.use("moodle")
    tool = caller()
    tool.post(SCORES, a_score(lms), SCORE_TYPE)

    again = tool.post(SCORES, a_score(lms), SCORE_TYPE)
    not_gradable = tool.post(SCORES, a_score(lms, userId=TUTOR), SCORE_TYPE)

    words = "Refusing score with an earlier timestamp for item pending and user 101"
    assert (again.status, again.text) == (f"409 {words}", "[]")
    assert not_gradable.status.startswith('400 Incorrect score received{"userId": "201"')
    assert not_gradable.text == "[]"


@pytest.mark.parametrize("user_id", [TUTOR, STRANGER])
@pytest.mark.parametrize(("profile", "status"), [("plain", 404), ("moodle", 400), ("canvas", 422)])
def test_only_students_get_grades(
    lms: Lms, caller: Callers, profile: str, status: int, user_id: str
) -> None:
    lms.use(profile)

    answer = caller().post(SCORES, a_score(lms, userId=user_id), SCORE_TYPE)

    assert answer.status_code == status
    assert lms.grades == {}
    assert len(lms.refused) == 1


def test_canvas_puts_its_words_under_errors(lms: Lms, caller: Callers) -> None:
    lms.use("canvas")

    answer = caller().post(SCORES, a_score(lms, userId=TUTOR), SCORE_TYPE)

    said = {
        "type": "unprocessable_entity",
        "message": "User not found in course or is not a student",
    }
    assert answer.get_json() == {"errors": said}


@pytest.mark.parametrize("profile", ["plain", "moodle", "canvas"])
@pytest.mark.parametrize(
    "changes",
    [
        {"userId": None},
        {"timestamp": None},
        {"activityProgress": None},
        {"gradingProgress": None},
        {"scoreMaximum": None},
        {"scoreMaximum": 0},
        {"scoreGiven": "many"},
        {"timestamp": "yesterday"},
        {"timestamp": "2027-02-02T14:00:00"},
    ],
    ids=str,
)
def test_a_score_with_a_part_missing_or_unreadable_is_refused(
    lms: Lms, caller: Callers, profile: str, changes: dict[str, Any]
) -> None:
    lms.use(profile)

    answer = caller().post(SCORES, a_score(lms, **changes), SCORE_TYPE)

    assert answer.status_code == 400
    assert lms.grades == {}


@pytest.mark.parametrize("body", ["not JSON", "[]", "7"])
def test_what_is_no_json_object_is_no_score(lms: Lms, caller: Callers, body: str) -> None:
    assert caller().post(SCORES, body, SCORE_TYPE).status_code == 400


def test_a_score_needs_its_own_media_type_and_its_own_place(lms: Lms, caller: Callers) -> None:
    tool = caller()

    as_json = tool.post(SCORES, a_score(lms), "application/json")
    behind_the_query = tool.post(f"{COLUMN}?type_id=1/scores", a_score(lms), SCORE_TYPE)
    with_charset = tool.post(SCORES, a_score(lms), f"{SCORE_TYPE}; charset=utf-8")

    statuses = [as_json.status_code, behind_the_query.status_code, with_charset.status_code]
    assert statuses == [400, 400, 200]


@pytest.mark.parametrize("link_id", ["pending-ungraded", "nowhere"])
def test_a_link_without_a_column_takes_no_score(lms: Lms, caller: Callers, link_id: str) -> None:
    answer = caller().post(f"/ags/{link_id}/lineitem/scores", a_score(lms), SCORE_TYPE)

    assert answer.status_code == 404


def test_a_token_without_the_scope_or_after_its_hour_is_not_let_in(
    lms: Lms, caller: Callers, clock: Clock, client: FlaskClient
) -> None:
    for_scores = caller(SCORE)

    assert for_scores.get(RESULTS, RESULTS_TYPE).status_code == 401
    assert caller(RESULT).post(SCORES, a_score(lms), SCORE_TYPE).status_code == 401
    assert Caller(client, "made up").get(RESULTS, RESULTS_TYPE).status_code == 401
    assert client.get(RESULTS).status_code == 401
    clock.advance(hours=1)
    assert for_scores.post(SCORES, a_score(lms), SCORE_TYPE).status_code == 401


def test_a_column_of_another_deployment_is_not_let_in(lms: Lms, caller: Callers) -> None:
    answer = caller().post(f"{COLUMN}/scores?type_id=2", a_score(lms), SCORE_TYPE)

    assert answer.status_code == 401


def test_canvas_refuses_who_asks_too_fast_and_who_does_not_say_who_it_is(
    lms: Lms, caller: Callers, clock: Clock
) -> None:
    lms.use("canvas")
    tool = caller()

    nameless = tool.get(RESULTS, RESULTS_TYPE, **{"User-Agent": ""})
    statuses = [tool.get(RESULTS, RESULTS_TYPE).status_code for _call in range(61)]
    last = tool.get(RESULTS, RESULTS_TYPE)
    clock.advance(seconds=11)

    assert nameless.status_code == 403
    assert statuses == [200] * 60 + [403]
    assert (last.status_code, last.text) == (403, "403 Forbidden (Rate Limit Exceeded)")
    assert tool.get(RESULTS, RESULTS_TYPE).status_code == 200


@pytest.mark.parametrize(("fails", "status"), [("500", 500), ("html", 503)])
def test_the_gradebook_fails_when_it_is_told_to(
    lms: Lms, caller: Callers, fails: str, status: int
) -> None:
    lms.fails = fails

    assert caller().post(SCORES, a_score(lms), SCORE_TYPE).status_code == status
    assert lms.grades == {}
