"""Launches that must be let in, and what they leave."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from ltitool.core.roles import Role
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Context, Membership, Participant, Person, Visit
from tests.launching import (
    ABSENT,
    AGS,
    INSTRUCTOR,
    LEARNER,
    LTI,
    MEMBERSHIP,
    TOOL,
    SigningPlatform,
    a_key,
    login_cookies,
    post_launch,
)

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"
RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"


def kept(app: Flask, table: type[Any]) -> list[Any]:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return list(session.scalars(select(table)))


def test_a_signed_launch_lets_a_student_in(client: FlaskClient, platform: SigningPlatform) -> None:
    answer = platform.launch(client)

    assert answer.status_code == 303
    page = client.get(answer.location, base_url=TOOL)
    assert page.status_code == 200
    assert "Start" in page.text


def test_the_login_asks_for_exactly_what_the_specification_wants(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    sent = platform.log_in(client)

    state, nonce = sent.pop("state"), sent.pop("nonce")
    assert len(state) > 40
    assert len(nonce) > 20
    assert sent == {
        "tenant": "7",
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": f"{TOOL}/lti/launch",
        "login_hint": "7",
        "lti_message_hint": '{"cmid":2,"launchid":"l_1"}',
    }


def test_a_login_may_come_by_post_and_without_a_client_id(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    form = {"iss": platform.issuer, "login_hint": "7"}

    answer = client.post("/lti/login", data=form, base_url=TOOL)

    assert answer.status_code == 302


def test_cookies_are_secure_partitioned_and_each_for_its_own_place(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    login = client.get(
        "/lti/login", query_string={"iss": platform.issuer, "login_hint": "7"}, base_url=TOOL
    )
    answer = platform.launch(client)

    for cookie in (login.headers["Set-Cookie"], *answer.headers.getlist("Set-Cookie")):
        for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned"):
            assert part in cookie
    visit = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("visit="))
    assert f"Path={answer.location.rstrip('/')};" in visit + ";"


def test_the_cookie_of_a_login_is_gone_after_its_launch(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    for _launch in range(5):
        platform.launch(client)

    assert login_cookies(client) == []


def test_four_frames_of_one_page_at_once_all_work(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    logins = [platform.log_in(client) for _frame in range(4)]

    answers = [post_launch(client, s["state"], platform.token(s["nonce"])) for s in logins]

    assert [answer.status_code for answer in answers] == [303] * 4
    for answer in answers:
        assert client.get(answer.location, base_url=TOOL).status_code == 200


@pytest.mark.parametrize(
    ("roles", "role", "is_preview"),
    [
        ([LEARNER], Role.LEARNER, False),
        ([INSTRUCTOR], Role.INSTRUCTOR, True),
        ([LEARNER, "http://x/unknown"], Role.LEARNER, False),
        ([], Role.GUEST, True),
        (["Learner"], Role.LEARNER, False),
        (
            ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"],
            Role.GUEST,
            True,
        ),
        ([f"{MEMBERSHIP}/Instructor#TeachingAssistant", INSTRUCTOR], Role.TUTOR, True),
    ],
)
def test_each_role_gets_its_visit(
    app: Flask,
    client: FlaskClient,
    platform: SigningPlatform,
    roles: list[str],
    role: Role,
    is_preview: bool,
) -> None:
    answer = platform.launch(client, {f"{LTI}roles": roles})

    assert answer.status_code == 303
    [visit] = kept(app, Visit)
    assert (visit.role, visit.is_preview) == (role, is_preview)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ABSENT},
        {"name": ABSENT, "email": "zoe@example.org"},
        {"name": ABSENT, "given_name": "ليلى", "family_name": "الحسن"},
        {"name": "👩🏾‍🎓"},
        {f"{LTI}context": ABSENT},
        {f"{LTI}context": {"id": "course-1"}},
        {f"{LTI}custom": ABSENT},
        {f"{AGS}claim/endpoint": ABSENT},
        {f"{LTI}launch_presentation": {"return_url": "javascript:alert(1)", "locale": "xx-??"}},
    ],
)
def test_missing_and_odd_claims_do_not_keep_a_student_out(
    client: FlaskClient, platform: SigningPlatform, changes: dict[str, Any]
) -> None:
    answer = platform.launch(client, changes)

    assert answer.status_code == 303
    page = client.get(answer.location, base_url=TOOL)
    assert page.status_code == 200
    assert "javascript:" not in page.text


def test_a_link_without_a_course_has_one_of_its_own(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    for link in ("a", "a", "b"):
        platform.launch(client, {f"{LTI}context": ABSENT, f"{LTI}resource_link": {"id": link}})

    assert len(kept(app, Context)) == 2


def test_launching_again_makes_nothing_twice(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    platform.launch(client)
    platform.launch(client)

    for table in (Person, Membership, Context, Activity, Participant):
        assert len(kept(app, table)) == 1
    assert len(kept(app, Visit)) == 2


def test_the_same_person_on_two_platforms_is_two_people(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    other = SigningPlatform(
        platform.now, platform.key_set_url, "Other", client_id="client-2", key=platform.key
    )
    other.register(app.extensions["database"], "1")

    for one in (platform, other):
        assert one.launch(client, {"email": "same@example.org"}).status_code == 303

    assert len(kept(app, Person)) == 2


def test_who_was_once_staff_stays_a_preview(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    platform.launch(client, {f"{LTI}roles": [INSTRUCTOR]})
    platform.launch(client, {f"{LTI}roles": [LEARNER]})

    assert [visit.is_preview for visit in kept(app, Visit)] == [True, True]
    assert [participant.is_preview for participant in kept(app, Participant)] == [True]


def test_the_gradebook_column_is_remembered_when_the_claim_is_gone(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    platform.launch(client)
    platform.launch(client, {f"{AGS}claim/endpoint": ABSENT})

    [activity] = kept(app, Activity)
    assert activity.line_item_url is not None


def test_a_column_on_another_host_is_not_taken(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    endpoint = {"scope": [f"{AGS}scope/score"], "lineitem": "https://evil.example/items/1"}
    platform.launch(client, {f"{AGS}claim/endpoint": endpoint})

    [activity] = kept(app, Activity)
    assert activity.line_item_url is None


@pytest.mark.parametrize(
    "custom",
    [
        {"scenario": "nothing-like-it"},
        {"scenario": "sam-and-lucy", "talk_about": "nothing-like-it"},
        {"scenario": "sam-and-lucy", "time_zone": "Mars/Base"},
    ],
)
def test_what_means_nothing_in_the_link_leaves_the_whole_choice_to_the_instructor(
    app: Flask, client: FlaskClient, platform: SigningPlatform, custom: dict[str, str]
) -> None:
    answer = platform.launch(client, {f"{LTI}custom": custom})

    assert "Not ready yet" in client.get(answer.location, base_url=TOOL).text
    [activity] = kept(app, Activity)
    assert activity.scenario_version_id is None


@pytest.mark.parametrize(
    "name",
    ["launch-student", "launch-teacher", "launch-admin", "launch-student-ungraded-link"],
)
def test_launches_recorded_from_a_real_moodle_are_let_in(
    app: Flask, client: FlaskClient, platform: SigningPlatform, name: str
) -> None:
    recorded = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))["claims"]
    ours = platform.claims("")
    own = ("iss", "aud", "iat", "exp", f"{LTI}target_link_uri", f"{LTI}deployment_id")
    changes = recorded | {name: ours[name] for name in own}
    del changes["nonce"]

    assert platform.launch(client, changes).status_code == 303

    [visit] = kept(app, Visit)
    assert visit.role is (Role.LEARNER if "student" in name else Role.INSTRUCTOR)


def test_steady_launches_fetch_the_key_set_once(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    for _launch in range(6):
        platform.launch(client)

    assert platform.fetches == 1


def test_a_real_key_rotation_is_picked_up_at_once(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    platform.launch(client)
    platform.key, platform.kid = a_key("fresh"), "key-2"
    key_sets = client.application.extensions["key_sets"]
    key_sets._clock = lambda: 1e9  # the first fetch is long ago

    assert platform.launch(client).status_code == 303


def test_a_launch_writes_its_rows_with_few_statements(
    app: Flask,
    client: FlaskClient,
    platform: SigningPlatform,
    count_statements: Callable[[Flask], Any],
) -> None:
    platform.launch(client)

    with count_statements(app) as statements:
        platform.launch(client)

    assert len(statements) <= 20
