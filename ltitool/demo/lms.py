"""The pretend LMS itself: who is logged in where, its gradebook, its tokens, its keys."""

import base64
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from ltitool.demo.course import (
    CONTEXT_ID,
    DEPLOYMENT_ID,
    FIRST_COURSE,
    LINKS,
    USERS,
    Course,
    Link,
    User,
)
from ltitool.demo.grades import Gradebook, Token
from ltitool.demo.profiles import PLAIN, PROFILES, Profile


@dataclass
class Tool:
    """A tool that has registered itself."""

    client_id: str
    name: str
    profile_name: str
    scopes: list[str]
    custom: dict[str, str]
    is_active: bool = False


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
        self.clock = clock
        self.lock = threading.RLock()
        self._first_profile = profile
        self.reset()

    def reset(self) -> None:
        """Be as on the first day: no grades, no tokens, fresh keys, the first profile."""
        with self.lock:
            self.profile = self._first_profile
            self.skew = timedelta()
            self.fails: str = ""
            """How the score service fails now: `500`, `html`, `hang` or not at all."""
            self.gradebooks: dict[str, Gradebook] = {
                profile.client_id: {} for profile in PROFILES.values()
            }
            self.tools: dict[str, Tool] = {}
            self.registration_tokens: set[str] = set()
            self._tool_in_use: dict[str, str] = {}
            self.courses: dict[str, Course] = {FIRST_COURSE.id: FIRST_COURSE}
            self.links: dict[str, Link] = dict(LINKS)
            self.last_answer: dict[str, Any] = {}
            """The newest deep linking answer that was taken."""
            self.hints: dict[str, tuple[str, str, bool]] = {}
            self.tokens: dict[str, Token] = {}
            self.seen_assertions: set[str] = set()
            self.calls: list[datetime] = []
            self.refused: list[str] = []
            self.rotate_keys()

    @property
    def issuer(self) -> str:
        """Who signs the launches."""
        return self.issuer_of(self.profile)

    @property
    def client_id(self) -> str:
        """Which tool the course uses: one that has registered itself, or the one from the start."""
        return self._tool_in_use.get(self.profile.name, self.profile.client_id)

    @property
    def clients(self) -> set[str]:
        """Whoever may ask for tokens."""
        return {profile.client_id for profile in PROFILES.values()} | set(self.tools)

    @property
    def launch_url(self) -> str:
        """The one address of the tool to which tokens may be posted."""
        return f"{self.tool_url}/lti/launch"

    @property
    def grades(self) -> Gradebook:
        """The gradebook that the present profile shows."""
        return self.gradebooks[self.client_id]

    @property
    def now(self) -> datetime:
        """The time by the clock of the LMS, which may be off."""
        return self.clock() + self.skew

    @property
    def people(self) -> list[User]:
        """Who can be logged in; the student view is there where the profile has one."""
        return [user for user in USERS.values() if user.role in self.profile.launch_roles]

    @property
    def members(self) -> list[User]:
        """Who is on the roster."""
        return [user for user in USERS.values() if user.role in self.profile.roster_roles]

    def issuer_of(self, profile: Profile) -> str:
        """Return who signs when the LMS behaves like this."""
        return profile.issuer or self.base_url

    def use_tool(self, client_id: str) -> None:
        """Let the course use a tool that has registered itself."""
        self._tool_in_use[self.tools[client_id].profile_name] = client_id

    def rotate_keys(self) -> None:
        """Sign with a fresh key from now on; only the newest is published."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.keys: list[tuple[str, rsa.RSAPrivateKey]] = [(secrets.token_hex(8), key)]

    def use(self, profile_name: str) -> None:
        """Behave like another kind of LMS."""
        self.profile = PROFILES[profile_name]

    def key_set(self) -> dict[str, Any]:
        """Return the public keys."""
        return {"keys": [_public(kid, key) for kid, key in self.keys]}

    def links_in(self, course_id: str) -> list[Link]:
        """Return the links of a course page."""
        return [link for link in self.links.values() if link.course_id == course_id]

    def add_link(self, link: Link) -> None:
        """Put a link on its course page."""
        with self.lock:
            self.links[link.id] = link

    def remove_link(self, link_id: str) -> None:
        """Take a link away from its course page."""
        with self.lock:
            self.links.pop(link_id, None)

    def copy_course(self, course_id: str) -> Course:
        """Copy a course with its links, as for the next year; nobody's work comes along."""
        with self.lock:
            original, number = self.courses[course_id], len(self.courses) + 1
            copy = Course(
                f"{CONTEXT_ID}-copy-{number}",
                f"{original.title}, copy {number - 1}",
                f"{original.label}-{number}",
                (original.id, *original.history),
            )
            self.courses[copy.id] = copy
            for link in self.links_in(course_id):
                own_id = f"{link.id}-{number}"
                history = (link.id, *link.history)
                self.links[own_id] = replace(link, id=own_id, course_id=copy.id, history=history)
        return copy

    def new_hint(self, user_id: str, target: str) -> str:
        """Return a message hint for one launch: of a link, or to choose some for a course."""
        hint = secrets.token_urlsafe(9)
        if self.profile.hint_is_json:
            hint = json.dumps({"cmid": 2, "launchid": f"ltilaunch_{hint}"}, separators=(",", ":"))
        with self.lock:
            self.hints[hint] = (user_id, target, False)
        return hint

    def take_hint(self, hint: str, user_id: str) -> str | None:
        """Return the target of a hint; None when it is not this person's, or was used before."""
        with self.lock:
            owner, target, is_used = self.hints.get(hint, ("", "", True))
            if owner != user_id or (is_used and self.profile.hint_works_once):
                return None
            self.hints[hint] = (owner, target, True)
            return target

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
