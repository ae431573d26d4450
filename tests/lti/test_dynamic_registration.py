"""What is believed of a platform that registers itself, and what it is told."""

import json
import socket
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ltitool.core.errors import PlatformError
from ltitool.lti.dynamic_registration import Configuration, read_configuration, register
from ltitool.lti.http import LARGEST_ANSWER, PlatformHttp
from ltitool.lti.tool_profile import (
    TOOL_CONFIGURATION,
    ToolAddresses,
    canvas_configuration,
    registration_request,
    scopes_for,
)
from tests.lms import Asked, Lms, Reply, replied
from tests.registering import TOKEN, RegisteringPlatform

RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"
TOOL = ToolAddresses(
    "https://tool.example",
    "https://tool.example/lti/launch",
    "https://tool.example/lti/login",
    "https://tool.example/lti/keys",
)


@pytest.fixture
def platform(lms: Lms) -> RegisteringPlatform:
    return RegisteringPlatform(lms)


def read(http: PlatformHttp, platform: RegisteringPlatform, **options: Any) -> Configuration:
    return read_configuration(http, platform.configuration_url, TOKEN, **options)


def test_the_one_time_token_is_sent_with_both_requests(
    http: PlatformHttp, platform: RegisteringPlatform
) -> None:
    found = read(http, platform)
    register(http, found, registration_request(TOOL, "moodle"), TOKEN)

    sent = [asked.headers["Authorization"] for asked in platform.lms.asked]
    assert sent == [f"Bearer {TOKEN}"] * 2


def test_the_configuration_of_a_real_moodle_is_understood(http: PlatformHttp, lms: Lms) -> None:
    recorded = (RECORDED / "openid-configuration.json").read_text("utf-8")
    moved = recorded.replace("http://127.0.0.1:8100", lms.url)
    lms.answer = lambda _asked: replied(json.loads(moved))

    found = read_configuration(http, f"{lms.url}/mod/lti/openid-configuration.php", TOKEN)

    assert "https://purl.imsglobal.org/spec/lti-ags/scope/score" in found.scopes
    assert replace(found, scopes=()) == Configuration(
        lms.url,
        f"{lms.url}/mod/lti/auth.php",
        f"{lms.url}/mod/lti/token.php",
        f"{lms.url}/mod/lti/certs.php",
        f"{lms.url}/mod/lti/openid-registration.php",
        "moodle",
    )


def test_groups_are_asked_for_only_where_the_platform_has_them(
    http: PlatformHttp, platform: RegisteringPlatform
) -> None:
    groups = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"

    asked = []
    for supported in ([groups, 7], [], "all of them"):
        platform.changes = {"scopes_supported": supported}
        found = read(http, platform)
        request = registration_request(TOOL, found.family, found.scopes)
        asked.append(groups in request["scope"].split())

    assert asked == [True, False, False]


def test_what_a_real_moodle_answers_is_understood(
    http: PlatformHttp, platform: RegisteringPlatform
) -> None:
    recorded = json.loads((RECORDED / "dynamic-registration.json").read_text("utf-8"))
    platform.registration_answer = lambda _asked: replied(recorded["registration_response"])

    made = register(http, read(http, platform), registration_request(TOOL, "moodle"), TOKEN)

    assert (made.client_id, made.deployment_id) == ("PZeWSnqJrSHUb78", "1")
    assert set(made.scopes) == set(scopes_for("moodle"))


@pytest.mark.parametrize("status", [200, 201])
def test_a_platform_may_name_no_deployment_and_grant_less(
    http: PlatformHttp, platform: RegisteringPlatform, status: int
) -> None:
    platform.status, platform.deployment_id, platform.scopes = status, None, "one two"

    made = register(http, read(http, platform), registration_request(TOOL, "canvas"), TOKEN)

    assert (made.deployment_id, made.scopes) == ("", ("one", "two"))


@pytest.mark.parametrize("family", ["moodle", "canvas", "else"])
def test_a_request_says_what_each_platform_needs(family: str) -> None:
    request = registration_request(TOOL, family)
    own = request[TOOL_CONFIGURATION]
    kinds = [message["type"] for message in own["messages"]]

    assert request["redirect_uris"] == [TOOL.launch_url]
    assert own["custom_parameters"]["context_history"] == "$Context.id.history"
    assert own["custom_parameters"]["link_history"] == "$ResourceLink.id.history"
    assert "email" not in own["claims"]
    assert kinds[0] == "LtiDeepLinkingRequest"
    assert ("LtiSubmissionReviewRequest" in kinds) is (family != "canvas")
    assert ("noticehandlers" in request["scope"]) is (family == "canvas")


def test_the_group_ids_are_asked_for_in_the_words_of_each_platform() -> None:
    def asked(family: str) -> str | None:
        custom = registration_request(TOOL, family)[TOOL_CONFIGURATION]["custom_parameters"]
        found: str | None = custom.get("group_ids")
        return found

    assert asked("moodle") == "$Moodle.Person.userGroupIds"
    assert asked("canvas") == "$Canvas.group.contextIds"
    assert asked("else") is None


def test_canvas_is_told_the_same_by_its_own_configuration() -> None:
    told = canvas_configuration(TOOL)

    assert told["oidc_initiation_url"] == TOOL.login_url
    assert told["public_jwk_url"] == TOOL.key_set_url
    assert told["extensions"][0]["privacy_level"] == "name_only"
    assert set(told["scopes"]) == set(registration_request(TOOL, "canvas")["scope"].split())


@pytest.mark.parametrize(
    "issuer",
    ["https://moodle.example", "https://canvas.instructure.com", "https://127.0.0.1.evil.example"],
)
def test_a_platform_that_speaks_for_another_is_refused(
    http: PlatformHttp, platform: RegisteringPlatform, issuer: str
) -> None:
    platform.changes = {"issuer": issuer}

    with pytest.raises(PlatformError, match="another site"):
        read(http, platform)
    assert read(http, platform, is_loopback_believed=True).issuer == issuer


def test_a_registration_is_sent_to_no_other_site(
    http: PlatformHttp, platform: RegisteringPlatform
) -> None:
    platform.changes = {"registration_endpoint": "https://elsewhere.example/register"}

    with pytest.raises(PlatformError, match="sent to “elsewhere"):
        read(http, platform)


def test_canvas_speaks_from_its_sign_on_host_and_from_every_school(
    monkeypatch: pytest.MonkeyPatch, http: PlatformHttp, platform: RegisteringPlatform
) -> None:
    host = "https://sso.canvaslms.com"
    platform.changes = {
        "issuer": "https://canvas.instructure.com",
        "registration_endpoint": "https://school.instructure.com/api/lti/registrations",
    }
    answer = http.request("GET", platform.configuration_url)
    monkeypatch.setattr(http, "request", lambda *_args, **_rest: answer)

    assert read_configuration(http, f"{host}/configuration", TOKEN).issuer.endswith("ture.com")
    with pytest.raises(PlatformError, match="another site"):
        read_configuration(http, "https://canvaslms.com.evil.example/configuration", TOKEN)


@pytest.mark.parametrize(
    ("elsewhere", "is_believed"),
    [
        ({}, True),
        ({"authorization_endpoint": "https://learn.school.example/authorize"}, False),
        ({"jwks_uri": "https://learn.school.example/jwks"}, False),
        ({"jwks_uri": "https://instructure.com@learn.school.example/jwks"}, False),
        ({"registration_endpoint": "https://third.example/registrations"}, False),
        ({"issuer": "https://moodle.example"}, False),
    ],
)
def test_a_school_s_own_domain_speaks_for_canvas_where_canvas_signs(
    monkeypatch: pytest.MonkeyPatch,
    http: PlatformHttp,
    platform: RegisteringPlatform,
    elsewhere: dict[str, str],
    is_believed: bool,
) -> None:
    host = "https://learn.school.example"
    platform.changes = {
        "issuer": "https://canvas.instructure.com",
        "authorization_endpoint": "https://sso.canvaslms.com/api/lti/authorize_redirect",
        "jwks_uri": "https://sso.canvaslms.com/api/lti/security/jwks",
        "token_endpoint": f"{host}/login/oauth2/token",
        "registration_endpoint": f"{host}/api/lti/registrations",
        **elsewhere,
    }
    answer = http.request("GET", platform.configuration_url)
    monkeypatch.setattr(http, "request", lambda *_args, **_rest: answer)

    if is_believed:
        assert read_configuration(http, f"{host}/configuration", TOKEN).token_url.startswith(host)
        return
    with pytest.raises(PlatformError, match="another site"):
        read_configuration(http, f"{host}/configuration", TOKEN)


@pytest.mark.parametrize(
    "name",
    ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"],
)
@pytest.mark.parametrize("value", [None, "", "  ", [], {}, True, "x" * 1001])
def test_a_configuration_that_leaves_something_out_is_refused(
    http: PlatformHttp, platform: RegisteringPlatform, name: str, value: object
) -> None:
    platform.changes = {name: value}

    with pytest.raises(PlatformError, match=f"did not say its {name}"):
        read(http, platform)


ANSWERS = {
    "is a page": (Reply(200, body=b"<html>"), "not JSON"),
    "is deep": (Reply(200, body=b"[" * 100_000), "not JSON"),
    "is a list": (replied([1]), "not a JSON object"),
    "is refused": (Reply(403, "Forbidden", body=b"no"), "403 Forbidden: no"),
    "is elsewhere": (Reply(302, headers={"Location": "http://127.0.0.1/x"}), "302"),
    "is huge": (Reply(200, body=b"x" * (LARGEST_ANSWER + 1)), "too large"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_configuration_or_registration_that_makes_no_sense_is_refused_in_words(
    http: PlatformHttp, platform: RegisteringPlatform, kind: str
) -> None:
    answer, words = ANSWERS[kind]
    right = read(http, platform)

    def odd(_asked: Asked) -> Reply:
        return answer

    platform.registration_answer = platform.configuration_answer = odd

    with pytest.raises(PlatformError, match=words):
        read(http, platform)
    with pytest.raises(PlatformError, match=words):
        register(http, right, {}, TOKEN)


def test_a_configuration_that_never_ends_is_given_up(
    platform: RegisteringPlatform,
) -> None:
    stop = Event()
    platform.configuration_answer = lambda _asked: Reply(drips=stop)
    hasty = PlatformHttp(allow_private_hosts=True, timeout=0.2)

    with pytest.raises(PlatformError, match="in time"):
        read(hasty, platform)
    stop.set()
    hasty.close()


def test_a_configuration_on_a_private_address_is_not_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
    guarded = PlatformHttp(allow_private_hosts=False, timeout=2)

    with pytest.raises(PlatformError, match="private address"):
        read_configuration(guarded, "https://lms.example/configuration", TOKEN)
    guarded.close()
