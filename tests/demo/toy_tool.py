"""A tool that has only a key: enough to ask the pretend LMS for tokens."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from werkzeug.test import TestResponse

from ltitool.demo.lms import Lms
from ltitool.demo.messages import SCOPES
from ltitool.demo.tokens import ASSERTION_TYPE
from tests.launching import ABSENT, a_key

COLUMN = "/ags/pending/lineitem"
SCORES, RESULTS = f"{COLUMN}/scores?type_id=1", f"{COLUMN}/results?type_id=1"


@dataclass
class ToyTool:
    """Signs assertions, right ones and wrong ones."""

    key_set_body: bytes = b""
    kid: str = "tool-key"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: a_key("toy tool"))
    url: str = ""
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        keys = [{**public, "kid": self.kid, "alg": "RS256", "use": "sig"}]
        self.key_set_body = json.dumps({"keys": keys}).encode()

    def assertion(self, lms: Lms, header: dict[str, Any] | None = None, **changes: Any) -> str:
        second = int(lms.now.timestamp())
        claims = {
            "iss": lms.profile.client_id,
            "sub": lms.profile.client_id,
            "aud": f"{lms.api_url}/token",
            "iat": second,
            "exp": second + 300,
            "jti": str(next(self.numbers)),
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not ABSENT}
        heads = {"kid": self.kid} if header is None else header
        return jwt.encode(kept, self.key, "RS256", heads)

    def ask(
        self, client: FlaskClient, assertion: str, scopes: tuple[str, ...] = SCOPES
    ) -> TestResponse:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": " ".join(scopes),
        }
        return client.post("/token", data=form)


@contextmanager
def published(tool: ToyTool) -> Iterator[ToyTool]:
    """Serve the tool's key set on loopback."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/lti/keys" else 404)
            self.send_header("Content-Length", str(len(tool.key_set_body)))
            self.end_headers()
            self.wfile.write(tool.key_set_body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    tool.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield tool
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Caller:
    """Calls the services of the pretend LMS with a token, and knows nothing else."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def get(self, url: str, accept: str, **headers: str) -> TestResponse:
        return self.client.get(url, headers=self._headers({"Accept": accept} | headers))

    def post(self, url: str, body: object, content_type: str) -> TestResponse:
        data = body if isinstance(body, str) else json.dumps(body)
        headers = self._headers({"Content-Type": content_type})
        return self.client.post(url, data=data, headers=headers)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "User-Agent": "toy"} | more


Callers = Callable[..., Caller]
"""Gets a token for the scopes it is given, or for all."""


def at(moment: datetime) -> str:
    """Return a time as scores carry it."""
    return moment.isoformat(timespec="milliseconds")


def a_score(lms: Lms, **changes: Any) -> dict[str, Any]:
    whole = {
        "userId": "101",
        "scoreGiven": 40,
        "scoreMaximum": 100,
        "activityProgress": "InProgress",
        "gradingProgress": "FullyGraded",
        "timestamp": at(lms.now),
        "comment": "1 of 3 steps done.",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}
