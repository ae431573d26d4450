"""Calling a platform's services: our assertion, its token, our request, its words.

The library's connector is the place where this happens; both methods that decide are ours.
"""

import re
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from http import HTTPStatus
from random import Random
from threading import Lock
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import jwt
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector, TServiceConnectorResponse

from ltitool.core.errors import PlatformError
from ltitool.lti.http import Answer, PlatformHttp
from ltitool.lti.platform import Platform
from ltitool.lti.tool_keys import SigningKey

ASSERTION_SECONDS = 300
BACKDATED_SECONDS = 60
"""Moodle allows no skew at all: an assertion from our future is refused."""

EARLY_SECONDS = 60
"""A token is renewed this long before it ends."""

RATE_LIMIT_WORDS = "rate limit"
LONGEST_RETRY_AFTER = 3600.0
_NEXT = re.compile(r"<([^>]*)>\s*;[^,<]*?rel\s*=\s*[\"'“”]?next[\"'“”]?", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A bearer token and when it ends, in seconds since 1970."""

    value: str
    expires_at: float


class TokenStore(Protocol):
    """Where tokens are kept, for each registration and set of scopes by itself."""

    def get(self, registration_id: int, scopes: str) -> Token | None:
        """Return the token kept for these scopes."""

    def put(self, registration_id: int, scopes: str, token: Token) -> None:
        """Keep a token in the place of the one before."""


@dataclass
class TokensInMemory:
    """Keeps tokens as long as the process lives."""

    kept: dict[tuple[int, str], Token] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, registration_id: int, scopes: str) -> Token | None:
        """Return the token kept for these scopes."""
        return self.kept.get((registration_id, scopes))

    def put(self, registration_id: int, scopes: str, token: Token) -> None:
        """Keep a token in the place of the one before."""
        self.kept[registration_id, scopes] = token


class Connector(ServiceConnector):
    """Calls the services of one platform."""

    def __init__(
        self,
        platform: Platform,
        key: SigningKey,
        http: PlatformHttp,
        tokens: TokenStore,
        *,
        pause: Callable[[float], None] = time.sleep,
        chance: Random | None = None,
    ) -> None:
        """Sign with our key, and keep tokens in the store; `pause` waits between tries."""
        super().__init__(Registration())
        self._pause = pause
        self._chance = chance or Random()
        self._platform = platform
        self._key = key
        self._http = http
        self._tokens = tokens
        self._asking = Lock()

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """Return a token for exactly these scopes; raises PlatformError."""
        wanted = " ".join(sorted(scopes))
        with self._asking:  # threads that start together ask once
            kept = self._tokens.get(self._platform.registration_id, wanted)
            if kept is not None and kept.expires_at - EARLY_SECONDS > time.time():
                return kept.value
            token = self._ask_for_token(wanted)
            self._tokens.put(self._platform.registration_id, wanted, token)
            return token.value

    def make_service_request(
        self,
        scopes: Sequence[str],
        url: str,
        is_post: bool = False,
        data: str | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        case_insensitive_headers: bool = False,
    ) -> TServiceConnectorResponse:
        """Return the platform's answer in the library's form; raises PlatformError."""
        del case_insensitive_headers
        headers = {"Accept": accept, **({"Content-Type": content_type} if is_post else {})}
        answer = self.call("POST" if is_post else "GET", url, scopes, headers, data)
        is_json = bool(answer.body) and "json" in _header(answer, "Content-Type").lower()
        body = answer.json() if is_json else None
        return {
            "headers": dict(answer.headers),
            "body": body if isinstance(body, dict | list) else None,
            "next_page_url": next_page(answer, url),
        }

    def call(
        self,
        method: str,
        url: str,
        scopes: Sequence[str],
        headers: dict[str, str],
        data: str | None = None,
    ) -> Answer:
        """Return a good answer; a 401 renews the token once. Raises PlatformError for the rest."""
        if urlsplit(url).netloc.lower() not in self._platform.hosts:
            raise PlatformError("The address of the service is not on a host of the platform.")
        answer = self._send(method, url, scopes, headers, data)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._forget_token(scopes)
            answer = self._send(method, url, scopes, headers, data)
        if not answer.is_ok:
            raise PlatformError(answer.words, answer.status, retry_after(answer))
        return answer

    def _send(
        self,
        method: str,
        url: str,
        scopes: Sequence[str],
        headers: dict[str, str],
        data: str | None,
    ) -> Answer:
        bearer = {"Authorization": f"Bearer {self.get_access_token(scopes)}"}
        return self._http.request(method, url, headers=headers | bearer, data=data)

    def _forget_token(self, scopes: Sequence[str]) -> None:
        spent = Token("", 0.0)
        self._tokens.put(self._platform.registration_id, " ".join(sorted(scopes)), spent)

    def _ask_for_token(self, scopes: str) -> Token:
        answer = self._http.request(
            "POST",
            self._platform.token_url,
            headers={"Accept": "application/json"},
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self._assertion(),
                "scope": scopes,
            },
        )
        if not answer.is_ok:
            words = f"No access token: {answer.words}"
            raise PlatformError(words, answer.status, retry_after(answer))
        body = answer.json()
        if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
            raise PlatformError("The token endpoint answered without a token.", answer.status)
        lasts = body.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float) and lasts > 0 else 3600.0
        granted = body.get("scope")
        if isinstance(granted, str) and not set(scopes.split()) <= set(granted.split()):
            raise PlatformError(
                f"The platform did not grant what was asked for ({scopes}).", answer.status
            )
        return Token(body["access_token"], time.time() + seconds)

    def _assertion(self) -> str:
        now = int(time.time())
        claim = {
            "iss": self._platform.client_id,
            "sub": self._platform.client_id,
            "aud": self._platform.token_url,
            "iat": now - BACKDATED_SECONDS,
            "nbf": now - BACKDATED_SECONDS,
            "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        return jwt.encode(claim, self._key.private, "RS256", {"kid": self._key.kid})


def is_rate_limit(refusal: PlatformError) -> bool:
    """Whether a refusal only means “too fast”: 429, or Canvas' 403 that says so."""
    says_so = RATE_LIMIT_WORDS in str(refusal).lower()
    return refusal.status == HTTPStatus.TOO_MANY_REQUESTS or (
        refusal.status == HTTPStatus.FORBIDDEN and says_so
    )


def retry_after(answer: Answer) -> float | None:
    """Return how many seconds the platform asks us to wait: a number, or an HTTP date."""
    asked = _header(answer, "Retry-After").strip()
    if asked.isdecimal():
        return min(float(asked), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(asked) if asked else None
    except ValueError:
        return None
    if until is None or until.tzinfo is None:
        return None
    wait = (until - datetime.now(UTC)) / timedelta(seconds=1)
    return min(max(wait, 0.0), LONGEST_RETRY_AFTER)


def next_page(answer: Answer, url: str) -> str | None:
    """Return the address of the next page if it is on the same origin as this one.

    Moodle writes curly quotes and `&amp;` into its Link headers (4.5); cursors keep their case.
    """
    link = _header(answer, "Link").replace("\n", " ")
    with suppress(UnicodeError):  # headers arrive as Latin-1; the curly quotes are UTF-8
        link = link.encode("latin-1").decode("utf-8")
    found = _NEXT.search(link)
    if found is None:
        return None
    following = urljoin(url, unescape(found.group(1).strip()))
    ours, theirs = urlsplit(url), urlsplit(following)
    if (ours.scheme, ours.netloc.lower()) != (theirs.scheme, theirs.netloc.lower()):
        raise PlatformError("The platform's next page is on another site, so it is not fetched.")
    return following


def _header(answer: Answer, name: str) -> str:
    wanted = name.lower()
    return next((value for key, value in answer.headers.items() if key.lower() == wanted), "")
