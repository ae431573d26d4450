"""Registering at the pretend LMS: what it takes, and what it refuses in the words of its kind."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ltitool.demo.administration import TOOL_CONFIGURATION
from ltitool.demo.lms import Lms

TOOL_URL = "http://tool.localhost"


def request(**changes: Any) -> dict[str, Any]:
    own = {
        "domain": "tool.localhost",
        "target_link_uri": f"{TOOL_URL}/lti/launch",
        "messages": [{"type": "LtiDeepLinkingRequest"}],
        "https://canvas.instructure.com/lti/privacy_level": "name_only",
        **changes.pop("own", {}),
    }
    return {
        "client_name": "A tool",
        "jwks_uri": f"{TOOL_URL}/lti/keys",
        "initiate_login_uri": f"{TOOL_URL}/lti/login",
        "redirect_uris": [f"{TOOL_URL}/lti/launch"],
        "response_types": ["id_token"],
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/score unknown",
        TOOL_CONFIGURATION: own,
        **changes,
    }


def send(client: FlaskClient, lms: Lms, body: Any, token: str | None = None) -> TestResponse:
    if token is None:
        lms.registration_tokens.add(token := "once")
    headers = {"Authorization": f"Bearer {token}"}
    return client.post("/openid-registration", json=body, headers=headers)


@pytest.mark.parametrize(("profile", "status"), [("moodle", 200), ("canvas", 201), ("plain", 201)])
def test_a_tool_is_taken_as_each_kind_takes_it(
    client: FlaskClient, lms: Lms, profile: str, status: int
) -> None:
    lms.use(profile)

    answer = send(client, lms, request())

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["scope"].endswith("scope/score")
    assert ("deployment_id" in answer.json[TOOL_CONFIGURATION]) is (profile != "canvas")
    assert list(lms.tools) == [answer.json["client_id"]]


def test_a_token_works_once(client: FlaskClient, lms: Lms) -> None:
    send(client, lms, request())

    again = send(client, lms, request(), "once")

    assert (again.status_code, len(lms.tools)) == (400, 1)


def test_as_canvas_the_configuration_needs_the_token(client: FlaskClient, lms: Lms) -> None:
    lms.use("canvas")
    lms.registration_tokens.add("once")

    assert client.get("/openid-configuration").status_code == 401
    shown = client.get("/openid-configuration", headers={"Authorization": "Bearer once"})
    assert shown.json is not None
    assert shown.json["issuer"] == "https://canvas.instructure.com"


FAULTS: list[tuple[str, Any, str]] = [
    ("moodle", [], "invalid_request"),
    ("moodle", request(client_name=""), "missing_client_name"),
    ("moodle", request(own={"domain": ""}), "missing_domain"),
    ("moodle", request(own={"domain": "x.example"}), "domain_targetlinkuri_mismatch"),
    ("moodle", request(response_types=[]), "invalid_response_types"),
    ("moodle", request(token_endpoint_auth_method="none"), "invalid_token_endpoint_auth_method"),
    ("moodle", {**request(), TOOL_CONFIGURATION: None}, "missing_tool_configuration"),
    ("canvas", request(own={"messages": [{"type": "Odd"}]}), "message type Odd"),
    (
        "canvas",
        request(own={"messages": [{"type": "LtiDeepLinkingRequest", "placements": ["roof"]}]}),
        "placement is not supported",
    ),
    (
        "canvas",
        request(own={"https://canvas.instructure.com/lti/privacy_level": "all"}),
        "privacy_level",
    ),
]


@pytest.mark.parametrize(("profile", "body", "words"), FAULTS)
def test_a_faulty_registration_is_refused_in_the_words_of_the_lms(
    client: FlaskClient, lms: Lms, profile: str, body: Any, words: str
) -> None:
    lms.use(profile)

    answer = send(client, lms, body)

    assert answer.status_code == 400
    assert words in answer.text
    assert answer.mimetype == ("text/html" if profile == "moodle" else "application/json")
    assert lms.tools == {}


def test_the_course_uses_a_tool_once_it_is_activated(client: FlaskClient, lms: Lms) -> None:
    answer = send(client, lms, request())
    assert answer.json is not None
    client_id = answer.json["client_id"]
    assert "pending" in client.get("/admin/tools").text

    client.post(f"/admin/tools/{client_id}")

    assert lms.client_id == client_id
    assert "used by the course" in client.get("/admin/tools").text


def test_only_links_of_the_tool_are_opened(client: FlaskClient, lms: Lms) -> None:
    opened = client.get(f"/admin/register?url={TOOL_URL}/lti/register?invite=x")
    assert "openid_configuration=" in opened.text

    answer = client.get("/admin/register?url=https://elsewhere.example/")

    assert answer.status_code == 302
    assert "That is not a link" in client.get(answer.location).text
