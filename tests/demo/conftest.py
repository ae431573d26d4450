"""The pretend LMS without a network, a browser at it, and a toy tool with a key."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ltitool.demo.lms import Lms
from ltitool.demo.messages import SCOPES
from ltitool.demo.pages import create_lms_app
from tests.conftest import Clock
from tests.demo.toy_tool import Caller, ToyTool, published
from tests.pages import Page

LMS_URL, API_URL, TOOL_URL = "http://lms.localhost", "http://127.0.0.1", "http://tool.localhost"


class CheckedBrowser(FlaskClient):
    """A browser that refuses to look at a badly made page of the LMS."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and "<main>" in response.text:
            # The pretend LMS keeps no secrets, so its forms need no token.
            faults = [f for f in Page(response.text).faults() if "csrf_token" not in f]
            assert faults == []
        return response


@pytest.fixture
def tool() -> Iterator[ToyTool]:
    with published(ToyTool()) as running:
        yield running


@pytest.fixture
def lms(tool: ToyTool, clock: Clock) -> Lms:
    return Lms(LMS_URL, TOOL_URL, api_url=API_URL, tool_api_url=tool.url, clock=clock)


@pytest.fixture
def client(lms: Lms) -> FlaskClient:
    """A browser at the LMS; nobody is logged in yet."""
    app = create_lms_app(lms)
    app.test_client_class = CheckedBrowser
    return app.test_client()


@pytest.fixture
def caller(client: FlaskClient, lms: Lms, tool: ToyTool) -> Callable[..., Caller]:
    """Get a token for these scopes, or for all, and call with it."""

    def made(*scopes: str) -> Caller:
        answer = tool.ask(client, tool.assertion(lms), scopes or SCOPES)
        assert answer.status_code == 200, answer.text
        return Caller(client, answer.get_json(force=True)["access_token"])

    return made
