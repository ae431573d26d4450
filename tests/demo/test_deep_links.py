"""The pretend LMS lets the tool choose links, checks every part of its answer, copies courses."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from ltitool.actions.registrations import Endpoints, add
from ltitool.demo.deep_links import Fault
from ltitool.demo.lms import Lms
from ltitool.demo.messages import DEEP_LINKING, LTI
from ltitool.demo.server import LmsServer
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import Activity, Attempt, Participant
from tests.conftest import Clock, running, stock
from tests.demo.conftest import TOOL_URL
from tests.demo.launching import Form, log_in
from tests.demo.toy_tool import ToyTool
from tests.launching import ABSENT, a_key
from tests.learner import FIRST, TALK_FIELDS
from tests.postgres import free_port

TEACHER, ZOE = "301", "101"
RETURN = "/place/course-7/return"
ITEM = {"type": "ltiResourceLink", "title": "Chosen", "custom": {"activity": "k"}}


def an_answer(lms: Lms, **changes: Any) -> dict[str, Any]:
    """Return a right answer of the toy tool to the plain LMS."""
    second = int(lms.now.timestamp())
    whole = {
        "iss": lms.client_id,
        "aud": lms.issuer,
        "iat": second,
        "exp": second + 60,
        "nonce": "n",
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": "1",
        f"{DEEP_LINKING}content_items": [ITEM],
        f"{DEEP_LINKING}data": "what the plain LMS wants back",
        f"{DEEP_LINKING}msg": "Added one.",
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not ABSENT}


def hand_in(client: FlaskClient, tool: ToyTool, told: dict[str, Any], **how: Any) -> Any:
    signed = {"key": tool.key, "kid": tool.kid, **how}
    head = {"kid": signed["kid"]} if signed["kid"] else {}
    token = jwt.encode(told, signed["key"], "RS256", head)
    return client.post(RETURN, data={"JWT": token})


def test_a_right_answer_puts_its_links_on_the_course_page(
    client: FlaskClient, lms: Lms, tool: ToyTool
) -> None:
    log_in(client, TEACHER)
    ungraded = {**ITEM, "title": "Second", "submission": {"endDateTime": "2027-02-20T12:00:00Z"}}
    graded = {**ITEM, "lineItem": {"scoreMaximum": 100, "label": "Column", "resourceId": "r"}}
    items = {f"{DEEP_LINKING}content_items": [graded, ungraded]}

    answer = hand_in(client, tool, an_answer(lms, **items))

    assert "Added one." in answer.text
    first, second = [link for link in lms.links.values() if link.is_placed]
    assert (first.title, first.label, first.is_graded) == ("Chosen", "Column", True)
    assert first.custom == {"activity": "k"}
    assert (second.is_graded, second.due_at) == (False, "2027-02-20T12:00:00Z")
    assert lms.refused == []


WRONG: list[tuple[Fault, dict[str, Any]]] = [
    (Fault.INCOMPLETE, {"nonce": ABSENT}),
    (Fault.CONSUMER, {"iss": "somebody else"}),
    (Fault.AUDIENCE, {"aud": "https://other.example"}),
    (Fault.EXPIRED, {"exp": 1}),
    (Fault.EARLY, {"nbf": 4_000_000_000}),
    (Fault.KIND, {f"{LTI}message_type": "LtiResourceLinkRequest"}),
    (Fault.KIND, {f"{LTI}version": "1.2"}),
    (Fault.DEPLOYMENT, {f"{LTI}deployment_id": "2"}),
    (Fault.DATA, {f"{DEEP_LINKING}data": "other"}),
    (Fault.DATA, {f"{DEEP_LINKING}data": ABSENT}),
    (Fault.ITEMS, {f"{DEEP_LINKING}content_items": "none"}),
    (Fault.ITEMS, {f"{DEEP_LINKING}content_items": [{**ITEM, "type": "file"}]}),
    (Fault.ITEMS, {f"{DEEP_LINKING}content_items": [{**ITEM, "custom": {"a": "b\nc=d"}}]}),
    (Fault.ITEMS, {f"{DEEP_LINKING}content_items": [{**ITEM, "url": "https://evil.example/"}]}),
    (Fault.ITEMS, {f"{DEEP_LINKING}content_items": [{**ITEM, "lineItem": {"label": "x"}}]}),
]


def test_every_fault_of_an_answer_is_found_and_nothing_is_added(
    client: FlaskClient, lms: Lms, tool: ToyTool
) -> None:
    log_in(client, TEACHER)

    for fault, changes in WRONG:
        answer = hand_in(client, tool, an_answer(lms, **changes))

        assert (answer.status_code, fault.value in unescape(answer.text)) == (400, True), fault
    forged = hand_in(client, tool, an_answer(lms), key=a_key("somebody else"))
    nameless = hand_in(client, tool, an_answer(lms), kid="")
    assert Fault.UNREADABLE.value in forged.text
    assert Fault.NO_KID.value in nameless.text
    assert not any(link.is_placed for link in lms.links.values())
    assert len(lms.refused) == len(WRONG) + 2


def test_only_an_instructor_adds_links(client: FlaskClient, lms: Lms, tool: ToyTool) -> None:
    log_in(client, ZOE)

    answer = hand_in(client, tool, an_answer(lms))

    assert answer.status_code == 302
    assert not any(link.is_placed for link in lms.links.values())


# ---- with the tool itself


@dataclass(frozen=True)
class Visitor:
    """Somebody inside the tool."""

    browser: FlaskClient
    url: str

    def read(self, path: str) -> str:
        page = self.browser.get(f"{self.url}{path}", base_url=TOOL_URL, follow_redirects=True)
        assert page.status_code == 200, page.text
        return unescape(page.text)

    def send(self, path: str, page: str, **fields: Any) -> None:
        """Send the form of a page."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.read(page))
        assert token is not None
        data = {"csrf_token": token.group(1), **fields}
        sent = self.browser.post(f"{self.url}{path}", data=data, base_url=TOOL_URL)
        assert sent.status_code == 303, sent.text


Go = Callable[[str], Visitor]


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The tool, under the address that the LMS knows it by."""
    with running(replace(settings, public_url=TOOL_URL), clock) as made:
        stock(made.extensions["database"], clock)
        yield made


@pytest.fixture
def go(app: Flask, client: FlaskClient, lms: Lms, clock: Clock) -> Iterator[Go]:
    """Go from a page of the LMS, which is a Moodle here, into the tool as a browser does."""
    lms.use("moodle")
    port = free_port()
    own = f"http://127.0.0.1:{port}"
    auth = f"{lms.base_url}/auth"
    platform = Endpoints("LMS", lms.issuer, lms.client_id, auth, f"{own}/token", f"{own}/keys")
    with app.extensions["database"].transaction() as session:
        add(session, platform, ["1"], allow_private_hosts=True, now=clock.now)

    def through(path: str) -> Visitor:
        browser = app.test_client()
        begun = Form(client.get(path).text)
        sent = browser.post("/lti/login", data=begun.fields, base_url=TOOL_URL)
        asked = urlsplit(sent.location)
        posted = Form(client.get(f"{asked.path}?{asked.query}").text)
        entered = browser.post("/lti/launch", data=posted.fields, base_url=TOOL_URL)
        assert entered.status_code == 303, entered.text
        return Visitor(browser, "/".join(entered.location.split("/")[:3]))

    with LmsServer(lms, port):
        yield through


def placed(client: FlaskClient, app: Flask, lms: Lms, tool: ToyTool, go: Go) -> str:
    """Let the instructor place a story; return the id of the link that the LMS made of it."""
    teacher = go("/place/course-7/begin")
    story = re.findall(r"/place/story/(\d+)", teacher.read("/place/"))[0]
    chosen = {"story": story, "script": "debrief", "names": "sealed", "grade": "complete"}
    usual = {"time_zone": "Europe/London", "grouping": "come", "source": "random"}
    fields = {**usual, **chosen, "opens": "course", "due_date": "2027-02-20"}
    teacher.send("/place/set-up", "/place/", **fields)
    answer = Form(teacher.read("/place/answer"))
    tool.key_set_body = app.test_client().get("/lti/keys", base_url=TOOL_URL).data
    taken = client.post(urlsplit(answer.action).path, data=answer.fields)
    assert "Added: “Pending”." in taken.text
    [link] = [
        link for link in client.application.extensions["lms"].links.values() if link.is_placed
    ]
    return str(link.id)


def test_a_link_that_was_placed_is_copied_with_its_course_and_brings_settings_and_no_work(
    client: FlaskClient, app: Flask, lms: Lms, tool: ToyTool, go: Go
) -> None:
    log_in(client, TEACHER)
    link = placed(client, app, lms, tool, go)
    log_in(client, ZOE)
    scene, _decision = FIRST
    go(f"/launch/{link}").send(
        f"/story/{scene}/decide", f"/story/{scene}/decide", choice="hold", **TALK_FIELDS
    )
    copied = lms.copy_course("course-7")
    [twin] = [one for one in lms.links_in(copied.id) if one.is_placed]

    log_in(client, TEACHER)
    teacher = go(f"/launch/{twin.id}")

    page = teacher.read("/teaching/")
    assert "Copied along with the course" in page
    assert "“Pending” in Social Work Skills 2." in page
    assert "Zoë Bright" not in page
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        original, copy = session.scalars(select(Activity).order_by(Activity.id)).all()
        there = select(Attempt).where(Attempt.activity_id == copy.id)
        people = select(Participant).where(Participant.activity_id == copy.id)
        assert session.scalars(there).all() == []
        assert len(session.scalars(select(Attempt)).all()) == 1
        assert [one.is_preview for one in session.scalars(people)] == [True]
        assert plan_of(session, original).without_dates() == plan_of(session, copy)
    assert copy.copied_from_id == original.id
