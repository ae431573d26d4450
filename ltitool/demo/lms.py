"""What the pretend LMS knows: one course, its people, its links, its gradebook, its keys."""

import base64
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from ltitool.demo.profiles import INSTRUCTOR, PLAIN, PROFILES, STUDENT, TUTOR, Profile

CLIENT_ID = "kaleidoscope-demo"
DEPLOYMENT_ID = "1"
CONTEXT_ID = "course-7"
COURSE = "Social Work Skills 2"


@dataclass(frozen=True)
class User:
    """Somebody with an account; all are invented."""

    id: str
    name: str
    role: str


USERS = {
    user.id: user
    for user in (
        User("101", "Zoë Bright", STUDENT),
        User("102", "王小雨", STUDENT),
        User("103", "Олена Коваль", STUDENT),
        User("104", "ليلى الحسن", STUDENT),
        User("105", "Ngozi Adéyẹmí", STUDENT),
        User("201", "Tomás Birch", TUTOR),
        User("301", "Dr Rosa Okoye", INSTRUCTOR),
    )
}


@dataclass(frozen=True)
class Link:
    """A link to the tool on the course page."""

    id: str
    title: str
    about: str
    is_graded: bool = True
    custom: dict[str, str] = field(default_factory=dict)


LINKS = {
    link.id: link
    for link in (
        Link(
            "pending",
            "Pending",
            "A friend request, a late-night post and a walk on the sea wall. Graded.",
            custom={"scenario": "sam-and-lucy", "group_wait_hours": "0"},
        ),
        Link(
            "pending-ungraded",
            "Pending, without a grade",
            "The same story, placed without a gradebook column.",
            is_graded=False,
            custom={"scenario": "sam-and-lucy", "group_wait_hours": "0"},
        ),
        Link(
            "new",
            "A new activity",
            "Nothing is chosen yet: the instructor chooses the story and a date.",
        ),
    )
}


@dataclass
class Grade:
    """What stands in the gradebook for one student and link."""

    given: float
    maximum: float
    comment: str
    timestamp: datetime
    received_at: datetime
    history: list[dict[str, Any]] = field(default_factory=list)


def now() -> datetime:
    """Return the time of now."""
    return datetime.now(UTC)


class Lms:
    """The pretend LMS; every part of it can be looked at by a test."""

    def __init__(
        self,
        base_url: str,
        tool_url: str,
        *,
        api_url: str = "",
        tool_api_url: str = "",
        profile: Profile = PLAIN,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Be at `base_url` for browsers and at `api_url` for the tool; likewise the tool."""
        self.base_url, self.tool_url = base_url, tool_url
        self.api_url, self.tool_api_url = api_url or base_url, tool_api_url or tool_url
        self.profile = profile
        self.clock = clock
        self.lock = threading.RLock()
        self.skew = timedelta()
        self.fails: str = ""
        """How the score service fails now: `500`, `html`, `hang` or not at all."""
        self.grades: dict[tuple[str, str], Grade] = {}
        self.hints: dict[str, tuple[str, str, bool]] = {}
        self.tokens: dict[str, tuple[frozenset[str], datetime]] = {}
        self.seen_assertions: set[str] = set()
        self.calls: list[datetime] = []
        self.refused: list[str] = []
        self.keys: list[tuple[str, rsa.RSAPrivateKey]] = []
        self.rotate_keys()

    @property
    def issuer(self) -> str:
        """Who signs the launches."""
        return self.base_url

    @property
    def now(self) -> datetime:
        """The time by the clock of the LMS, which may be off."""
        return self.clock() + self.skew

    def rotate_keys(self) -> None:
        """Sign with a fresh key from now on; only the newest is published."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.keys = [(secrets.token_hex(8), key)]

    def use(self, profile_name: str) -> None:
        """Behave like another kind of LMS."""
        self.profile = PROFILES[profile_name]

    def key_set(self) -> dict[str, Any]:
        """Return the public keys."""
        return {"keys": [_public(kid, key) for kid, key in self.keys]}

    def new_hint(self, user_id: str, link_id: str) -> str:
        """Return a message hint for one launch."""
        hint = secrets.token_urlsafe(9)
        with self.lock:
            self.hints[hint] = (user_id, link_id, False)
        return hint

    def take_hint(self, hint: str, user_id: str) -> Link | None:
        """Return the link of a hint; None when it is not this person's, or was used before."""
        with self.lock:
            owner, link_id, is_used = self.hints.get(hint, ("", "", True))
            if owner != user_id or (is_used and self.profile.hint_works_once):
                return None
            self.hints[hint] = (owner, link_id, True)
            return LINKS[link_id]

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed token."""
        kid, key = self.keys[-1]
        return jwt.encode(claims, key, "RS256", {"kid": kid})

    def line_item_url(self, link_id: str) -> str:
        """Return the address of a link's gradebook column; like Moodle's it has a query."""
        return f"{self.api_url}/ags/{link_id}/lineitem?type_id={DEPLOYMENT_ID}"

    def members_url(self) -> str:
        """Return the address of the roster."""
        return f"{self.api_url}/nrps/members"


def _public(kid: str, key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    parts = {"n": numbers.n, "e": numbers.e}
    encoded = {
        name: base64.urlsafe_b64encode(whole.to_bytes((whole.bit_length() + 7) // 8, "big"))
        for name, whole in parts.items()
    }
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid} | {
        name: value.rstrip(b"=").decode() for name, value in encoded.items()
    }
