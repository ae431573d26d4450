"""Launches that must be refused: 1EdTech's known-bad payloads, and the attacks seen on peers."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from ltitool.actions.registrations import by_name
from ltitool.storage.database import Database
from ltitool.storage.tables import AuditEntry, Deployment, SpentLogin, Visit
from tests.conftest import Clock
from tests.launching import ABSENT, LTI, TOOL, SigningPlatform, a_key, login_cookies, post_launch

HOUR = 3600


def visits(app: Flask) -> int:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Visit)) or 0


BAD_CLAIMS = {
    "wrong version": ({f"{LTI}version": "1.2.0"}, "VERSION"),
    "no version": ({f"{LTI}version": ABSENT}, "VERSION"),
    "no message type": ({f"{LTI}message_type": ABSENT}, "MESSAGE-TYPE"),
    "unknown message type": ({f"{LTI}message_type": "Hello"}, "MESSAGE-TYPE"),
    "no roles": ({f"{LTI}roles": ABSENT}, "ROLES"),
    "roles that are no list": ({f"{LTI}roles": "Learner"}, "ROLES"),
    "roles that are numbers": ({f"{LTI}roles": [1]}, "ROLES"),
    "no deployment": ({f"{LTI}deployment_id": ABSENT}, "DEPLOYMENT"),
    "deployment that is a number": ({f"{LTI}deployment_id": 1}, "DEPLOYMENT"),
    "no resource link": ({f"{LTI}resource_link": ABSENT}, "RESOURCE-LINK"),
    "resource link without id": ({f"{LTI}resource_link": {}}, "RESOURCE-LINK"),
    "no sub": ({"sub": ABSENT}, "ANONYMOUS"),
    "empty sub": ({"sub": ""}, "ANONYMOUS"),
    "no exp": ({"exp": ABSENT}, "TIMES"),
    "no iat": ({"iat": ABSENT}, "TIMES"),
    "exp that is a word": ({"exp": "soon"}, "TIMES"),
    "no nonce": ({"nonce": ABSENT}, "NONCE"),
    "another nonce": ({"nonce": "x"}, "NONCE"),
    "a nonce in another script": ({"nonce": "日"}, "NONCE"),
    "no issuer": ({"iss": ABSENT}, "ISSUER"),
    "another issuer": ({"iss": "https://evil.example"}, "ISSUER"),
    "no audience": ({"aud": ABSENT}, "AUDIENCE"),
    "another audience": ({"aud": "client-2"}, "AUDIENCE"),
    "several audiences, no party": ({"aud": ["client-1", "client-2"]}, "PARTY"),
    "another party": ({"aud": ["client-1", "client-2"], "azp": "client-2"}, "PARTY"),
    "another party for one audience": ({"azp": "client-2"}, "PARTY"),
    "no target": ({f"{LTI}target_link_uri": ABSENT}, "TARGET"),
    "target beginning like ours": (
        {f"{LTI}target_link_uri": "https://tool.example.evil/lti/launch"},
        "TARGET",
    ),
    "target with our name as user": (
        {f"{LTI}target_link_uri": "https://tool.example@evil.example/"},
        "TARGET",
    ),
    "target with a backslash": (
        {f"{LTI}target_link_uri": "https://tool.example\\@evil.example/"},
        "TARGET",
    ),
    "target on another port": ({f"{LTI}target_link_uri": "https://tool.example:8443/"}, "TARGET"),
    "target by http": ({f"{LTI}target_link_uri": "http://tool.example/lti/launch"}, "TARGET"),
}


@pytest.mark.parametrize(("changes", "check"), BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
def test_a_launch_with_bad_claims_is_refused_in_words(
    app: Flask,
    client: FlaskClient,
    platform: SigningPlatform,
    changes: dict[str, Any],
    check: str,
) -> None:
    answer = platform.launch(client, changes)

    assert answer.status_code == 403
    assert f"LAUNCH-{check} " in answer.text
    assert visits(app) == 0


@pytest.mark.parametrize(
    ("party", "audience"),
    [("client-1", ["other", "client-1"]), ("client-1", ["client-1"]), (None, ["client-1"])],
)
def test_several_audiences_with_the_right_party_are_let_in(
    client: FlaskClient, platform: SigningPlatform, party: str | None, audience: list[str]
) -> None:
    changes: dict[str, Any] = {"aud": audience, "azp": party or ABSENT}

    assert platform.launch(client, changes).status_code == 303


@pytest.mark.parametrize(
    ("iat", "exp", "is_let_in"),
    [
        (0, 60, True),
        (5, 65, True),
        (59, 120, True),
        (61, 120, False),
        (-90, -30, True),
        (-200, -61, False),
        (-HOUR + 5, 60, True),
        (-HOUR - 5, 60, False),
    ],
)
def test_clocks_may_differ_by_a_minute_and_no_more(
    client: FlaskClient, platform: SigningPlatform, iat: int, exp: int, is_let_in: bool
) -> None:
    second = int(platform.now.timestamp())

    answer = platform.launch(client, {"iat": second + iat, "exp": second + exp})

    assert (answer.status_code == 303) is is_let_in


def test_a_launch_works_once(app: Flask, client: FlaskClient, platform: SigningPlatform) -> None:
    sent = platform.log_in(client)
    token = platform.token(sent["nonce"])

    answers = [post_launch(client, sent["state"], token) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [303, 403, 403]
    assert "This link was already used" in answers[1].text
    assert visits(app) == 1


def test_of_two_posts_at_once_one_wins(app: Flask, platform: SigningPlatform) -> None:
    client = app.test_client()
    sent = platform.log_in(client)
    [cookie] = login_cookies(client)
    form = {"state": sent["state"], "id_token": platform.token(sent["nonce"])}
    headers = {"Cookie": f"{cookie.key}={cookie.value}"}

    def take(_taker: int) -> int:
        taker = app.test_client(use_cookies=False)
        return taker.post("/lti/launch", data=form, headers=headers, base_url=TOOL).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(take, range(4)))

    assert statuses == [303, 403, 403, 403]
    assert visits(app) == 1


def test_the_state_of_one_login_does_not_take_the_nonce_of_another(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    first, second = platform.log_in(client), platform.log_in(client)

    answer = post_launch(client, first["state"], platform.token(second["nonce"]))

    assert "LAUNCH-NONCE " in answer.text


def test_another_browser_is_not_let_in_but_asked_in_a_window_of_its_own(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    sent = platform.log_in(client)

    answer = post_launch(app.test_client(), sent["state"], platform.token(sent["nonce"]))

    assert answer.status_code == 200
    assert "Open in a new window" in answer.text
    assert visits(app) == 0


def test_a_login_ends_after_ten_minutes(
    client: FlaskClient, platform: SigningPlatform, clock: Clock
) -> None:
    sent = platform.log_in(client)
    platform.now = clock.advance(minutes=12)

    answer = post_launch(client, sent["state"], platform.token(sent["nonce"]))

    assert "LAUNCH-STATE-AGE " in answer.text


@pytest.mark.parametrize("state", ["", "x", "W10.x", "a.b.c", "\x00", "日本", "x" * 200_000])
def test_an_odd_state_is_refused(
    client: FlaskClient, platform: SigningPlatform, state: str
) -> None:
    sent = platform.log_in(client)

    answer = post_launch(client, state, platform.token(sent["nonce"]))

    assert answer.status_code == 403
    assert "LAUNCH-STATE " in answer.text


@pytest.mark.parametrize(
    "token",
    ["", "x", "a.b.c", "....", "\x00\x01", "日本.日本.日本", "e30.e30.e30", "x" * 150_000],
)
def test_an_odd_token_is_refused(
    client: FlaskClient, platform: SigningPlatform, token: str
) -> None:
    sent = platform.log_in(client)

    answer = post_launch(client, sent["state"], token)

    assert answer.status_code == 403
    assert "LAUNCH-" in answer.text


def unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "typ": "JWT", "kid": "key-1"}, claims]
    encoded = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    ]
    return ".".join([*encoded, ""])


def test_a_token_without_a_signature_is_refused(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    sent = platform.log_in(client)

    answer = post_launch(client, sent["state"], unsigned(platform.claims(sent["nonce"])))

    assert "LAUNCH-ALGORITHM " in answer.text


def test_a_token_signed_with_a_shared_secret_is_refused(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    sent = platform.log_in(client)
    claims = platform.claims(sent["nonce"])
    token = jwt.encode(claims, "a secret that is long enough for it", "HS256", {"kid": "key-1"})

    assert "LAUNCH-ALGORITHM " in post_launch(client, sent["state"], token).text


def test_a_token_of_a_stranger_with_our_platforms_kid_is_refused(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    sent = platform.log_in(client)
    stranger = SigningPlatform(platform.now, key=a_key("stranger"))

    answer = post_launch(client, sent["state"], stranger.token(sent["nonce"]))

    assert "LAUNCH-SIGNATURE " in answer.text


def test_a_changed_payload_is_refused(client: FlaskClient, platform: SigningPlatform) -> None:
    sent = platform.log_in(client)
    head, _payload, signature = platform.token(sent["nonce"]).split(".")
    payload = json.dumps(platform.claims(sent["nonce"]) | {"sub": "somebody-else"})
    forged = base64.urlsafe_b64encode(payload.encode()).rstrip(b"=").decode()

    answer = post_launch(client, sent["state"], f"{head}.{forged}.{signature}")

    assert "LAUNCH-SIGNATURE " in answer.text


@pytest.mark.parametrize(("header", "check"), [({}, "KEY-ID"), ({"kid": "nobody"}, "KEY-UNKNOWN")])
def test_a_token_must_name_a_published_key(
    client: FlaskClient, platform: SigningPlatform, header: dict[str, str], check: str
) -> None:
    sent = platform.log_in(client)

    answer = post_launch(client, sent["state"], platform.token(sent["nonce"], header=header))

    assert f"LAUNCH-{check} " in answer.text


def test_a_flood_of_unknown_keys_is_not_a_flood_of_fetches(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    platform.launch(client)

    for number in range(10):
        sent = platform.log_in(client)
        token = platform.token(sent["nonce"], header={"kid": f"unknown-{number}"})
        post_launch(client, sent["state"], token)

    assert platform.fetches == 1
    assert platform.launch(client).status_code == 303


def test_unreachable_keys_end_in_words(client: FlaskClient, platform: SigningPlatform) -> None:
    other = SigningPlatform(
        platform.now, "http://127.0.0.1:9/keys", "Far", issuer="https://far.example"
    )
    other.register(client.application.extensions["database"], "1")

    assert "LAUNCH-KEY-SET " in other.launch(client).text


def test_the_platforms_own_refusal_is_shown(client: FlaskClient, platform: SigningPlatform) -> None:
    sent = platform.log_in(client)
    form = {"state": sent["state"], "error": "login_required", "error_description": "<b>Log in</b>"}

    answer = client.post("/lti/launch", data=form, base_url=TOOL)

    assert answer.status_code == 403
    assert "&lt;b&gt;Log in&lt;/b&gt;" in answer.text


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"iss": "https://nobody.example"}, "UNKNOWN-PLATFORM"),
        ({"iss": ""}, "UNKNOWN-PLATFORM"),
        ({"client_id": "client-9"}, "UNKNOWN-PLATFORM"),
        ({"login_hint": ""}, "LOGIN-HINT"),
        ({"lti_message_hint": "x" * 9000}, "LOGIN-HINT"),
        ({"target_link_uri": "https://tool.example.evil/"}, "TARGET"),
        ({"iss": "\x00"}, "UNKNOWN-PLATFORM"),
    ],
)
def test_a_broken_login_is_refused_in_words(
    client: FlaskClient, platform: SigningPlatform, params: dict[str, str], code: str
) -> None:
    asked = {"iss": platform.issuer, "client_id": platform.client_id, "login_hint": "7"} | params

    answer = client.get("/lti/login", query_string=asked, base_url=TOOL)

    assert answer.status_code == 403
    assert f"LAUNCH-{code} " in answer.text


def test_two_clients_of_one_issuer_must_be_named(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    other = SigningPlatform(platform.now, platform.key_set_url, "Other", client_id="client-2")
    other.register(app.extensions["database"], "1")
    asked = {"iss": platform.issuer, "login_hint": "7"}

    answer = client.get("/lti/login", query_string=asked, base_url=TOOL)

    assert "LAUNCH-CLIENT-ID " in answer.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"\xff\xfe\x00", "text/plain"),
        (b"state=%ff%fe&id_token=%00", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"[" * 50_000, "application/json"),
    ],
)
def test_odd_bodies_end_in_a_page(
    client: FlaskClient, platform: SigningPlatform, body: bytes, content_type: str
) -> None:
    answer = client.post("/lti/launch", data=body, content_type=content_type, base_url=TOOL)

    assert answer.status_code in {400, 403}
    assert "What to do" in answer.text


def test_a_huge_body_ends_in_a_page(client: FlaskClient, platform: SigningPlatform) -> None:
    answer = client.post("/lti/launch", data={"id_token": "x" * 2_000_000}, base_url=TOOL)

    assert answer.status_code == 413


def test_a_new_deployment_waits_and_its_page_says_who_approves_it(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    answer = platform.launch(client, {f"{LTI}deployment_id": "new-9"})

    assert "LAUNCH-DEPLOYMENT-PENDING " in answer.text
    assert "ltitool deployments approve new-9" in answer.text
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        pending = session.scalars(select(Deployment).where(Deployment.lti_id == "new-9")).one()
        assert not pending.is_approved
        assert session.scalar(select(func.count()).select_from(SpentLogin)) == 1
        refusal = session.scalars(select(AuditEntry)).one()
        assert refusal.action == "launch refused"
        assert refusal.details["check"] == "DEPLOYMENT-PENDING"


def test_a_disabled_platform_is_refused(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    visit_url = platform.launch(client).location
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        by_name(session, platform.name).is_enabled = False

    login = client.get("/lti/login", query_string={"iss": platform.issuer, "login_hint": "7"})
    assert login.status_code == 403
    assert client.get(visit_url, base_url=TOOL).status_code == 403


def test_a_refusal_leads_back_only_to_web_addresses(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    for url, is_shown in (("https://lms.example/course", True), ("javascript:alert(1)", False)):
        changes = {f"{LTI}launch_presentation": {"return_url": url}}
        sent = platform.log_in(client)
        token = platform.token(sent["nonce"], changes)
        post_launch(client, sent["state"], token)
        again = post_launch(client, sent["state"], token)
        assert (url in again.text) is is_shown


def test_refusal_pages_hold_no_form_and_no_name(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    answer = platform.launch(client, {f"{LTI}version": "1.1"})

    assert "<form" not in answer.text
    assert "Zoë" not in answer.text
