"""An LMS that nobody here wrote: Open edX's own LTI platform code, in a process of its own."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from http.cookiejar import Cookie, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from ltitool.actions.registrations import Endpoints, add
from ltitool.app import clock, create_app, prepare
from ltitool.core.delivery import Delivery
from ltitool.core.roles import Role
from ltitool.settings import Settings
from ltitool.storage import migrate
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Membership, OutgoingScore, Person, Visit
from tests.conftest import CheckedClient
from tests.launching import TOOL
from tests.learner import Learner
from tests.pages import Page
from tests.postgres import free_port, wait_until

ROOT = Path(__file__).parent.parent.parent
ACTION = re.compile(r'<form[^>]*action="([^"]+)"')
FIELD = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
SECONDS = 20


class LoopbackIsSecure(DefaultCookiePolicy):
    """Sends cookies for secure connections to this machine too, as browsers do."""

    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        cookie.secure = False  # requests copies its jar without the policy, so the cookie says it
        return super().set_ok(cookie, request)


class Browser(requests.Session):
    """Follows redirects, keeps cookies, and does not wait for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(LoopbackIsSecure())

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{"timeout": SECONDS, **kwargs})


@dataclass(frozen=True)
class SignedForm:
    """The page by which the platform sends a browser back to the tool."""

    action: str
    fields: dict[str, str]


@dataclass(frozen=True)
class OpenEdx:
    """The platform, with the tool in its one course."""

    url: str
    tool_url: str

    def told(self, page: str) -> Any:
        with Browser() as browser:
            return browser.get(f"{self.url}/{page}").json()

    def sign(self, browser: Browser, account: str, what: str = "enter") -> SignedForm:
        """Open the link as this account, up to the page that the platform signs."""
        begin = self._begin(browser, account, what)
        return signed_form(browser.get(begin))

    def launch(self, client: FlaskClient, claims: dict[str, Any]) -> TestResponse:
        """Open the link as this account in a browser that needs no server at the tool."""
        with Browser() as browser:
            begin = self._begin(browser, claims["sub"])
            login = client.get(begin.removeprefix(self.tool_url), base_url=TOOL)
            form = signed_form(browser.get(login.location))
        path = form.action.removeprefix(self.tool_url)
        return client.post(path, data=form.fields, base_url=TOOL)

    def _begin(self, browser: Browser, account: str, what: str = "enter") -> str:
        begin: str = browser.get(f"{self.url}/{what}/{account}").json()["launch"]
        return begin


def signed_form(page: requests.Response) -> SignedForm:
    action = ACTION.search(page.text)
    assert action is not None, page.text
    fields = {name: unescape(value) for name, value in FIELD.findall(page.text)}
    return SignedForm(unescape(action.group(1)), fields)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The tool, which serves on loopback."""
    port = free_port()
    environment = {
        "LTITOOL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LTITOOL_DATA_DIR": str(tmp_path_factory.mktemp("tool")),
        "LTITOOL_ALLOW_PRIVATE_HOSTS": "yes",
    }
    settings = Settings.load(environ=environment)
    migrate.upgrade(settings.database_url)
    prepare(settings)
    made = create_app(settings)
    made.test_client_class = CheckedClient
    server = make_server("127.0.0.1", port, made, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    made.extensions["http"].close()
    made.extensions["jobs"].close()
    made.extensions["database"].dispose()


@pytest.fixture(scope="module")
def platform(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenEdx]:
    """Open edX and the tool, each registered with the other."""
    port = free_port()
    found = OpenEdx(f"http://127.0.0.1:{port}", app.extensions["settings"].public_url)
    folder = tmp_path_factory.mktemp("openedx")
    log = folder / "log"
    command = [sys.executable, "-m", "tests.peers.openedx_platform"]
    command += [str(port), found.tool_url, str(folder / "openedx.sqlite")]
    with log.open("w") as kept:
        process = subprocess.Popen(command, cwd=ROOT, stdout=kept, stderr=kept)

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            return bool(found.told("state"))
        except requests.ConnectionError:
            return False

    try:
        wait_until(answers, seconds=60, what="Open edX answers")
        register(app, found.told("registration"))
        yield found
    finally:
        process.terminate()
        process.wait(SECONDS)


def register(app: Flask, told: dict[str, str]) -> None:
    """Add the platform to the tool by what it tells administrators."""
    endpoints = Endpoints(
        "Open edX",
        told["issuer"],
        told["client_id"],
        told["oidc_callback"],
        told["token_url"],
        told["keyset_url"],
    )
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        add(session, endpoints, [told["deployment_id"]], allow_private_hosts=True, now=clock())


def rows(app: Flask, table: type[Any]) -> list[Any]:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return list(session.scalars(select(table)))


def test_a_launch_that_open_edx_signs_leads_a_student_to_the_front_page(platform: OpenEdx) -> None:
    with Browser() as browser:
        form = platform.sign(browser, "olena")

        front = browser.post(form.action, data=form.fields)

        assert front.url.startswith(f"{platform.tool_url}/v/")
        assert front.status_code == 200
        assert "Visit 3" in front.text
        assert Page(front.text).faults() == []
        assert browser.get(f"{front.url}teaching/").status_code == 404


def test_a_launch_that_open_edx_signs_works_once(platform: OpenEdx) -> None:
    with Browser() as browser:
        form = platform.sign(browser, "olena")
        once = browser.post(form.action, data=form.fields)

        again = browser.post(form.action, data=form.fields)

    assert once.url.startswith(f"{platform.tool_url}/v/")
    assert again.status_code == 403
    assert "already used" in again.text


def test_the_grade_of_a_finished_activity_stands_in_open_edx(app: Flask, platform: OpenEdx) -> None:
    student = Learner(app.test_client(), platform, "zoe")
    student.finish()

    app.extensions["jobs"].drain()

    [sent] = rows(app, OutgoingScore)
    assert sent.delivery is Delivery.SENT
    told = platform.told("state")
    [line_item], [score], [grade] = told["line_items"], told["scores"], told["gradebook"]
    assert sent.line_item_url.endswith(f"/lti-ags/{line_item['id']}")
    assert line_item["resource_link_id"].endswith("@pending")
    assert score.pop("comment").startswith("5 of 5 steps done")
    assert score == {
        "line_item_id": line_item["id"],
        "user_id": "edx-zoe",
        "score_given": 100,
        "score_maximum": 100,
        "activity_progress": "Completed",
        "grading_progress": "FullyGraded",
    }
    assert (grade["user"], grade["score"], grade["maximum"]) == ("zoe", 1, 1)
    assert "Received" in student.get("/progress/")


def test_an_instructor_sees_the_roster_that_open_edx_tells(app: Flask, platform: OpenEdx) -> None:
    with Browser() as browser:
        form = platform.sign(browser, "rosa")
        teaching = browser.post(form.action, data=form.fields)
        assert "Where the class stands" in teaching.text
        visit = next(row for row in rows(app, Visit) if row.role is Role.INSTRUCTOR)

        app.extensions["jobs"].read_roster(visit.activity_id)

        people = {row.id: row for row in rows(app, Person)}
        told = {
            (people[row.person_id].lti_id, people[row.person_id].name, row.roster_role)
            for row in rows(app, Membership)
            if row.is_on_roster
        }
        assert told == {
            ("edx-rosa", "Dr Rosa Okoye", Role.INSTRUCTOR),
            ("edx-zoe", "Zoë Bright", Role.LEARNER),
            ("edx-olena", "Олена Коваль", Role.LEARNER),
        }
        assert "Олена Коваль" in browser.get(teaching.url).text


def test_what_is_chosen_by_deep_linking_stands_in_open_edx_and_opens(
    app: Flask, platform: OpenEdx
) -> None:
    with Browser() as browser:
        form = platform.sign(browser, "rosa", "pick")
        shelf = browser.post(form.action, data=form.fields)
        assert "Choose a dilemma" in shelf.text
        chosen = re.search(r"/place/set-up\?story=(\d+)", shelf.text)
        assert chosen is not None
        set_up = browser.get(
            f"{platform.tool_url}{urlsplit(shelf.url).path}set-up?story={chosen[1]}"
        )
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', set_up.text)
        assert token is not None
        back = browser.post(
            set_up.url.partition("?")[0],
            data={
                "csrf_token": token[1],
                "story": chosen[1],
                f"title-{chosen[1]}": "Week 3",
                "time_zone": "Europe/London",
                "grouping": "come",
                "script": "visits",
                "source": "batches",
                "names": "alias",
                "grade": "taking-part",
                "opens": "course",
            },
        )
        answer = signed_form(back)
        assert answer.action.startswith(platform.url)

        taken = browser.post(answer.action, data=answer.fields)

        assert taken.status_code == 200, taken.text
    [item] = platform.told("state")["content_items"]
    assert item["content_type"] == "ltiResourceLink"
    assert item["attributes"]["title"] == "Week 3"
    with Browser() as browser:
        form = platform.sign(browser, "olena", "picked")
        front = browser.post(form.action, data=form.fields)
        assert front.status_code == 200
    [activity] = [row for row in rows(app, Activity) if row.key]
    assert activity.key == item["attributes"]["custom"]["activity"]
    assert activity.lti_id.endswith("@picked")
    assert activity.copied_from_id is None
