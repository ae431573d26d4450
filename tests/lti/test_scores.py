import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.errors import PlatformError
from ltitool.lti.connector import Connector
from ltitool.lti.results import read_result, read_results
from ltitool.lti.scores import Score, ScoreMessage, Submission, send_score
from tests.lms import Asked, Lms, Reply, replied
from tests.lti.test_connector import recorded, reply_of

AT = datetime(2027, 2, 12, 12, 30, 15, 250_000, tzinfo=UTC)
MOODLE_ITEM = "/mod/lti/services.php/2/lineitems/2/lineitem?type_id=2"


def score(url: str, hundredths: int = 7000, *, at: datetime = AT) -> Score:
    return Score(url, "5", hundredths, 100, at, "2 of 3 steps done.")


def share(connector: Connector, url: str, sub: str) -> float | None:
    found = read_result(connector, url, sub)
    return found.share if found else None


def test_a_score_is_posted_before_the_query_with_its_exact_type(
    lms: Lms, connector: Connector
) -> None:
    words = send_score(connector, score(lms.url + MOODLE_ITEM))

    asked = lms.service_requests[0]
    assert words == "Received"
    assert asked.method == "POST"
    assert asked.path == "/mod/lti/services.php/2/lineitems/2/lineitem/scores?type_id=2"
    assert asked.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert asked.json == {
        "userId": "5",
        "scoreGiven": 70,
        "scoreMaximum": 100,
        "activityProgress": "InProgress",
        "gradingProgress": "FullyGraded",
        "timestamp": "2027-02-12T12:30:15.250+00:00",
        "comment": "2 of 3 steps done.",
    }


def test_only_the_scope_for_scores_is_asked_for(lms: Lms, connector: Connector) -> None:
    send_score(connector, score(lms.url + MOODLE_ITEM))

    assert lms.token_requests[0].form["scope"].endswith("/lti-ags/scope/score")


def test_a_full_score_is_completed_and_every_other_in_progress() -> None:
    def progress(hundredths: int) -> object:
        return json.loads(ScoreMessage(score("x", hundredths)).get_value())["activityProgress"]

    assert progress(10_000) == "Completed"
    assert progress(9_999) == "InProgress"
    assert progress(0) == "InProgress"


@given(st.integers(min_value=0, max_value=10_000))
def test_a_score_is_written_without_binary_fractions(hundredths: int) -> None:
    written = ScoreMessage(score("x", hundredths)).get_value()

    found = re.search(r'"scoreGiven": ([0-9.]+),', written)
    assert found is not None
    assert Decimal(found.group(1)) == Decimal(hundredths) / 100


def test_a_timestamp_has_milliseconds_and_an_offset() -> None:
    east = timezone(timedelta(hours=9))

    written = json.loads(ScoreMessage(score("x", at=AT.astimezone(east))).get_value())

    assert written["timestamp"] == "2027-02-12T21:30:15.250+09:00"


def test_a_comment_is_always_sent_because_moodle_clears_what_is_missing() -> None:
    written = json.loads(ScoreMessage(Score("x", "5", 0, 100, AT, "")).get_value())

    assert written["comment"] == ""


def test_the_reason_phrase_of_a_refused_score_is_kept(lms: Lms, connector: Connector) -> None:
    reason = "Refusing score with an earlier timestamp for item 2 and user 5"
    lms.answer = lambda _asked: Reply(409, reason, body=b"[]")

    with pytest.raises(PlatformError, match=reason) as refusal:
        send_score(connector, score(lms.url + MOODLE_ITEM))

    assert refusal.value.status == 409


def test_how_long_to_wait_is_passed_on(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: Reply(503, headers={"Retry-After": "40"})

    with pytest.raises(PlatformError) as refusal:
        send_score(connector, score(lms.url + MOODLE_ITEM))

    assert refusal.value.retry_after == 40


SCORES = [entry for entry in recorded("ags-scores2.json") if "/scores" in entry["request"]["url"]]


@pytest.mark.parametrize("entry", SCORES, ids=lambda entry: str(entry["name"]))
def test_what_a_real_moodle_says_to_a_score_it_took_is_success(
    entry: dict[str, Any], lms: Lms, connector: Connector
) -> None:
    lms.answer = lambda _asked: reply_of(entry)

    assert send_score(connector, score(lms.url + MOODLE_ITEM)) == "Received"


def test_what_stands_in_the_gradebook_is_a_share_of_the_maximum(
    lms: Lms, connector: Connector
) -> None:
    entry = next(one for one in recorded("ags-results.json") if one["name"] == "results GET")
    lms.answer = lambda _asked: reply_of(entry)

    assert share(connector, lms.url + MOODLE_ITEM, "5") == 0.25
    assert share(connector, lms.url + MOODLE_ITEM, "6") == 0.75
    assert read_result(connector, lms.url + MOODLE_ITEM, "99") is None
    asked = lms.service_requests[0]
    assert asked.path == (
        "/mod/lti/services.php/2/lineitems/2/lineitem/results?type_id=2&user_id=5"
    )
    assert asked.headers["Accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


@pytest.mark.parametrize(
    "row",
    [
        {"userId": "5"},
        {"userId": "5", "resultScore": None},
        {"userId": "5", "resultScore": 5, "resultMaximum": 0},
        {"userId": "5", "resultScore": "5", "resultMaximum": 10},
    ],
)
def test_a_result_that_says_nothing_is_none(
    row: dict[str, object], lms: Lms, connector: Connector
) -> None:
    lms.answer = lambda _asked: replied([row])

    assert share(connector, f"{lms.url}/item", "5") is None


def test_a_column_is_read_page_by_page(lms: Lms, connector: Connector) -> None:
    first = [{"userId": "5", "resultScore": 3, "resultMaximum": 10, "timestamp": AT.isoformat()}]
    more = f'<{lms.url}/item/results?page=2>; rel="next"'
    second = [{"userId": "6"}, {"nobody": True}, "odd"]

    def answer(asked: Asked) -> Reply:
        return replied(second) if "page=2" in asked.path else replied(first, Link=more)

    lms.answer = answer
    found = read_results(connector, f"{lms.url}/item")

    assert set(found) == {"5", "6"}
    assert (found["5"].share, found["5"].stored_at) == (0.3, AT)
    assert (found["6"].share, found["6"].stored_at) == (None, None)


def test_canvas_is_told_that_a_score_is_no_new_attempt() -> None:
    claim = "https://canvas.instructure.com/lti/submission"

    def told(*, is_first: bool) -> object:
        sent = Score("x", "5", 7000, 100, AT, "", Submission(is_first, AT))
        return json.loads(ScoreMessage(sent).get_value())[claim]

    common = {
        "prioritize_non_tool_grade": True,
        "submitted_at": "2027-02-12T12:30:15.250+00:00",
    }
    assert told(is_first=True) == {"new_submission": True, **common}
    assert told(is_first=False) == {"new_submission": False, **common}


@pytest.mark.parametrize("body", [{}, "x", None, 5])
def test_results_that_are_no_list_are_refused(body: object, lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: replied(body)

    with pytest.raises(PlatformError, match="not a list"):
        read_result(connector, f"{lms.url}/item", "5")


def test_a_sub_with_odd_letters_is_quoted(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: replied([])

    read_result(connector, f"{lms.url}/item", "a&b=c d/é")

    assert lms.service_requests[0].path == "/item/results?user_id=a%26b%3Dc%20d%2F%C3%A9"
