"""One transaction for each request: kept when the answer is below 400, else nothing is.

A GET only reads. After a commit in which a score was written, the background work is poked.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ltitool.storage.database import Database

READING = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask, database: Database, clock: Callable[[], datetime]) -> None:
    """Give every request of this app its session and its time."""
    app.extensions["database"] = database
    app.extensions["clock"] = clock
    app.after_request(_commit_on_success)
    app.teardown_request(_close)


def database() -> Database:
    """Return the database of this app, for the rare request that needs a transaction of its own."""
    found: Database = current_app.extensions["database"]
    return found


def db() -> Session:
    """Return the session of this request, opened when first asked for."""
    if "session" not in g:
        g.session = database().session(is_read_only=request.method in READING)
    session: Session = g.session
    return session


def now() -> datetime:
    """Return the time of this request: one moment from its first line to its last."""
    if "now" not in g:
        g.now = current_app.extensions["clock"]()
    moment: datetime = g.now
    return moment


def after_commit(do: Callable[[], object]) -> None:
    """Do this when the request has been kept; forgotten when it has not."""
    g.setdefault("after_commit", []).append(do)


def _commit_on_success(response: Response) -> Response:
    session: Session | None = g.get("session")
    if session is None or request.method in READING:
        return response
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        session.rollback()
        return response
    try:
        session.commit()
    except SQLAlchemyError as fault:  # such as a lost race that shows only now
        session.rollback()
        return current_app.make_response(current_app.handle_user_exception(fault))
    if session.info.pop("score_written", False):
        current_app.extensions["jobs"].poke()
    for do in g.pop("after_commit", []):
        do()
    return response


def _close(_error: BaseException | None) -> None:
    if (session := g.pop("session", None)) is not None:
        session.close()
