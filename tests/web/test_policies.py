"""What browsers are told: who may frame a page, what may run in it, what they may keep."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from ltitool.actions.registrations import by_name
from ltitool.storage.database import Database
from ltitool.storage.tables import GroupMember, Registration
from ltitool.web.transaction import db, now
from tests.conftest import Clock
from tests.launching import ISSUER, LTI, TOOL, SigningPlatform, post_launch, published
from tests.learner import Learner
from tests.web.everything import Everything, routes
from tests.web.test_isolation import address, form_page, send

Enter = Callable[..., Learner]
HUGE = "word " * 200_000
OF_THEIR_OWN = {
    "visit.media.show",
    "visit.teaching.library.media",
    "placing.media",
}
"""Files that nobody frames, and that have a policy of their own."""


def policy(answer: Response) -> dict[str, str]:
    """Return the content security policy, by directive."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: rest for name, _space, rest in (part.strip().partition(" ") for part in parts)}


def test_a_page_in_a_frame_is_as_light_as_the_page_around_it(learner: Enter) -> None:
    who = learner()
    front = f"{who.url}/"
    framed = who.client.get(front, base_url=TOOL, headers={"Sec-Fetch-Dest": "iframe"})
    alone = who.client.get(front, base_url=TOOL, headers={"Sec-Fetch-Dest": "document"})

    assert 'data-theme="light"' in framed.text
    assert "data-theme" not in alone.text


def faults(answer: TestResponse, ancestors: str) -> list[str]:
    """Return what is wrong with the headers of a page that holds something private."""
    told = {**answer.headers, **policy(answer)}
    wanted = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": ancestors,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    wrong = [f"{name} is {told.get(name)}" for name in wanted if told.get(name) != wanted[name]]
    return wrong + (["something unsafe is allowed"] if "unsafe" in str(policy(answer)) else [])


def ended(answer: TestResponse, status: int) -> TestResponse:
    assert answer.status_code == status, answer.text
    return answer


@pytest.fixture
def crashing(app: Flask) -> Flask:
    """The tool with pages that break, each in a way of its own."""

    def crash(**_ids: Any) -> str:
        raise RuntimeError("a fault in the code")

    def lose(**_ids: Any) -> str:
        moment = now()
        for _time in range(2):
            db().add(GroupMember(group_id=1, activity_id=1, person_id=1, from_at=moment))
        return "kept, or so it seems until the transaction ends"

    app.add_url_rule("/v/<visit_id>/crash", "visit.crash", crash, methods=["GET", "POST"])
    app.add_url_rule("/v/<visit_id>/lose", "visit.lose", lose, methods=["POST"])
    app.add_url_rule("/crash", "crash", crash)
    return app


def test_every_page_of_a_visit_is_framed_by_its_own_platform_only(
    course: Everything,
) -> None:
    samples = course.samples()

    for rule in routes(course.app):
        person = course.people[samples[rule.endpoint].who]
        if rule.endpoint in OF_THEIR_OWN or "GET" not in (rule.methods or ()):
            continue
        path = address(course, rule, samples[rule.endpoint], person.url)
        answer = send(person.client, "GET", path, samples[rule.endpoint])
        assert faults(answer, ISSUER) == [], rule


def test_every_answer_to_a_form_says_the_same(course: Everything) -> None:
    rules = {rule.endpoint: rule for rule in routes(course.app)}

    for endpoint, sample in course.samples().items():
        if "POST" not in (rules[endpoint].methods or ()):
            continue
        person = course.people[sample.who]
        path = address(course, rules[endpoint], sample, person.url)
        token = person.token(form_page(sample.who))
        assert faults(send(person.client, "POST", path, sample, token), ISSUER) == [], endpoint


def test_tenants_do_not_frame_each_others_visits(
    app: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    other = SigningPlatform(clock.now, name="Other", issuer="https://two.example", client_id="2")
    with published(other):
        other.register(app.extensions["database"], "1")
        visits = [Learner(app.test_client(), one, "ana") for one in (platform, other)]

    told = [policy(v.client.get(f"{v.url}/", base_url=TOOL))["frame-ancestors"] for v in visits]

    assert told == [ISSUER, "https://two.example"]


def test_origins_added_by_hand_may_frame_too(app: Flask, learner: Enter) -> None:
    student = learner()
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        session.execute(update(Registration).values(frame_origins=["https://portal.example"]))

    answer = student.client.get(f"{student.url}/", base_url=TOOL)

    assert policy(answer)["frame-ancestors"] == f"{ISSUER} https://portal.example"


@pytest.mark.parametrize(
    ("method", "path", "fields", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("GET", "/story/nowhere", {}, 404),
        ("GET", "/teaching/", {}, 404),
        ("GET", "/drafts/", {}, 405),
        ("POST", "/nowhere", {"csrf_token": "own"}, 404),
        ("GET", "/again/", {}, 409),
        ("POST", "/story/request/decide", {"text": "without a mark"}, 400),
        ("POST", "/story/request/decide", {"rationale": HUGE}, 413),
        ("GET", "/crash", {}, 500),
        ("POST", "/lose", {"csrf_token": "own"}, 409),
        ("POST", "/story/request/decide", {"csrf_token": "own"}, 422),
    ],
)
def test_error_pages_show_in_the_frame_of_the_visit(
    crashing: Flask, learner: Enter, method: str, path: str, fields: dict[str, str], status: int
) -> None:
    student = learner()
    if "csrf_token" in fields:
        fields = {**fields, "csrf_token": student.token("/story/request/decide")}

    answer = student.client.open(
        f"{student.url}{path}", method=method, data=fields or None, base_url=TOOL
    )

    assert faults(ended(answer, status), ISSUER) == []


def test_a_visit_that_has_ended_says_so_in_its_frame(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    student = learner()
    clock.advance(hours=25)

    answer = student.client.get(f"{student.url}/", base_url=TOOL)

    assert faults(ended(answer, 403), ISSUER) == []
    assert "This visit has ended" in answer.text


def test_a_browser_that_dropped_the_cookie_is_told_in_the_frame(app: Flask, learner: Enter) -> None:
    student = learner()

    answer = app.test_client().get(f"{student.url}/", base_url=TOOL)

    assert faults(ended(answer, 403), ISSUER) == []
    assert "Set-Cookie" not in answer.headers


def test_a_disabled_platform_is_told_in_the_frame(
    app: Flask, learner: Enter, platform: SigningPlatform
) -> None:
    student = learner()
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        by_name(session, platform.name).is_enabled = False

    answer = student.client.get(f"{student.url}/", base_url=TOOL)

    assert faults(ended(answer, 403), ISSUER) == []


@pytest.mark.parametrize("path", ["/", "/story/", "/nowhere"])
def test_a_visit_that_nobody_has_is_framed_by_nobody(app: Flask, path: str) -> None:
    answer = app.test_client().get(f"/v/there-is-none{path}", base_url=TOOL)

    assert faults(ended(answer, 403), "'none'") == []


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/health", 200), ("/crash", 500), ("/static/no", 404)]
)
def test_pages_outside_a_visit_are_framed_by_nobody(
    crashing: Flask, path: str, status: int
) -> None:
    answer = crashing.test_client().get(path, base_url=TOOL)

    assert faults(ended(answer, status), "'none'") == []


def test_a_405_says_which_requests_are_taken(client: FlaskClient) -> None:
    answer = client.get("/lti/launch", base_url=TOOL)

    assert ended(answer, 405).headers["Allow"] == "OPTIONS, POST"


def test_logins_of_known_platforms_are_framed_by_them(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    asked = {"iss": platform.issuer, "login_hint": "7"}

    login = client.get("/lti/login", query_string=asked, base_url=TOOL)
    refused = platform.launch(client, {f"{LTI}version": "1.1"})

    assert faults(ended(login, 302), ISSUER) == []
    assert faults(ended(refused, 403), ISSUER) == []


@pytest.mark.parametrize("path", ["/lti/login", "/lti/launch"])
def test_refusals_of_strangers_show_anywhere_and_hold_nothing(
    client: FlaskClient, path: str
) -> None:
    answer = client.post(path, data={"iss": "https://x.example", "state": "x"}, base_url=TOOL)

    assert faults(ended(answer, 403), "*") == []
    assert "<form" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_held_launch_shows_in_the_frame_and_asks_outside_of_it(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    sent = platform.log_in(client)
    other = app.test_client()

    held = post_launch(other, sent["state"], platform.token(sent["nonce"]))
    way_in = held.text.split('href="/lti/open/')[1].split('"')[0]
    asks = other.get(f"/lti/open/{way_in}", base_url=TOOL)
    enters = other.post(f"/lti/open/{way_in}", base_url=TOOL)
    again = other.post(f"/lti/open/{way_in}", base_url=TOOL)

    assert faults(ended(held, 200), ISSUER) == []
    assert "Zoë" not in held.text
    for answer, status in ((asks, 200), (enters, 303), (again, 403)):
        assert faults(ended(answer, status), "'none'") == []


def test_static_files_are_kept_and_are_what_they_say(client: FlaskClient) -> None:
    for name in ("kaleidoscope.css", "kaleidoscope.js", "mark.svg"):
        with client.get(f"/static/{name}", base_url=TOOL) as answer:
            assert "max-age=31536000" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert policy(answer)["default-src"] == "'none'"


def test_our_keys_may_be_kept_for_an_hour(client: FlaskClient) -> None:
    answer = client.get("/lti/keys", base_url=TOOL)

    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert '"d"' not in answer.text


def test_media_run_nothing_and_are_framed_by_nobody(course: Everything) -> None:
    reader = course.people["done"]

    answer = reader.client.get(f"{reader.url}/media/{course.ids['media']}", base_url=TOOL)

    told = policy(ended(answer, 200))
    assert told == {"default-src": "'none'", "sandbox": "", "frame-ancestors": "'none'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_visits_cookie_is_for_its_own_pages_and_no_script(app: Flask, learner: Enter) -> None:
    student = learner()

    answer = student.client.get(f"{student.url}/restart", base_url=TOOL)

    [cookie] = answer.headers.getlist("Set-Cookie")
    name, _equals, rest = cookie.partition("=")
    parts = set(rest.split("; ")[1:])
    assert name == "visit"
    path = f"Path={student.url}"
    assert parts == {"Secure", "HttpOnly", "Partitioned", "SameSite=None", path}


def test_a_login_cookie_lasts_ten_minutes_and_reaches_the_launch_only(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    asked = {"iss": platform.issuer, "login_hint": "7"}

    answer = client.get("/lti/login", query_string=asked, base_url=TOOL)

    [cookie] = answer.headers.getlist("Set-Cookie")
    parts = set(cookie.split("; ")[1:])
    assert {"Secure", "HttpOnly", "Partitioned", "SameSite=None", "Path=/lti/launch"} < parts
    assert f"Max-Age={timedelta(minutes=10).seconds}" in parts
