"""The tool registers itself at the pretend LMS, over real connections, as Moodle and as Canvas."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from ltitool.actions import invites
from ltitool.actions.links import AdminLinks
from ltitool.app import create_app
from ltitool.demo.lms import Lms
from ltitool.demo.server import LmsServer
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.storage.tables import Registration
from tests.conftest import CheckedClient, Clock
from tests.postgres import free_port


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    made = create_app(replace(settings, public_url="http://tool.localhost"), clock=clock)
    made.test_client_class = CheckedClient
    yield made
    made.extensions["http"].close()
    made.extensions["jobs"].huey.storage.close()
    made.extensions["database"].dispose()


@pytest.mark.parametrize(
    ("profile", "name"),
    [("moodle", "Moodle at lms.localhost"), ("canvas", "Canvas at canvas.instructure.com")],
)
def test_the_tool_registers_itself(app: Flask, clock: Clock, profile: str, name: str) -> None:
    port = free_port()
    url = f"http://lms.localhost:{port}"
    lms = Lms(url, "http://tool.localhost", api_url=f"http://127.0.0.1:{port}")
    lms.use(profile)
    database: Database = app.extensions["database"]
    links: AdminLinks = app.extensions["admin_links"]
    with database.transaction() as session:
        invites.invite(session, "i", name="", approves=True, now=clock.now)
    lms.registration_tokens.add("once")
    form = {
        "invite": links.invite("i"),
        "openid_configuration": f"{url}/openid-configuration",
        "registration_token": "once",
    }
    browser = app.test_client()

    with LmsServer(lms, port):
        answer = browser.post("/lti/register", data=form, base_url="http://tool.localhost")
        app.extensions["jobs"].register("i")
    page = browser.get(answer.location, base_url="http://tool.localhost").text

    assert lms.refused == []
    assert f"{name} is connected" in page
    with database.session(is_read_only=True) as session:
        row = session.scalars(select(Registration)).one()
    assert row.client_id in lms.tools
    assert row.token_url == f"http://127.0.0.1:{port}/token"
