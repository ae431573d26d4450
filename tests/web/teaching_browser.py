"""A browser that holds a visit, and a count of what it asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

from ltitool.storage.database import Database
from ltitool.web.visit import VisitCookies


class Browser:
    """One person's browser, holding one visit."""

    def __init__(self, app: Flask, visit_id: str, secret: str) -> None:
        self.client = app.test_client()
        self.root = f"/v/{visit_id}"
        self.token = _mark(app)
        cookies = VisitCookies().get_signing_serializer(app)
        assert cookies is not None
        held = cookies.dumps({"secret": secret, "csrf_token": "mark"})
        self.client.set_cookie("visit", str(held), path=self.root)

    def get(self, path: str) -> TestResponse:
        return self.client.get(self.root + path)

    def read(self, path: str) -> str:
        """Return a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, **fields: object) -> TestResponse:
        """Send a form, with the mark that it was filled in on our page."""
        return self.client.post(self.root + path, data={"csrf_token": self.token, **fields})


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect every statement that is sent to the database."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _mark(app: Flask) -> str:
    """Return what the hidden field of every form holds, as our pages make it."""
    assert isinstance(app.secret_key, str)
    return str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps("mark"))
