"""A launch whose browser kept no cookie: held, proved by the LMS's page or by asking, used once."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ltitool.actions.checkups import from_the_rows
from ltitool.core.way_in import WayIn
from ltitool.storage.database import Database
from ltitool.storage.tables import HeldLaunch, Registration, Visit
from tests.conftest import Clock
from tests.launching import (
    INSTRUCTOR,
    LTI,
    TOOL,
    SigningPlatform,
    login_cookies,
    post_launch,
    published,
)
from tests.learner import Learner

CANVAS_FRAME = "post_message_forwarding"


class Held:
    """A person whose browser keeps nothing in the frame, up to the page that holds their launch."""

    def __init__(self, app: Flask, platform: SigningPlatform) -> None:
        self.page = log_in(app.test_client(), platform).text
        link = unescape(found(r'<a class="button second" href="([^"]+)"', self.page))
        self.asked = {name: v[0] for name, v in parse_qs(urlsplit(link).query).items()}
        self.proof = found(r'data-leave="([^"]+)"', self.page)
        self.key = found(r'data-key="([^"]+)"', self.page)
        token = platform.token(self.asked["nonce"])
        self.held = post_launch(app.test_client(), self.asked["state"], token).text
        self.url = found(r'href="(/lti/open/[^"]+)"', self.held)


def found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match is not None, page
    return match.group(1)


def log_in(
    client: FlaskClient, platform: SigningPlatform, target: str = CANVAS_FRAME
) -> TestResponse:
    asked = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": "7",
        "lti_storage_target": target,
    }
    return client.get("/lti/login", query_string=asked, base_url=TOOL)


def press(client: FlaskClient, url: str, origin: str = TOOL, **fields: str) -> TestResponse:
    return client.post(url, data=fields, base_url=TOOL, headers={"Origin": origin})


def ways_in(app: Flask) -> list[WayIn]:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return list(session.scalars(select(Visit.way_in).order_by(Visit.created_at)))


def number_held(app: Flask) -> int:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return len(session.scalars(select(HeldLaunch)).all())


def test_where_the_lms_keeps_word_of_logins_a_page_leaves_it_and_goes_on(
    app: Flask, platform: SigningPlatform
) -> None:
    client = app.test_client()

    page = log_in(client, platform)

    assert page.status_code == 200
    assert f'data-frame="{CANVAS_FRAME}"' in page.text
    assert 'data-origin="https://lms.example"' in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    [cookie] = login_cookies(client)
    assert cookie.value not in page.text


@pytest.mark.parametrize(
    "target", ["", "a b", "<b>", 'x" onload="', "x" * 101, "x" * 100_000, "日本", "a\x00"]
)
def test_an_odd_offer_of_storage_is_none(
    client: FlaskClient, platform: SigningPlatform, target: str
) -> None:
    assert log_in(client, platform, target).status_code == 302


def test_a_browser_that_keeps_cookies_is_not_stopped_again(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    page = log_in(client, platform).text
    link = unescape(found(r'<a class="button second" href="([^"]+)"', page))
    asked = {name: v[0] for name, v in parse_qs(urlsplit(link).query).items()}
    assert post_launch(client, asked["state"], platform.token(asked["nonce"])).status_code == 303

    assert log_in(client, platform).status_code == 302


def test_who_shows_the_proof_of_the_login_is_let_in_once_without_a_question(
    app: Flask, platform: SigningPlatform
) -> None:
    held = Held(app, platform)
    window, other = app.test_client(), app.test_client()

    enters = press(window, held.url, proof=held.proof)
    again = press(window, held.url, proof=held.proof)
    elsewhere = press(other, held.url, proof=held.proof)

    assert enters.status_code == 303
    assert "Start" in window.get(enters.location, base_url=TOOL).text
    assert [again.status_code, elsewhere.status_code] == [403, 403]
    assert other.get(enters.location, base_url=TOOL).status_code == 403
    assert ways_in(app) == [WayIn.STORAGE]


def test_the_proof_of_another_login_leads_to_the_question(
    app: Flask, platform: SigningPlatform
) -> None:
    victim, attacker = Held(app, platform), Held(app, platform)
    window = app.test_client()
    assert victim.key != attacker.key

    for proof in (attacker.proof, "", "x" * 100_000, "日本"):
        answer = press(window, victim.url, proof=proof)
        assert (answer.status_code, answer.location) == (303, victim.url)
    assert ways_in(app) == []
    assert "Continue as Zoë Bright" in window.get(victim.url, base_url=TOOL).text
    assert press(window, victim.url).status_code == 303
    assert ways_in(app) == [WayIn.ASKED]


def test_a_way_in_under_the_name_of_another_login_is_none(
    app: Flask, platform: SigningPlatform
) -> None:
    victim, attacker = Held(app, platform), Held(app, platform)
    login_id = attacker.key.removeprefix("login-")
    forged = f"/lti/open/{login_id}.{victim.url.partition('.')[2]}"

    assert press(app.test_client(), forged, proof=attacker.proof).status_code == 403
    assert number_held(app) == 2


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://lms.example"])
def test_no_page_of_another_site_brings_somebody_into_a_launch_of_its_own(
    app: Flask, platform: SigningPlatform, origin: str
) -> None:
    held = Held(app, platform)

    for fields in ({"proof": held.proof}, {}):
        assert press(app.test_client(), held.url, origin, **fields).status_code == 400
    assert number_held(app) == 1
    assert ways_in(app) == []


def test_a_held_launch_is_over_after_two_minutes(
    app: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    held = Held(app, platform)
    clock.advance(minutes=2)

    assert press(app.test_client(), held.url, proof=held.proof).status_code == 403
    assert app.test_client().get(held.url, base_url=TOOL).status_code == 403


def test_where_nothing_is_kept_the_page_offers_the_question_alone(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    sent = platform.log_in(client)

    held = post_launch(app.test_client(), sent["state"], platform.token(sent["nonce"]))

    assert "first asks whether it is you" in held.text
    assert "<form" not in held.text


def test_a_twin_of_the_same_issuer_proves_and_launches_nothing_of_the_other(
    app: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    twin = SigningPlatform(clock.now, name="Twin", client_id="client-2")
    with published(twin):
        twin.register(app.extensions["database"], "1")
        ours, theirs = Held(app, platform), Held(app, twin)
        sent = platform.log_in(app.test_client())

        swapped = post_launch(app.test_client(), sent["state"], twin.token(sent["nonce"]))

        assert "LAUNCH-AUDIENCE " in swapped.text
        assert press(app.test_client(), ours.url, proof=theirs.proof).location == ours.url
    assert ways_in(app) == []


def test_the_pages_in_a_window_of_its_own_say_why_and_so_does_the_page_of_the_class(
    app: Flask, platform: SigningPlatform
) -> None:
    held, window = Held(app, platform), app.test_client()
    teacher = Learner(app.test_client(), platform, "rosa", **{f"{LTI}roles": [INSTRUCTOR]})
    assert "windows" not in teacher.get("/teaching/")

    front = window.get(
        press(window, held.url, proof=held.proof).location, base_url=TOOL, follow_redirects=True
    )

    assert "This window is open because your browser keeps no cookies" in front.text
    assert "for them the activity opened in a window of its own today" in teacher.get("/teaching/")


@pytest.mark.parametrize(("number", "health"), [(1, "fine"), (10, "wrong")])
def test_the_checklist_tells_the_ways_in_and_when_the_cookie_goes_astray(
    app: Flask, platform: SigningPlatform, number: int, health: str
) -> None:
    for _person in range(number):
        held = Held(app, platform)
        assert press(app.test_client(), held.url, proof=held.proof).status_code == 303
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        [registration] = session.scalars(select(Registration))
        found_of = {one.subject: one for one in from_the_rows(session, registration)}

    finding = found_of["Cookies in its frame"]
    assert finding.health == health
    assert f"{number} opened a window because the LMS's page vouched" in str(finding.words)
