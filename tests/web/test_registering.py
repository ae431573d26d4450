"""An LMS registers itself: what its administrator sees, and who is kept out."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ltitool.actions import enrolment, invites
from ltitool.actions.links import AdminLinks
from ltitool.core.errors import AlreadyDone
from ltitool.jobs import Jobs
from ltitool.storage.database import Database
from ltitool.storage.tables import AuditEntry, Deployment, Invite, Registration
from tests.conftest import Clock
from tests.launching import TOOL
from tests.lms import Reply, replied, running_lms
from tests.registering import TOKEN, RegisteringPlatform
from tests.test_jobs import run_queue


@pytest.fixture
def platform() -> Iterator[RegisteringPlatform]:
    with running_lms() as lms:
        yield RegisteringPlatform(lms)


@pytest.fixture
def jobs(app: Flask) -> Jobs:
    found: Jobs = app.extensions["jobs"]
    return found


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["database"]
    return found


Invited = Callable[..., str]


@pytest.fixture
def invited(app: Flask, database: Database, clock: Clock) -> Invited:
    """Make an invite; return its token."""

    def make(invite_id: str = "invite-1", *, name: str = "", approves: bool = False) -> str:
        with database.transaction() as session:
            invites.invite(session, invite_id, name=name, approves=approves, now=clock.now)
        links: AdminLinks = app.extensions["admin_links"]
        return links.invite(invite_id)

    return make


def ask(client: FlaskClient, platform: RegisteringPlatform, token: str) -> TestResponse:
    """Open an invite as the LMS does."""
    query = {
        "invite": token,
        "openid_configuration": platform.configuration_url,
        "registration_token": TOKEN,
    }
    return client.get(f"/lti/register?{urlencode(query)}", base_url=TOOL)


def take(client: FlaskClient, platform: RegisteringPlatform, token: str) -> TestResponse:
    """Press the button of the page."""
    form = {
        "invite": token,
        "openid_configuration": platform.configuration_url,
        "registration_token": TOKEN,
    }
    return client.post("/lti/register", data=form, base_url=TOOL)


def go_through(
    client: FlaskClient, jobs: Jobs, platform: RegisteringPlatform, token: str
) -> TestResponse:
    """Do all that an administrator and the background work do; return the last page."""
    answer = take(client, platform, token)
    assert answer.status_code == 303, answer.text
    run_queue(jobs)
    return client.get(answer.location, base_url=TOOL)


def registered(database: Database) -> list[Registration]:
    with database.session(is_read_only=True) as session:
        return list(session.scalars(select(Registration).order_by(Registration.id)))


def test_opening_an_invite_asks_and_changes_nothing(
    client: FlaskClient, platform: RegisteringPlatform, invited: Invited
) -> None:
    page = ask(client, platform, invited())

    host = platform.lms.url.removeprefix("http://")
    assert page.status_code == 200
    assert "Connect this LMS?" in page.text
    assert host in page.text
    assert platform.lms.asked == []
    assert f"frame-ancestors {platform.lms.url}" in page.headers["Content-Security-Policy"]


def test_an_invite_opened_in_a_browser_alone_says_where_it_goes(
    client: FlaskClient, invited: Invited
) -> None:
    page = client.get(f"/lti/register?invite={invited()}", base_url=TOOL)

    assert "Give this link to your LMS" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_moodle_is_registered_and_waits_for_approval(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    page = go_through(client, jobs, platform, invited())

    (row,) = registered(database)
    assert (row.name, row.client_id) == ("Moodle at 127.0.0.1", "client-77")
    assert (row.is_approved, row.family) == (False, "moodle")
    assert "waits for approval" in page.text
    assert "Show in activity chooser" in page.text
    assert "did not allow everything" not in page.text
    with database.session(is_read_only=True) as session:
        assert session.scalars(select(Deployment.lti_id)).all() == ["1"]
        assert session.scalars(select(AuditEntry.action)).all() == ["platform registered"]


def test_until_the_job_is_done_the_page_looks_again_by_itself(
    client: FlaskClient, platform: RegisteringPlatform, invited: Invited
) -> None:
    answer = take(client, platform, invited())

    page = client.get(answer.location, base_url=TOOL)

    assert page.headers["Refresh"] == "2"
    assert platform.lms.asked == []


def test_a_canvas_is_let_in_by_an_invite_that_approves_and_names_it(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    platform.family, platform.deployment_id, platform.status = "canvas", None, 201
    platform.changes = {"issuer": "https://canvas.instructure.com"}

    page = go_through(client, jobs, platform, invited(name="Our Canvas", approves=True))

    (row,) = registered(database)
    assert (row.name, row.is_approved) == ("Our Canvas", True)
    assert "Our Canvas is connected" in page.text
    assert "the first launch will tell" in page.text
    assert platform.taken[0].json["client_name"] == "Kaleidoscope"


def test_what_the_platform_did_not_allow_is_said(
    client: FlaskClient, jobs: Jobs, platform: RegisteringPlatform, invited: Invited
) -> None:
    platform.scopes = "https://purl.imsglobal.org/spec/lti-ags/scope/score"

    page = go_through(client, jobs, platform, invited())

    assert "Your LMS did not allow everything" in page.text
    assert "read who is in a course" in page.text


def test_the_token_of_the_platform_is_forgotten(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    go_through(client, jobs, platform, invited())

    with database.session(is_read_only=True) as session:
        assert session.scalars(select(Invite.platform_token)).all() == [""]


def test_an_invite_works_once(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    token = invited()
    go_through(client, jobs, platform, token)

    again = (ask(client, platform, token), take(client, platform, token))

    assert [answer.status_code for answer in again] == [410, 410]
    assert "This invite is used up" in again[0].text
    assert run_queue(jobs) == []
    assert len(registered(database)) == 1


def test_of_two_who_take_an_invite_at_once_one_gets_it(
    database: Database, invited: Invited, clock: Clock
) -> None:
    invited()

    def take_it(n: int) -> bool:
        try:
            with database.transaction() as session:
                invites.take(session, "invite-1", f"https://lms-{n}.example/c", "", now=clock.now)
        except AlreadyDone:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take_it, range(4))) == 1


def test_an_invite_ends_after_a_week(
    client: FlaskClient, platform: RegisteringPlatform, invited: Invited, clock: Clock
) -> None:
    token = invited()
    clock.advance(days=7)

    page = take(client, platform, token)

    assert page.status_code == 410
    assert "The time of this invite is over" in page.text


@pytest.mark.parametrize(
    "forge", [lambda t: "", lambda t: t[:-1], lambda t: t[::-1], lambda t: "\0"]
)
def test_a_forged_invite_opens_nothing(
    client: FlaskClient,
    platform: RegisteringPlatform,
    invited: Invited,
    forge: Callable[[str], str],
) -> None:
    token = forge(invited())

    answers = [ask(client, platform, token), take(client, platform, token)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert client.get("/lti/register/nonsense", base_url=TOOL).status_code == 403
    assert platform.lms.asked == []


def test_an_invite_of_another_secret_opens_nothing(
    client: FlaskClient, platform: RegisteringPlatform, invited: Invited
) -> None:
    invited()

    assert ask(client, platform, AdminLinks("another").invite("invite-1")).status_code == 403


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reply(400, "missing_domain"), "missing_domain"),
        (replied({"scope": "x"}), "client_id"),
        (replied({"client_id": {"a": 1}}), "client_id"),
    ],
)
def test_a_registration_that_fails_says_why_and_gives_the_invite_back(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
    answer: Reply,
    words: str,
) -> None:
    token = invited()
    platform.registration_answer = lambda _asked: answer

    page = go_through(client, jobs, platform, token)

    assert "could not be connected" in page.text
    assert words in page.text
    assert registered(database) == []
    platform.registration_answer = None
    assert "The last try did not work" in ask(client, platform, token).text
    assert "waits for approval" in go_through(client, jobs, platform, token).text


@pytest.mark.parametrize(
    "changes",
    [
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": "https://lms.example;script-src *"},
        {"issuer": "http://x y"},
    ],
)
def test_hostile_addresses_are_refused_before_the_platform_makes_anything(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
    changes: dict[str, str],
) -> None:
    platform.changes = changes

    page = go_through(client, jobs, platform, invited())

    assert "cannot be used" in page.text
    assert platform.taken == []
    assert registered(database) == []


@pytest.mark.parametrize(
    "url", ["https://a.example;script-src/*", "https://[::1", "'none' *", "//x"]
)
def test_no_configuration_address_writes_into_the_policy_of_the_page(
    client: FlaskClient, invited: Invited, url: str
) -> None:
    query = urlencode({"invite": invited(), "openid_configuration": url})

    page = client.get(f"/lti/register?{query}", base_url=TOOL)

    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_a_platform_that_is_known_is_changed_only_by_somebody_s_word(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    go_through(client, jobs, platform, invited())
    platform.changes = {"jwks_uri": f"{platform.lms.url}/new-keys"}

    page = go_through(client, jobs, platform, invited("invite-2"))

    assert "This LMS is connected already" in page.text
    assert registered(database)[0].key_set_url.endswith("/keys")
    (address,) = set(re.findall(r'action="([^"]+)/replace"', page.text))
    answer = client.post(f"{address}/replace", base_url=TOOL)
    assert answer.status_code == 303
    (row,) = registered(database)
    assert row.key_set_url.endswith("/new-keys")
    assert client.post(f"{address}/replace", base_url=TOOL).status_code == 409


def test_a_platform_that_is_known_can_be_left_as_it_is(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    go_through(client, jobs, platform, invited())
    platform.changes = {"jwks_uri": f"{platform.lms.url}/new-keys"}
    token = invited("invite-2")
    go_through(client, jobs, platform, token)

    client.post(f"/lti/register/{token}/leave", base_url=TOOL)

    assert registered(database)[0].key_set_url.endswith("/keys")


def test_two_platforms_of_one_kind_get_names_of_their_own(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    go_through(client, jobs, platform, invited())
    platform.client_id = "client-78"
    go_through(client, jobs, platform, invited("invite-2"))

    names = [row.name for row in registered(database)]
    assert names == ["Moodle at 127.0.0.1", "Moodle at 127.0.0.1 (2)"]


def test_two_registrations_of_one_client_at_once_make_one_platform(
    client: FlaskClient,
    app: Flask,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    for n in (1, 2):
        take(client, platform, invited(f"invite-{n}"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(jobs.register, ["invite-1", "invite-2"]))

    assert len(registered(database)) == 1
    with database.session(is_read_only=True) as session:
        found = session.scalars(select(Invite.found)).all()
    assert sum(one is None for one in found) == 1


def test_a_lost_job_is_taken_up_by_the_next_round(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
    clock: Clock,
) -> None:
    take(client, platform, invited())
    jobs.huey.flush()

    clock.advance(minutes=3)
    jobs.tidy()

    assert len(registered(database)) == 1


def test_a_job_that_runs_twice_asks_the_platform_once(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
    clock: Clock,
) -> None:
    take(client, platform, invited())
    with database.transaction() as session:
        assert enrolment.claim(session, "invite-1", now=clock.now) is not None

    jobs.register("invite-1")

    assert platform.lms.asked == []


def test_nobody_is_let_in_before_the_platform_is_approved(
    client: FlaskClient,
    jobs: Jobs,
    platform: RegisteringPlatform,
    database: Database,
    invited: Invited,
) -> None:
    go_through(client, jobs, platform, invited())
    query = urlencode({"iss": platform.lms.url, "client_id": "client-77", "login_hint": "7"})

    refused = client.get(f"/lti/login?{query}", base_url=TOOL)
    with database.transaction() as session:
        session.scalars(select(Registration)).one().is_approved = True
    let_in = client.get(f"/lti/login?{query}", base_url=TOOL)

    assert refused.status_code == 403
    assert "LAUNCH-REGISTRATION-PENDING" in refused.text
    assert let_in.status_code == 302
