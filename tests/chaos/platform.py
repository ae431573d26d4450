"""The pretend LMS with a class as large as asked for, failing in every way an LMS can fail."""

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random
from threading import Lock
from typing import Any, NoReturn

from ltitool.demo.course import USERS, Link, User
from ltitool.demo.lms import Lms
from ltitool.demo.pages import create_lms_app
from ltitool.demo.profiles import MOODLE, STUDENT
from ltitool.demo.server import LmsServer

Environ = dict[str, Any]
Start = Callable[..., Any]

FAULTS = (
    "drop-before",
    "drop-after",
    "500",
    "503",
    "rate-limit",
    "token-expired",
    "409",
    "html",
    "html-200",
    "hang",
)
HANGS_FOR = 11.0
"""Longer than the tool waits."""


class FaultyLms:
    """A pretend Moodle at a port that can be taken away and given back."""

    def __init__(self, port: int, tool_port: int, people: int, seed: int) -> None:
        """Make a class; `seed` decides which request fails how."""
        at = f"http://127.0.0.1:{port}"
        tool = f"http://127.0.0.1:{tool_port}"
        self.lms = Lms(at, tool, profile=MOODLE)
        self.names = [f"chaos-{number}" for number in range(people)]
        for name in self.names:
            USERS[name] = User(name, name, STUDENT, name)
            self.lms.links[name] = Link(name, f"Activity of {name}", "")
        self.met: Counter[str] = Counter()
        self.rate = 0.0
        self._port = port
        self._chance = Random(seed)
        self._lock = Lock()
        self._hangs_left = 0
        self._server: LmsServer | None = None

    def start(self, *, rate: float, hangs: int) -> None:
        """Answer, and fail with this rate; hang so often at most."""
        self.rate, self._hangs_left = rate, hangs
        self._server = LmsServer(self.lms, self._port)
        self._server._server.app = self._faulty(create_lms_app(self.lms).wsgi_app)
        self._server.__enter__()

    def stop(self) -> None:
        """Be gone."""
        if self._server is not None:
            self._server.__exit__(None, None, None)
            self._server = None

    def restart(self) -> None:
        """Be gone for a moment, and have forgotten every token afterwards."""
        self.met["restart"] += 1
        self.stop()
        time.sleep(1)
        self.lms.tokens.clear()
        self.start(rate=self.rate, hangs=self._hangs_left)

    def rotate_keys(self) -> None:
        """Sign with another key from now on."""
        self.met["key-rotation"] += 1
        self.lms.rotate_keys()

    def grades(self) -> dict[str, tuple[str, float]]:
        """Return the gradebook: by link, who has a grade there and which."""
        return {link: (user, grade.on_column) for (link, user), grade in self.lms.grades.items()}

    def _draw(self, path: str) -> str:
        if not path.startswith(("/ags/", "/token")):
            return ""
        with self._lock:
            if self._chance.random() >= self.rate:
                return ""
            fault = self._chance.choice(FAULTS)
            if fault == "hang":
                self._hangs_left -= 1
                fault = fault if self._hangs_left >= 0 else "500"
            self.met[fault] += 1
            return fault

    def _faulty(self, app: Callable[[Environ, Start], Iterable[bytes]]) -> Any:
        def answer(environ: Environ, start: Start) -> Iterable[bytes]:
            fault = self._draw(environ["PATH_INFO"])
            if not fault:
                return app(environ, start)
            return self._fail(fault, app, environ, start)

        return answer

    def _fail(
        self,
        fault: str,
        app: Callable[[Environ, Start], Iterable[bytes]],
        environ: Environ,
        start: Start,
    ) -> Iterable[bytes]:
        if fault == "drop-after":
            list(app(environ, lambda *_status: None))
            _hang_up(environ)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if fault == "token-expired":
            self.lms.tokens.clear()
        if fault == "hang":
            time.sleep(HANGS_FOR)
        if fault in {"drop-before", "hang"}:
            _hang_up(environ)
        status, headers, body = ANSWERS[fault]
        start(status, [("Content-Type", "text/html"), *headers])
        return [body]


ANSWERS: dict[str, tuple[str, list[tuple[str, str]], bytes]] = {
    "500": ("500 Internal Server Error", [], b"[]"),
    "503": ("503 Service Unavailable", [("Retry-After", "2")], b""),
    "rate-limit": ("403 Forbidden", [], b"403 Forbidden (Rate Limit Exceeded)"),
    "token-expired": ("401 Unauthorized", [], json.dumps({"error": "expired"}).encode()),
    "409": ("409 Refusing score with an earlier timestamp for item 1 and user 1", [], b"[]"),
    "html": ("503 Service Unavailable", [], b"<!doctype html><title>Back soon</title>"),
    "html-200": ("200 OK", [], b"<!doctype html><title>Log in</title>"),
}


def _hang_up(environ: Environ) -> NoReturn:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError
