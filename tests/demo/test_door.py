"""Opening the tool: the login that the LMS begins, and the token it signs."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from ltitool.demo.lms import Lms
from tests.demo.conftest import LMS_URL, TOOL_URL
from tests.demo.launching import (
    LAUNCH_URL,
    PROFILES,
    Form,
    begin,
    claims_of,
    log_in,
    request_for,
)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_login_says_who_asks_for_whom_and_what(
    client: FlaskClient, lms: Lms, profile: str
) -> None:
    lms.use(profile)
    log_in(client)

    told = begin(client)

    assert told["iss"] == lms.issuer
    assert told["client_id"] == lms.profile.client_id
    assert told["login_hint"] == "101"
    assert told["target_link_uri"] == LAUNCH_URL
    assert told["lti_message_hint"]


def test_moodle_begins_with_a_form_and_a_hint_in_json_and_names_no_storage(
    client: FlaskClient, lms: Lms
) -> None:
    lms.use("moodle")
    log_in(client)

    answer = client.get("/launch/pending")
    told = Form(answer.text).fields

    assert answer.status_code == 200
    assert told.keys() == {
        "iss",
        "target_link_uri",
        "login_hint",
        "lti_message_hint",
        "client_id",
        "lti_deployment_id",
    }
    assert json.loads(told["lti_message_hint"]).keys() == {"cmid", "launchid"}


def test_canvas_names_its_storage_and_signs_for_all_schools_with_one_issuer(
    client: FlaskClient, lms: Lms
) -> None:
    lms.use("canvas")
    log_in(client)

    told = begin(client)

    assert told["iss"] == "https://canvas.instructure.com"
    assert told["deployment_id"] == "1"
    assert "lti_deployment_id" not in told
    assert told["lti_storage_target"] == "post_message_forwarding"


@pytest.mark.parametrize("profile", PROFILES)
def test_a_right_request_gets_a_signed_token_posted_to_the_tool(
    client: FlaskClient, lms: Lms, profile: str
) -> None:
    lms.use(profile)
    log_in(client)

    answer = client.get("/auth", query_string=request_for(begin(client)))

    form = Form(answer.text)
    assert form.action == LAUNCH_URL
    assert form.fields.keys() == {"id_token", "state"}
    claims = claims_of(lms, form.fields["id_token"])
    assert (claims["sub"], claims["nonce"]) == ("101", "a-nonce")
    assert claims["exp"] - claims["iat"] == lms.profile.token_seconds
    assert form.fields["state"] == "a-state"
    assert "post.js" in answer.text
    assert "<button" in answer.text
    assert lms.refused == []


def test_a_state_that_was_not_sent_does_not_come_back(client: FlaskClient) -> None:
    log_in(client)

    answer = client.get("/auth", query_string=request_for(begin(client), state=None))

    assert Form(answer.text).fields.keys() == {"id_token"}


def test_a_new_key_signs_and_only_it_is_published(client: FlaskClient, lms: Lms) -> None:
    log_in(client)
    before = client.get("/keys").get_json()["keys"]

    lms.rotate_keys()

    after = client.get("/keys").get_json()["keys"]
    assert len(after) == 1
    assert before[0]["kid"] != after[0]["kid"]
    answer = client.get("/auth", query_string=request_for(begin(client)))
    assert claims_of(lms, Form(answer.text).fields["id_token"])["sub"] == "101"


@pytest.mark.parametrize("seconds", [-5, 5])
def test_tokens_follow_the_clock_of_the_lms(client: FlaskClient, lms: Lms, seconds: int) -> None:
    log_in(client)
    lms.skew = timedelta(seconds=seconds)

    answer = client.get("/auth", query_string=request_for(begin(client)))

    issued = claims_of(lms, Form(answer.text).fields["id_token"])["iat"]
    assert issued == lms.clock().timestamp() + seconds


@pytest.mark.parametrize("path", ["/launch/pending", "/launch/nowhere"])
def test_who_is_not_logged_in_is_sent_to_choose(client: FlaskClient, path: str) -> None:
    assert client.get(path).location == "/"


def test_what_is_not_there_cannot_be_launched(client: FlaskClient) -> None:
    log_in(client)

    assert client.get("/launch/nowhere").location == "/"


def test_the_tool_and_the_lms_are_two_sites_to_a_browser(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]

    assert f"frame-src 'self' {TOOL_URL};" in policy
    assert "unsafe-inline" not in policy
    assert urlsplit(LMS_URL).hostname != urlsplit(TOOL_URL).hostname
