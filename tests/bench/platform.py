"""The LMS of a measurement: it publishes a key, and signs launches as fast as it can."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jwt.algorithms import RSAAlgorithm

from tests.launching import AGS, LEARNER, LTI, NRPS

CLIENT_ID = "bench"
KID = "bench-key"


@dataclass
class Platform:
    """A platform at an address of this machine."""

    url: str
    key: rsa.RSAPrivateKey
    fetches: int = 0

    def token(self, sub: str, nonce: str, launch_url: str) -> str:
        """Return the signed id_token of a learner, with the claims that a real LMS sends."""
        second = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": sub,
            "iat": second,
            "exp": second + 60,
            "nonce": nonce,
            "name": f"Person {sub}",
            f"{LTI}version": "1.3.0",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}deployment_id": "1",
            f"{LTI}target_link_uri": launch_url,
            f"{LTI}roles": [LEARNER],
            f"{LTI}context": {"id": "course-1", "title": "Course One"},
            f"{LTI}resource_link": {"id": "link-1", "title": "Pending"},
            f"{LTI}custom": {"scenario": "sam-and-lucy"},
            f"{LTI}launch_presentation": {"locale": "en", "return_url": f"{self.url}/course"},
            f"{AGS}claim/endpoint": {
                "scope": [f"{AGS}scope/score"],
                "lineitem": f"{self.url}/items/1/lineitem?type_id=1",
            },
            f"{NRPS}claim/namesroleservice": {
                "context_memberships_url": f"{self.url}/members",
                "service_versions": ["2.0"],
            },
        }
        head = {"alg": "RS256", "typ": "JWT", "kid": KID}
        body = f"{_encoded(json.dumps(head).encode())}.{_encoded(json.dumps(claims).encode())}"
        signed = self.key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{body}.{_encoded(signed)}"


@contextmanager
def running() -> Iterator[Platform]:
    """Serve a platform's key set until the block ends."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    platform = Platform("", key)
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    key_set = json.dumps({"keys": [{**public, "kid": KID, "alg": "RS256", "use": "sig"}]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            platform.fetches += 1
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(key_set)))
            self.end_headers()
            self.wfile.write(key_set)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
