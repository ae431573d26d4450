"""A platform's services on a free port of this machine: it answers as a test tells it to."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import rsa

from ltitool.lti.platform import Platform
from ltitool.lti.tool_keys import SigningKey

KEY = SigningKey("test-key", rsa.generate_private_key(public_exponent=65537, key_size=2048))
TOKEN_PATH = "/token"


@dataclass(frozen=True)
class Asked:
    """A request as the platform got it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Reply:
    """What the platform answers."""

    status: int = 200
    reason: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    drips: Event | None = None
    """When given, the body goes on letter by letter until this is set."""


def replied(body: object, status: int = 200, **headers: str) -> Reply:
    """Return an answer in JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("Content-Type", "application/json")
    return Reply(status, headers=named, body=json.dumps(body).encode())


class Lms:
    """Remembers what it was asked; `answer` decides what it says, and tokens are given freely."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Reply] = lambda _asked: Reply()
        self.give_token: Callable[[Asked], Reply] = self._new_token
        self._lock = Lock()
        self._tokens = 0

    def platform(self, registration_id: int = 1) -> Platform:
        return Platform(
            registration_id=registration_id,
            name="Test",
            issuer=self.url,
            client_id=f"client-{registration_id}",
            auth_url=f"{self.url}/auth",
            token_url=f"{self.url}{TOKEN_PATH}",
            key_set_url=f"{self.url}/keys",
        )

    @property
    def token_requests(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == TOKEN_PATH]

    @property
    def service_requests(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path != TOKEN_PATH]

    def reply_to(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
        return self.give_token(asked) if asked.path == TOKEN_PATH else self.answer(asked)

    def _new_token(self, asked: Asked) -> Reply:
        with self._lock:
            self._tokens += 1
            token = f"token-{self._tokens}"
        return replied(
            {"access_token": token, "expires_in": 3600, "scope": asked.form.get("scope", "")}
        )


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lms = Lms(f"http://127.0.0.1:{self.server_port}")


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def do_PUT(self) -> None:
        self._reply()

    def log_message(self, *args: object) -> None:
        del args

    def _reply(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        asked = Asked(self.command, self.path, dict(self.headers), body)
        reply = self.server.lms.reply_to(asked)
        self.send_response(reply.status, reply.reason)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        if reply.drips is not None:
            self._drip(reply.drips)

    def _drip(self, stop: Event) -> None:
        with suppress(OSError):  # the reader has hung up, as it should
            while not stop.wait(0.01):
                self.wfile.write(b"x")


@contextmanager
def running_lms() -> Iterator[Lms]:
    """Run a platform for the length of a block."""
    with _Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.lms
        finally:
            server.shutdown()
            thread.join()
