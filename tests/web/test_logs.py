"""The log: one line of JSON for everything, with the request's id, and nothing about anybody."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from ltitool.actions.keys import make_key
from ltitool.storage.database import Database
from ltitool.storage.tables import AccessToken, OutgoingScore, Post, Registration
from ltitool.web.transaction import db
from tests.conftest import Clock
from tests.launching import INSTRUCTOR, LTI, TOOL, SigningPlatform, login_cookies, post_launch
from tests.learner import POST, REASONS, REFLECTION, REPLY, SENTENCE, Learner
from tests.lms import Lms, replied, running_lms

Enter = Callable[..., Learner]
Written = list[dict[str, Any]]
NAME, EMAIL = "Zoë Bright", "zoe.bright@example.org"
HIDDEN_WHY = "It names a person who did not agree to be named."
CRASH = {"text": POST}


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Callable[[], Written]:
    """Read what was logged since it was last asked for."""

    def read() -> Written:
        written = capsys.readouterr()
        assert written.err == ""
        return [json.loads(line) for line in written.out.splitlines()]

    return read


@pytest.fixture
def lms() -> Iterator[Lms]:
    with running_lms() as lms:
        yield lms


@pytest.fixture
def crashing(app: Flask) -> Flask:
    """The tool with pages that break while they hold what somebody typed."""

    def crash(**_ids: Any) -> str:
        try:
            return str(int(request.form["text"]))
        except ValueError as fault:
            raise RuntimeError(f"{request.form['text']} {request.form['csrf_token']}") from fault

    def refuse(**_ids: Any) -> str:
        text = request.form["text"]
        return str(db().scalars(select(Post).where(Post.text == [text])).all())

    app.add_url_rule("/v/<visit_id>/crash", "visit.crash", crash, methods=["POST"])
    app.add_url_rule("/v/<visit_id>/refuse", "visit.refuse", refuse, methods=["POST"])
    return app


def code_and_id(page: str) -> tuple[str, str]:
    found = re.search(r"<dt>Code</dt><dd><b[^>]*>(\S+) (\w+)</b>", page)
    assert found is not None
    return found[1], found[2]


def lines_of(log: Written, answer: TestResponse) -> Written:
    return [line for line in log if line["request_id"] == answer.headers["X-Request-Id"]]


def secrets_of(app: Flask, *people: Learner) -> set[str]:
    """Return every word of a visit that opens something."""
    words = set()
    for person in people:
        cookie = person.client.get_cookie("visit", "tool.example", person.url)
        assert cookie is not None
        with app.test_request_context(headers={"Cookie": f"visit={cookie.value}"}) as context:
            words |= {str(value) for value in dict(context.session or {}).values()}
        words |= {cookie.value, person.url.rsplit("/", 1)[-1]}
    return words


def refused_launches(client: FlaskClient, platform: SigningPlatform) -> set[str]:
    """Launch in ways that are refused; return what was sent that is nobody's business."""
    sent = platform.log_in(client)
    [cookie] = login_cookies(client)
    token = platform.token(sent["nonce"], {"name": NAME, "email": EMAIL})
    post_launch(client, "a state that is none", token)
    post_launch(client, sent["state"], token + "x")
    post_launch(client, sent["state"], token)
    post_launch(client, sent["state"], token)
    error = {"state": sent["state"], "error": "no", "error_description": f"No {NAME}"}
    client.post("/lti/launch", data=error, base_url=TOOL)
    client.get("/lti/login", query_string={"iss": f"https://{NAME}.example"}, base_url=TOOL)
    return {token, sent["state"], sent["nonce"], str(cookie.value)}


def test_a_whole_play_leaves_json_lines_that_hold_nothing_about_anybody(
    crashing: Flask,
    platform: SigningPlatform,
    lms: Lms,
    clock: Clock,
    log: Callable[[], Written],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    student = Learner(crashing.test_client(), platform, "zoe", name=NAME, email=EMAIL)
    student.finish()
    teacher = Learner(
        crashing.test_client(), platform, "tess", name=f"Dr {NAME}", **{f"{LTI}roles": [INSTRUCTOR]}
    )
    hide(crashing, teacher)
    for path in ("/crash", "/refuse", "/nowhere", "/talk/", "/again/"):
        token = {"csrf_token": student.token("/restart")}
        student.client.post(f"{student.url}{path}", data={**CRASH, **token}, base_url=TOOL)
        student.client.post(f"{student.url}{path}", data=CRASH, base_url=TOOL)
        crashing.test_client().post(f"{student.url}{path}", data=CRASH, base_url=TOOL)
    secrets = refused_launches(crashing.test_client(), platform)
    secrets |= secrets_of(crashing, student, teacher) | send_scores(crashing, lms, clock)

    lines = log()
    assert len(lines) > 60
    assert {"request", "refused", "launch refused", "unforeseen", "scores tried"} <= {
        line["event"] for line in lines
    }
    for line in lines:
        assert {"event", "request_id", "level", "timestamp"} <= set(line)
    typed = {NAME, EMAIL, "zoe", POST, REPLY, REASONS, SENTENCE, REFLECTION, HIDDEN_WHY}
    whole = json.dumps(lines, ensure_ascii=False) + caplog.text
    assert [word for word in typed | secrets if word in whole] == []


def hide(app: Flask, teacher: Learner) -> None:
    """Hide a post, with a reason that names somebody."""
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        post = session.scalars(select(Post).where(Post.text.startswith(POST))).one()
    path = f"/teaching/talks/{post.thread_id}/posts/{post.id}/hide"
    assert teacher.send(path, {"reason": HIDDEN_WHY}).status_code == 303


def send_scores(app: Flask, lms: Lms, clock: Clock) -> set[str]:
    """Let the background work send what waits, to a platform that refuses it with many words."""
    lms.answer = lambda asked: replied({"why": asked.headers["Authorization"]}, 400)
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        make_key(session, app.extensions["settings"].secret_key, now=clock.now)
        session.execute(update(Registration).values(token_url=f"{lms.url}/token"))
        session.execute(update(OutgoingScore).values(line_item_url=f"{lms.url}/items/1"))
    clock.advance(hours=1)
    assert app.extensions["jobs"].drain() > 0
    with database.session(is_read_only=True) as session:
        return {token.token for token in session.scalars(select(AccessToken))}


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        ("/nowhere", {}, "NOT-FOUND"),
        ("/again/", {}, "NOT-OPEN"),
        ("/crash", {"text": POST}, "UNFORESEEN"),
        ("/story/request/lock", {}, "NOT-OPEN"),
        ("/drafts/", {"place": "nowhere"}, "INPUT-REFUSED"),
    ],
)
def test_an_error_page_shows_the_id_that_the_log_has(
    crashing: Flask,
    learner: Enter,
    log: Callable[[], Written],
    path: str,
    fields: dict[str, str],
    code: str,
) -> None:
    student = learner()
    data = {"csrf_token": student.token("/restart"), **fields}
    log()

    answer = student.client.post(f"{student.url}{path}", data=data, base_url=TOOL)

    assert code_and_id(answer.text) == (code, answer.headers["X-Request-Id"])
    lines = lines_of(log(), answer)
    assert [line["code"] for line in lines if line["event"] == "refused"] == [code]
    assert [line["status"] for line in lines if line["event"] == "request"] == [answer.status_code]


def test_a_refused_launch_is_found_by_the_code_on_its_page(
    client: FlaskClient, platform: SigningPlatform, log: Callable[[], Written]
) -> None:
    answer = platform.launch(client, {f"{LTI}version": "1.1"})

    code, request_id = code_and_id(answer.text)
    assert code == "LAUNCH-VERSION"
    [line] = [line for line in log() if line["event"] == "launch refused"]
    assert (line["check"], line["request_id"]) == ("VERSION", request_id)


def test_a_crash_says_where_and_not_what_was_typed(
    crashing: Flask, learner: Enter, log: Callable[[], Written]
) -> None:
    student = learner()
    data = {**CRASH, "csrf_token": student.token("/restart")}

    answer = student.client.post(f"{student.url}/crash", data=data, base_url=TOOL)

    [line] = [line for line in log() if line["event"] == "unforeseen"]
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["exception"]["kinds"] == ["RuntimeError", "ValueError"]
    assert re.search(r"test_logs\.py:\d+ crash$", line["exception"]["at"][-1])
    assert POST not in json.dumps(line)


def test_what_a_database_says_of_itself_is_told(app: Flask, log: Callable[[], Written]) -> None:
    def locked() -> str:
        return str(db().connection().exec_driver_sql("SELECT * FROM nothing_of_the_kind"))

    app.add_url_rule("/locked", "locked", locked)
    app.test_client().get("/locked")

    [line] = [line for line in log() if line["event"] == "unforeseen"]
    assert "no such table" in line["exception"]["words"]


def test_libraries_are_heard_without_what_they_quote(
    app: Flask, log: Callable[[], Written]
) -> None:
    logging.getLogger("some.library").warning("Could not read %s", POST)
    logging.getLogger("some.library").info("Nothing to worry about")

    [line] = log()
    assert (line["event"], line["library"]) == ("Could not read %s", "some.library")


def test_background_work_logs_as_pages_do(app: Flask, log: Callable[[], Written]) -> None:
    secret = "token-of-a-platform"

    try:
        int(secret)
    except ValueError:
        structlog.get_logger().exception("score not sent", score=7)

    [line] = log()
    assert (line["event"], line["score"], line["exception"]["kinds"]) == (
        "score not sent",
        7,
        ["ValueError"],
    )
    assert secret not in json.dumps(line)


def test_two_requests_have_two_ids(client: FlaskClient) -> None:
    ids = {client.get("/nowhere").headers["X-Request-Id"] for _time in range(2)}

    assert len(ids) == 2
    assert all(re.fullmatch(r"[0-9a-f]{10}", name) for name in ids)
