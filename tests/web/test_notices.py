"""Canvas tells that a course was copied: checked like a launch, kept with the course."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ltitool.storage.database import Database
from ltitool.storage.tables import Context, Deployment, Registration
from tests.conftest import Clock
from tests.launching import (
    ABSENT,
    CLIENT_ID,
    ISSUER,
    LTI,
    TOOL,
    SigningPlatform,
    a_key,
    published,
)
from tests.lms import Lms, replied, running_lms
from tests.test_jobs import run_queue

SERVICE = f"{LTI}platformnotificationservice"


def notice(platform: SigningPlatform, nonce: str = "n-1", **changes: Any) -> str:
    """Return a notice that course-2 was made from course-1, with some of its claims changed."""
    left_out = ("message_type", "target_link_uri", "roles", "resource_link", "custom")
    claims: dict[str, Any] = {
        **{f"{LTI}{name}": ABSENT for name in left_out},
        "sub": ABSENT,
        "name": ABSENT,
        f"{LTI}notice": {"id": "1", "type": "LtiContextCopyNotice"},
        f"{LTI}context": {"id": "course-2", "title": "Course Two"},
        f"{LTI}origin_contexts": ["course-1"],
        **{name if name in WITHOUT_PREFIX else f"{LTI}{name}": v for name, v in changes.items()},
    }
    return platform.token(nonce, claims)


WITHOUT_PREFIX = {"iss", "aud", "azp", "exp", "iat", "nonce"}


def send(client: FlaskClient, *tokens: str) -> TestResponse:
    body = {"notices": [{"jwt": token} for token in tokens]}
    return client.post("/lti/notices", json=body, base_url=TOOL)


def copies(app: Flask) -> dict[str, list[str]]:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return {row.lti_id: row.copied_from for row in session.scalars(select(Context))}


def test_a_copied_course_is_known_before_anybody_opens_it(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    assert send(client, notice(platform)).status_code == 200

    assert copies(app) == {"course-2": ["course-1"]}


def test_another_notice_adds_what_is_new(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    send(
        client, notice(platform), notice(platform, "n-2", origin_contexts=["course-0", "course-1"])
    )

    assert copies(app) == {"course-2": ["course-1", "course-0"]}


def test_a_notice_sent_again_is_refused(
    app: Flask, client: FlaskClient, platform: SigningPlatform, clock: Clock
) -> None:
    token = notice(platform, exp=int(clock.now.timestamp()) + 7200)
    send(client, token)

    again = send(client, token)

    assert (again.status_code, again.json) == (403, {"refused": ["USED"]})


def test_a_notice_of_another_kind_is_taken_and_kept_nowhere(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    token = notice(platform, notice={"type": "LtiHelloWorldNotice"})

    assert send(client, token).status_code == 200
    assert copies(app) == {}


REFUSED = [
    ({"iss": "https://evil.example"}, "UNKNOWN-PLATFORM"),
    ({"aud": "another"}, "UNKNOWN-PLATFORM"),
    ({"aud": [CLIENT_ID, "another"]}, "PARTY"),
    ({"azp": "another"}, "PARTY"),
    ({"exp": 1}, "EXPIRED"),
    ({"exp": ABSENT}, "TIMES"),
    ({"iat": 1}, "OLD"),
    ({"nonce": ABSENT}, "NONCE"),
    ({"version": "1.2.0"}, "VERSION"),
    ({"deployment_id": "9"}, "DEPLOYMENT-PENDING"),
    ({"deployment_id": ABSENT}, "DEPLOYMENT"),
    ({"origin_contexts": ABSENT}, "MESSAGE"),
    ({"origin_contexts": [7, None]}, "MESSAGE"),
    ({"context": ABSENT}, "MESSAGE"),
]


@pytest.mark.parametrize(("changes", "check"), REFUSED)
def test_a_notice_is_checked_like_a_launch(
    app: Flask, client: FlaskClient, platform: SigningPlatform, changes: dict[str, Any], check: str
) -> None:
    answer = send(client, notice(platform, **changes))

    assert (answer.status_code, answer.json) == (403, {"refused": [check]})
    assert copies(app) == {}


def test_a_notice_of_another_signer_is_refused(
    app: Flask, client: FlaskClient, platform: SigningPlatform, clock: Clock
) -> None:
    forger = SigningPlatform(clock.now, key=a_key("forger"))

    assert send(client, notice(forger)).json == {"refused": ["SIGNATURE"]}
    forger.kid = "unknown"
    assert send(client, notice(forger)).json == {"refused": ["KEY-UNKNOWN"]}
    assert copies(app) == {}


def test_a_tenant_s_notice_changes_nothing_of_another_with_the_same_issuer(
    app: Flask, client: FlaskClient, platform: SigningPlatform, clock: Clock
) -> None:
    other = SigningPlatform(clock.now, name="Other", client_id="client-2", key=a_key("other"))
    with published(other):
        other.register(app.extensions["database"], "1")
        send(client, notice(platform))
        assert send(client, notice(other, origin_contexts=["secret"])).status_code == 200

    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        found = session.execute(
            select(Registration.client_id, Context.copied_from)
            .join(Deployment, Deployment.registration_id == Registration.id)
            .join(Context, Context.deployment_id == Deployment.id)
        ).all()
    assert sorted(map(tuple, found)) == [(CLIENT_ID, ["course-1"]), ("client-2", ["secret"])]


def test_what_is_right_is_kept_beside_what_is_forged(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    answer = send(client, "nonsense", notice(platform))

    assert answer.json == {"refused": ["TOKEN"]}
    assert copies(app) == {"course-2": ["course-1"]}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"notices": 1}', b'{"notices": [{}]}', b'{"notices": ["x"]}']
)
def test_what_is_no_list_of_notices_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/lti/notices", data=body, base_url=TOOL)

    assert answer.status_code == 400


@pytest.fixture
def lms() -> Iterator[Lms]:
    with running_lms() as running:
        yield running


def test_the_platform_is_told_once_where_its_notices_go(
    app: Flask, client: FlaskClient, lms: Lms, clock: Clock
) -> None:
    platform = SigningPlatform(clock.now, f"{lms.url}/keys", issuer=ISSUER)
    lms.answer = lambda asked: replied(platform.key_set() if asked.method == "GET" else {})
    platform.register(app.extensions["database"], "1")
    offered = {
        SERVICE: {
            "platform_notification_service_url": f"{lms.url}/api/lti/notice-handlers/1",
            "notice_types_supported": ["LtiContextCopyNotice"],
        }
    }
    for _time in range(2):
        assert platform.launch(app.test_client(), offered).status_code == 303
        run_queue(app.extensions["jobs"])

    (told,) = [asked for asked in lms.asked if asked.method == "PUT"]
    assert told.path == "/api/lti/notice-handlers/1"
    assert json.loads(told.body) == {
        "notice_type": "LtiContextCopyNotice",
        "handler": f"{TOOL}/lti/notices",
    }
