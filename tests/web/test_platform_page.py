"""The page of a platform: its checklist, what waits for approval, and who may see it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from ltitool.actions import registrations
from ltitool.actions.links import AdminLinks
from ltitool.actions.registrations import Endpoints
from ltitool.jobs import Jobs
from ltitool.storage.database import Database
from ltitool.storage.tables import Deployment, Registration
from tests.conftest import Clock
from tests.launching import LTI, TOOL, SigningPlatform, a_key
from tests.lms import Asked, Lms, Reply, replied, running_lms
from tests.test_jobs import run_queue

KEYS = SigningPlatform(datetime.now(UTC), key=a_key("platform")).key_set()


@pytest.fixture
def lms(clock: Clock) -> Iterator[Lms]:
    """A platform whose keys can be read, and whose clock is right."""
    clock.now = datetime.now(UTC)
    with running_lms() as running:
        running.answer = lambda _asked: replied(KEYS)
        yield running


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["database"]
    return found


@pytest.fixture
def jobs(app: Flask) -> Jobs:
    found: Jobs = app.extensions["jobs"]
    return found


@pytest.fixture
def registration(database: Database, lms: Lms, clock: Clock) -> Registration:
    endpoints = Endpoints(
        "The LMS", lms.url, "client-1", f"{lms.url}/auth", f"{lms.url}/token", f"{lms.url}/keys"
    )
    with database.transaction() as session:
        return registrations.add(session, endpoints, ["1"], allow_private_hosts=True, now=clock.now)


Page = Callable[[], str]


@pytest.fixture
def address(app: Flask, registration: Registration, clock: Clock) -> str:
    links: AdminLinks = app.extensions["admin_links"]
    until = clock.now + timedelta(days=7)
    return f"/lti/platforms/{links.page(registration.id, until=until)}"


@pytest.fixture
def page(client: FlaskClient, address: str) -> Page:
    def show() -> str:
        answer = client.get(f"{address}/", base_url=TOOL)
        assert answer.status_code == 200
        return " ".join(answer.text.split())

    return show


def check(client: FlaskClient, jobs: Jobs, address: str) -> None:
    assert client.post(f"{address}/check", base_url=TOOL).status_code == 303
    run_queue(jobs)


def test_looking_at_the_page_asks_the_platform_nothing(page: Page, lms: Lms) -> None:
    text = page()

    assert "were never looked at" in text
    assert "One approved." in text
    assert "Nobody has come yet." in text
    assert lms.asked == []


def test_the_button_lets_a_job_look_and_the_page_says_when(
    client: FlaskClient, jobs: Jobs, address: str, page: Page
) -> None:
    client.post(f"{address}/check", base_url=TOOL)
    assert "A job is looking" in page()

    run_queue(jobs)

    text = page()
    assert "were last looked at" in text
    assert "One can be read." in text
    assert re.search("seconds? from the tool", text)
    assert "All that the tool asks for." in text
    assert "Nothing is wrong" in text


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_clock_that_is_off_is_told_with_who_mends_it(
    client: FlaskClient, jobs: Jobs, address: str, page: Page, lms: Lms, clock: Clock, seconds: int
) -> None:
    clock.advance(seconds=-seconds)  # the platform's stays right

    check(client, jobs, address)

    word = "ahead of" if seconds > 0 else "behind"
    assert re.search(f"It is (89|9[0-9]) seconds {word} the tool", page())
    assert "by NTP" in page()
    assert "Something needs somebody" in page()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reply(404, "Not Found"), "404 Not Found"),
        (Reply(200, body=b"<html>"), "not JSON"),
        (replied([]), "no usable key"),
        (replied({"keys": [{"kty": "oct"}]}), "no usable key"),
    ],
)
def test_keys_that_cannot_be_read_are_told(
    client: FlaskClient, jobs: Jobs, address: str, page: Page, lms: Lms, answer: Reply, words: str
) -> None:
    lms.answer = lambda _asked: answer

    check(client, jobs, address)

    assert words in page()
    assert "check the public key set URL" in page()


def test_what_the_platform_does_not_allow_is_told(
    client: FlaskClient, jobs: Jobs, address: str, page: Page, lms: Lms
) -> None:
    def without_roster(asked: Asked) -> Reply:
        wanted = asked.form["scope"]
        granted = "" if "contextmembership" in wanted else wanted
        return replied({"access_token": "t", "expires_in": 60, "scope": granted})

    lms.give_token = without_roster

    check(client, jobs, address)

    assert "The tool may not: read who is in a course." in page()
    assert "The administrator of the LMS: allow it" in page()


def test_a_refused_launch_and_its_reason_stand_there_until_one_succeeds(
    client: FlaskClient, page: Page, app: Flask, database: Database, clock: Clock, lms: Lms
) -> None:
    platform = SigningPlatform(clock.now, f"{lms.url}/keys", issuer=lms.url)

    assert platform.launch(client, {f"{LTI}roles": None}).status_code == 403

    assert "LAUNCH-ROLES" in page()
    assert "did not say in which roles" in page()
    clock.advance(seconds=5)
    platform.now = clock.now
    assert platform.launch(client).status_code == 303
    assert "Nothing is wrong" in page()


def test_a_new_deployment_is_approved_on_the_page(
    client: FlaskClient, page: Page, address: str, database: Database, clock: Clock, lms: Lms
) -> None:
    platform = SigningPlatform(clock.now, f"{lms.url}/keys", issuer=lms.url)
    platform.launch(client, {f"{LTI}deployment_id": "2"})
    assert "A deployment waits for you" in page()
    with database.session(is_read_only=True) as session:
        waiting = session.scalars(select(Deployment.id).filter_by(lti_id="2")).one()

    client.post(f"{address}/deployments/{waiting}/approve", base_url=TOOL)

    assert "A deployment waits" not in page()
    assert client.post(f"{address}/deployments/99/approve", base_url=TOOL).status_code == 404


def test_what_has_registered_itself_is_approved_on_the_page(
    client: FlaskClient, page: Page, address: str, database: Database, registration: Registration
) -> None:
    with database.transaction() as session:
        session.get_one(Registration, registration.id).is_approved = False
    assert "It has registered itself and waits for you" in page()

    client.post(f"{address}/approve", base_url=TOOL)

    assert "waits for you" not in page()


@pytest.mark.parametrize("forge", [lambda t: t[:-2], lambda t: "x", lambda t: f"{t}x"])
def test_a_forged_link_opens_nothing(
    client: FlaskClient, address: str, forge: Callable[[str], str]
) -> None:
    start, _, token = address.rpartition("/")
    forged = f"{start}/{forge(token)}"

    assert client.get(f"{forged}/", base_url=TOOL).status_code == 403
    for deed in ("approve", "check", "deployments/1/approve"):
        assert client.post(f"{forged}/{deed}", base_url=TOOL).status_code == 403


def test_a_link_ends_after_its_week(client: FlaskClient, address: str, clock: Clock) -> None:
    clock.advance(days=7)

    assert client.get(f"{address}/", base_url=TOOL).status_code == 403
