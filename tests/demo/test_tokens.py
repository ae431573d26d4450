"""The token service: right assertions pass, each wrong one is refused in the platform's words."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from ltitool.demo.lms import Lms
from ltitool.demo.messages import RESULT, SCOPES, SCORE
from ltitool.demo.tokens import ASSERTION_TYPE
from tests.conftest import Clock
from tests.demo.toy_tool import ToyTool
from tests.launching import ABSENT, a_key

PROFILES = ["plain", "moodle", "canvas"]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_right_assertion_gets_a_token_for_what_it_asked(
    client: FlaskClient, lms: Lms, tool: ToyTool, profile: str
) -> None:
    lms.use(profile)

    answer = tool.ask(client, tool.assertion(lms), (SCORE, "urn:unknown"))

    body = answer.get_json(force=True)
    assert answer.status_code == 200
    assert (body["scope"], body["token_type"], body["expires_in"]) == (SCORE, "Bearer", 3600)
    assert answer.mimetype == ("text/html" if profile == "moodle" else "application/json")
    assert lms.refused == []


@pytest.mark.parametrize(
    ("changes", "moodle_says"),
    [
        ({"iss": "somebody"}, "invalid_client"),
        ({"sub": "somebody"}, "invalid_client"),
        ({"aud": "http://elsewhere.example/token"}, "invalid_client"),
        ({"jti": ABSENT}, "invalid_client"),
        ({"exp": 1}, "Expired token"),
    ],
    ids=["iss", "sub", "aud", "jti", "exp"],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    client: FlaskClient, lms: Lms, tool: ToyTool, changes: dict[str, Any], moodle_says: str
) -> None:
    plain = tool.ask(client, tool.assertion(lms, **changes))
    lms.use("moodle")
    moodle = tool.ask(client, tool.assertion(lms, **changes))

    assert (plain.status_code, plain.get_json()["error"]) == (400, "invalid_client")
    assert (moodle.status_code, moodle.get_json(force=True)) == (400, {"error": moodle_says})
    assert moodle.mimetype == "text/html"
    assert len(lms.refused) == 2


def test_an_assertion_works_once(client: FlaskClient, lms: Lms, tool: ToyTool) -> None:
    assertion = tool.assertion(lms)

    assert tool.ask(client, assertion).status_code == 200
    again = tool.ask(client, assertion)

    assert (again.status_code, again.get_json()["error_description"]) == (
        400,
        "this assertion was used before",
    )


@pytest.mark.parametrize(
    ("profile", "ahead", "status"),
    [
        ("plain", 30, 200),
        ("plain", 61, 400),
        ("moodle", 0, 200),
        ("moodle", 1, 400),
        ("canvas", 30, 200),
    ],
)
def test_an_assertion_from_the_future_is_taken_within_the_leeway_and_moodle_has_none(
    client: FlaskClient, lms: Lms, tool: ToyTool, profile: str, ahead: int, status: int
) -> None:
    lms.use(profile)
    iat = int(lms.now.timestamp()) + ahead

    assert tool.ask(client, tool.assertion(lms, iat=iat)).status_code == status


def test_moodle_says_its_time_and_looks_at_nbf_instead_where_there_is_one(
    client: FlaskClient, lms: Lms, tool: ToyTool
) -> None:
    lms.use("moodle")
    present = int(lms.now.timestamp())

    early = tool.ask(client, tool.assertion(lms, iat=present + 30))
    with_nbf = tool.ask(client, tool.assertion(lms, iat=present + 30, nbf=present))

    words = "Cannot handle token with iat prior to 2027-02-02T14:00:00+0000"
    assert early.get_json(force=True) == {"error": words}
    assert with_nbf.status_code == 200


def test_an_assertion_without_kid_is_refused(client: FlaskClient, lms: Lms, tool: ToyTool) -> None:
    lms.use("moodle")

    answer = tool.ask(client, tool.assertion(lms, header={}))

    words = "error/Error: kid must be provided in JWT header."
    assert (answer.status_code, answer.get_json(force=True)) == (400, {"error": words})


def test_moodle_breaks_its_json_over_an_unknown_kid(
    client: FlaskClient, lms: Lms, tool: ToyTool
) -> None:
    assertion = tool.assertion(lms, header={"kid": "another"})

    plain = tool.ask(client, assertion)
    lms.use("moodle")
    moodle = tool.ask(client, assertion)

    assert plain.get_json()["error"] == "invalid_client"
    assert moodle.text == '{\n  "error" : ""kid" invalid, unable to lookup correct key"\n}'


@pytest.mark.parametrize("body", [b"<html>not a key set</html>", b"[]", b"{}"])
def test_where_the_tool_has_no_key_set_moodle_answers_with_a_page(
    client: FlaskClient, lms: Lms, tool: ToyTool, body: bytes
) -> None:
    tool.key_set_body = body

    plain = tool.ask(client, tool.assertion(lms))
    lms.use("moodle")
    moodle = tool.ask(client, tool.assertion(lms))

    assert plain.get_json()["error_description"] == "the tool's key set cannot be read"
    assert (moodle.status_code, moodle.mimetype) == (404, "text/html")


@pytest.mark.parametrize("assertion", ["", "nonsense", "a.b.c"])
def test_what_is_no_signed_token_is_refused(
    client: FlaskClient, lms: Lms, tool: ToyTool, assertion: str
) -> None:
    answer = tool.ask(client, assertion)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client")


def test_a_signature_of_another_key_is_refused(
    client: FlaskClient, lms: Lms, tool: ToyTool
) -> None:
    forged = ToyTool(key=a_key("a thief")).assertion(lms)

    assert tool.ask(client, forged).get_json()["error"] == "invalid_client"


def test_only_a_form_with_the_right_kind_of_grant_is_read(
    client: FlaskClient, lms: Lms, tool: ToyTool
) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": tool.assertion(lms),
        "scope": SCORE,
    }

    as_json = client.post("/token", json=form)
    as_password = client.post("/token", data=form | {"grant_type": "password"})

    for answer in (as_json, as_password):
        assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_only_unknown_scopes_get_no_token(client: FlaskClient, lms: Lms, tool: ToyTool) -> None:
    answer = tool.ask(client, tool.assertion(lms), ("urn:unknown",))

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_scope")


def test_the_clock_of_the_lms_decides_whether_an_assertion_has_ended(
    client: FlaskClient, lms: Lms, tool: ToyTool, clock: Clock
) -> None:
    lms.use("moodle")
    assertion = tool.assertion(lms)
    clock.advance(seconds=301)

    answer = tool.ask(client, assertion)

    assert answer.get_json(force=True) == {"error": "Expired token"}


def test_every_scope_the_tool_may_need_is_known() -> None:
    assert {SCORE, RESULT} < set(SCOPES)
    assert len(SCOPES) == 5
