"""What a tool does at the door of the pretend LMS, and what a browser does between the two."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from flask.testing import FlaskClient

from ltitool.demo.lms import Lms
from tests.demo.conftest import TOOL_URL

LAUNCH_URL = f"{TOOL_URL}/lti/launch"
PROFILES = ["plain", "moodle", "canvas"]


class Form(HTMLParser):
    """The one form of a page that sends the browser on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        if tag == "input":
            self.fields[given["name"]] = given["value"]


def log_in(client: FlaskClient, user_id: str = "101") -> None:
    client.post("/login", data={"user": user_id})


def begin(client: FlaskClient, link_id: str = "pending") -> dict[str, str]:
    """Begin a launch; return what the tool's login is told."""
    answer = client.get(f"/launch/{link_id}")
    if answer.status_code == 200:
        form = Form(answer.text)
        assert form.action == f"{TOOL_URL}/lti/login"
        return form.fields
    assert answer.location.startswith(f"{TOOL_URL}/lti/login?")
    return {name: v[0] for name, v in parse_qs(urlsplit(answer.location).query).items()}


def request_for(told: dict[str, str], **changes: str | None) -> dict[str, str]:
    """Return the authentication request that a right tool makes of a login."""
    whole = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": told["client_id"],
        "redirect_uri": LAUNCH_URL,
        "login_hint": told["login_hint"],
        "lti_message_hint": told["lti_message_hint"],
        "nonce": "a-nonce",
        "state": "a-state",
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def claims_of(lms: Lms, token: str) -> dict[str, Any]:
    """Return the claims of a token that the published key set proves."""
    kid = jwt.get_unverified_header(token)["kid"]
    (key,) = [key for key in lms.key_set()["keys"] if key["kid"] == kid]
    unchecked: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
    found: dict[str, Any] = jwt.decode(token, jwt.PyJWK(key), ["RS256"], options=unchecked)
    return found
