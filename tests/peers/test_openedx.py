"""An LMS that nobody here wrote: Open edX's own LTI platform code, in a process of its own."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

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
from ltitool.storage.tables import Activity, Context, Membership, OutgoingScore, Person, Visit
from tests.conftest import CheckedClient
from tests.launching import TOOL
from tests.learner import Learner
from tests.postgres import free_port, wait_until

ROOT = Path(__file__).parent.parent.parent
FIELD = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@dataclass
class OpenEdx:
    """The platform as a browser and an administrator see it."""

    url: str
    tool_url: str
    browser: requests.Session = field(default_factory=requests.Session)

    def registration(self) -> dict[str, str]:
        told: dict[str, str] = requests.get(f"{self.url}/registration", timeout=20).json()
        return told

    def state(self) -> dict[str, list[dict[str, Any]]]:
        told: dict[str, list[dict[str, Any]]] = requests.get(f"{self.url}/state", timeout=20).json()
        return told

    def launch(self, client: FlaskClient, claims: dict[str, Any]) -> TestResponse:
        """Open the link as this account, step by step as a browser does."""
        entered = self.browser.get(f"{self.url}/enter/{claims['sub']}", timeout=20)
        begin = entered.json()["launch"]
        assert begin.startswith(f"{self.tool_url}/lti/login")
        login = client.get(begin.removeprefix(self.tool_url), base_url=TOOL)
        assert login.status_code == 302, login.text
        assert login.location.startswith(self.url)
        page = self.browser.get(login.location, timeout=20)
        assert page.status_code == 200, page.text
        form = {name: unescape(value) for name, value in FIELD.findall(page.text)}
        assert {"id_token", "state"} <= form.keys(), page.text
        return client.post("/lti/launch", data=form, base_url=TOOL)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The tool, which the platform can reach too."""
    port = free_port()
    folder = tmp_path_factory.mktemp("tool")
    settings = Settings(
        public_url=f"http://127.0.0.1:{port}",
        database_url=f"sqlite:///{folder / 'ltitool.sqlite'}",
        data_dir=folder,
        secret_key="for tests only",
        allow_private_hosts=True,
    )
    migrate.upgrade(settings.database_url)
    prepare(settings)
    app = create_app(settings)
    app.test_client_class = CheckedClient
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield app
    server.shutdown()
    server.server_close()
    thread.join()
    app.extensions["http"].close()
    app.extensions["jobs"].close()
    app.extensions["database"].dispose()


@pytest.fixture(scope="module")
def platform(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenEdx]:
    """Open edX with the tool in its course, and the tool with Open edX among its platforms."""
    port = free_port()
    url, tool_url = f"http://127.0.0.1:{port}", app.extensions["settings"].public_url
    folder = tmp_path_factory.mktemp("openedx")
    environment = os.environ | {
        "PEER_URL": url,
        "PEER_TOOL_URL": tool_url,
        "PEER_DATABASE": str(folder / "openedx.sqlite"),
    }
    with (folder / "log").open("w+") as log:
        command = [sys.executable, "-m", "tests.peers.openedx", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

        def answers() -> bool:
            assert process.poll() is None, log.seek(0) or log.read()
            try:
                return requests.get(f"{url}/state", timeout=5).ok
            except requests.ConnectionError:
                return False

        try:
            wait_until(answers, seconds=60, what="Open edX answers")
            found = OpenEdx(url, tool_url)
            register(app, found)
            yield found
        finally:
            process.terminate()
            process.wait(20)


def register(app: Flask, platform: OpenEdx) -> None:
    told = platform.registration()
    database: Database = app.extensions["database"]
    endpoints = Endpoints(
        "Open edX",
        told["issuer"],
        told["client_id"],
        told["oidc_callback"],
        told["token_url"],
        told["keyset_url"],
    )
    with database.transaction() as session:
        add(session, endpoints, [told["deployment_id"]], allow_private_hosts=True, now=clock())


def rows(app: Flask, table: type[Any]) -> list[Any]:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return list(session.scalars(select(table)))


def test_a_student_plays_to_the_end_and_the_grade_stands_in_open_edx(
    app: Flask, platform: OpenEdx
) -> None:
    student = Learner(app.test_client(), platform, "zoe")
    assert {visit.role for visit in rows(app, Visit)} == {Role.LEARNER}
    student.finish()

    app.extensions["jobs"].drain()

    [score] = rows(app, OutgoingScore)
    assert (score.delivery, score.score_hundredths) == (Delivery.SENT, 10000)
    state = platform.state()
    assert [(grade["user"], grade["score"]) for grade in state["gradebook"]] == [("zoe", 1)]
    assert [(row["score_given"], row["score_maximum"]) for row in state["scores"]] == [(100, 100)]
    assert "5 of 5 steps done" in state["scores"][0]["comment"]
    assert "Received" in student.get("/progress/")


def test_an_instructor_is_let_in_as_one_and_the_roster_is_read(
    app: Flask, platform: OpenEdx
) -> None:
    teacher = Learner(app.test_client(), platform, "rosa")
    assert "Where the class stands" in teacher.get("/teaching/")
    [activity] = rows(app, Activity)

    app.extensions["jobs"].read_roster(activity.id)

    names = {person.lti_id: person.name for person in rows(app, Person)}
    assert names == {
        "edx-rosa": "Dr Rosa Okoye",
        "edx-zoe": "Zoë Bright",
        "edx-olena": "Олена Коваль",
    }
    roles = sorted(row.roster_role for row in rows(app, Membership) if row.is_on_roster)
    assert roles == [Role.INSTRUCTOR, Role.LEARNER, Role.LEARNER]
    assert rows(app, Context)[0].members_read_at is not None
    page = teacher.get("/teaching/")
    assert "Олена Коваль" in page
    assert "Not started" in page


def test_a_launch_works_once(app: Flask, platform: OpenEdx) -> None:
    client = app.test_client()
    sent: list[dict[str, str]] = []
    post = client.post

    def remember(*args: Any, **kwargs: Any) -> TestResponse:
        sent.append(kwargs["data"])
        return post(*args, **kwargs)

    client.post = remember  # type: ignore[method-assign]
    assert platform.launch(client, {"sub": "olena"}).status_code == 303

    again = post("/lti/launch", data=sent[0], base_url=TOOL)

    assert again.status_code == 403
    assert "already used" in again.text
