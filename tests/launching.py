"""A platform that signs launches, right ones and wrong ones, and publishes its keys on loopback."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from werkzeug.test import Cookie, TestResponse

from ltitool.actions.registrations import Endpoints, add
from ltitool.storage.database import Database

TOOL = "https://tool.example"
ISSUER = "https://lms.example"
CLIENT_ID = "client-1"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
ABSENT = object()
"""A claim that is left out."""


@cache
def a_key(owner: str) -> rsa.RSAPrivateKey:
    """Return the key of this owner; making one takes long, so each is made once."""
    del owner
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class SigningPlatform:
    """What a platform is to a launch: an issuer, a client, keys, a clock."""

    now: datetime
    key_set_url: str = ""
    name: str = "The LMS"
    issuer: str = ISSUER
    client_id: str = CLIENT_ID
    kid: str = "key-1"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: a_key("platform"))
    fetches: int = 0

    def key_set(self) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "alg": "RS256", "use": "sig"}]}

    def register(self, database: Database, *deployment_ids: str) -> None:
        host = self.key_set_url.rpartition("/")[0]
        endpoints = Endpoints(
            self.name,
            self.issuer,
            self.client_id,
            f"{self.issuer}/auth?tenant=7",
            f"{host}/token",
            self.key_set_url,
        )
        with database.transaction() as session:
            add(session, endpoints, deployment_ids, allow_private_hosts=True, now=self.now)

    def claims(self, nonce: str, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
        host = self.key_set_url.rpartition("/")[0]
        second = int(self.now.timestamp())
        whole: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "student-1",
            "name": "Zoë Bright",
            "iat": second,
            "exp": second + 60,
            "nonce": nonce,
            f"{LTI}version": "1.3.0",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}deployment_id": "1",
            f"{LTI}target_link_uri": f"{TOOL}/lti/launch",
            f"{LTI}roles": [LEARNER],
            f"{LTI}context": {"id": "course-1", "title": "Course One"},
            f"{LTI}resource_link": {"id": "link-1", "title": "Pending"},
            f"{LTI}custom": {"scenario": "sam-and-lucy", "group_wait_hours": "0"},
            f"{AGS}claim/endpoint": {
                "scope": [f"{AGS}scope/score"],
                "lineitem": f"{host}/items/1/lineitem?type_id=1",
            },
        }
        return {name: v for name, v in {**whole, **(changes or {})}.items() if v is not ABSENT}

    def token(
        self,
        nonce: str,
        changes: Mapping[str, Any] | None = None,
        *,
        header: Mapping[str, Any] | None = None,
    ) -> str:
        heads = {"kid": self.kid} if header is None else dict(header)
        return jwt.encode(self.claims(nonce, changes), self.key, "RS256", heads)

    def log_in(self, client: FlaskClient, **params: str) -> dict[str, str]:
        """Begin a login; return what the tool asked of the platform."""
        asked = {
            "iss": self.issuer,
            "client_id": self.client_id,
            "login_hint": "7",
            "lti_message_hint": '{"cmid":2,"launchid":"l_1"}',
            "target_link_uri": f"{TOOL}/lti/launch",
        } | params
        answer = client.get(
            "/lti/login",
            query_string={name: value for name, value in asked.items() if value},
            base_url=TOOL,
        )
        assert answer.status_code == 302, answer.text
        return {k: v[0] for k, v in parse_qs(urlsplit(answer.location).query).items()}

    def launch(self, client: FlaskClient, changes: Mapping[str, Any] | None = None) -> TestResponse:
        """Do what a browser does when somebody opens the activity; return the tool's answer."""
        sent = self.log_in(client)
        return post_launch(client, sent["state"], self.token(sent["nonce"], changes))


def login_cookies(client: FlaskClient) -> list[Cookie]:
    """Return the cookies of logins that this browser still holds."""
    held = client._cookies or {}
    return [cookie for cookie in held.values() if cookie.key.startswith("login-")]


def post_launch(client: FlaskClient, state: str, token: str) -> TestResponse:
    """Post a token to the tool as the platform's page does."""
    form = {"state": state, "id_token": token}
    return client.post("/lti/launch", data=form, base_url=TOOL)


@contextmanager
def published(platform: SigningPlatform) -> Iterator[SigningPlatform]:
    """Serve the platform's key set on loopback, and count how often it is fetched."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            platform.fetches += 1
            body = json.dumps(platform.key_set()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    platform.key_set_url = f"http://127.0.0.1:{server.server_address[1]}/keys"
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
