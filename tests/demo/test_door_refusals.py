"""What the login service of the pretend LMS refuses, in the words of each platform."""

import pytest
from flask.testing import FlaskClient

from ltitool.demo.lms import Lms
from tests.demo.launching import LAUNCH_URL, PROFILES, Form, begin, log_in, request_for

ON_A_PAGE = "(a page of the LMS)"
FAULTS: list[tuple[dict[str, str | None], dict[str, str]]] = [
    (
        {"redirect_uri": f"{LAUNCH_URL}/"},
        {"plain": ON_A_PAGE, "moodle": ON_A_PAGE, "canvas": ON_A_PAGE},
    ),
    (
        {"client_id": "somebody"},
        {
            "plain": "unauthorized_client",
            "moodle": "unauthorized_client",
            "canvas": "unauthorized_client",
        },
    ),
    (
        {"scope": "openid profile"},
        {"plain": "invalid_request", "moodle": ON_A_PAGE, "canvas": "invalid_request_object"},
    ),
    (
        {"response_type": "code"},
        {"plain": "invalid_request", "moodle": ON_A_PAGE, "canvas": "invalid_request_object"},
    ),
    (
        {"nonce": None},
        {"plain": "invalid_request", "moodle": ON_A_PAGE, "canvas": "invalid_request_object"},
    ),
    (
        {"response_mode": "query"},
        {
            "plain": "invalid_request",
            "moodle": "invalid_request",
            "canvas": "invalid_request_object",
        },
    ),
    (
        {"login_hint": "102"},
        {"plain": "login_required", "moodle": "access_denied", "canvas": "login_required"},
    ),
    (
        {"lti_message_hint": None},
        {"plain": "invalid_request", "moodle": ON_A_PAGE, "canvas": "launch_no_longer_valid"},
    ),
    (
        {"lti_message_hint": "made up"},
        {"plain": "invalid_request", "moodle": ON_A_PAGE, "canvas": "launch_no_longer_valid"},
    ),
]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("changes", "errors"), FAULTS, ids=[str(fault[0]) for fault in FAULTS])
def test_a_wrong_request_is_refused_in_the_words_of_the_platform(
    client: FlaskClient,
    lms: Lms,
    profile: str,
    changes: dict[str, str | None],
    errors: dict[str, str],
) -> None:
    lms.use(profile)
    log_in(client)

    answer = client.get("/auth", query_string=request_for(begin(client), **changes))

    assert len(lms.refused) == 1
    assert "id_token" not in answer.text
    if errors[profile] == ON_A_PAGE:
        assert answer.status_code == 400
        assert "Invalid request" in answer.text
        return
    form = Form(answer.text)
    assert (form.action, form.fields["state"]) == (LAUNCH_URL, "a-state")
    assert form.fields["error"] == errors[profile]


@pytest.mark.parametrize(
    ("profile", "error"),
    [("plain", "login_required"), ("moodle", ON_A_PAGE), ("canvas", "login_required")],
)
def test_nobody_is_proved_where_nobody_is_logged_in(
    client: FlaskClient, lms: Lms, profile: str, error: str
) -> None:
    lms.use(profile)
    log_in(client)
    told = begin(client)
    client.delete_cookie("pretend-lms")

    answer = client.get("/auth", query_string=request_for(told))

    assert Form(answer.text).fields.get("error", ON_A_PAGE) == error


@pytest.mark.parametrize(
    ("profile", "is_refused"), [("plain", False), ("moodle", True), ("canvas", True)]
)
def test_a_message_hint_works_once_in_moodle_and_canvas(
    client: FlaskClient, lms: Lms, profile: str, is_refused: bool
) -> None:
    lms.use(profile)
    log_in(client)
    asked = request_for(begin(client))

    first = client.get("/auth", query_string=asked)
    again = client.get("/auth", query_string=asked)

    assert "id_token" in first.text
    assert ("id_token" not in again.text) == is_refused


def test_the_hint_of_somebody_else_opens_nothing(client: FlaskClient, lms: Lms) -> None:
    log_in(client, "102")
    hint = begin(client)["lti_message_hint"]
    log_in(client, "101")

    asked = request_for(begin(client), lti_message_hint=hint)

    assert Form(client.get("/auth", query_string=asked).text).fields["error"] == "invalid_request"
