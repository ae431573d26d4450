"""Calling a platform's services: our assertion, its token, our request, its words.

The library's connector is the place where this happens; both methods that decide are ours.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from random import Random
from threading import Lock

import jwt
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector, TServiceConnectorResponse

from ltitool.core.delivery import TOKENLESS
from ltitool.core.errors import PlatformError
from ltitool.lti.answers import may_pass, next_page, refusal_of, retry_after
from ltitool.lti.http import Answer, PlatformHttp
from ltitool.lti.platform import Platform, host_of
from ltitool.lti.tokens import Token, TokenStore
from ltitool.lti.tool_keys import SigningKey

ASSERTION_SECONDS = 300
BACKDATED_SECONDS = 60
"""Moodle allows no skew at all: an assertion from our future is refused."""

ASK_THERE = "Check there that this client id is known and that the tool's key set can be read."
PAGE_STATUS = HTTPStatus.BAD_GATEWAY
"""A page instead of an answer is as good as none."""

LONGEST_TOKEN_SECONDS = 86_400.0
ASK_AGAIN_SECONDS = 600.0
"""What was not granted is not asked for again for so long."""
MOST_TRIES = 3
LONGEST_PAUSE = 10.0
"""A read waits this long for its next try at most; what takes longer is for another day."""

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NoToken(PlatformError):
    """The platform gave no access token; nothing is said yet about what was to be sent with it."""


class NotGranted(NoToken):
    """The platform does not let the tool do what it asked for."""


class Connector(ServiceConnector):
    """Calls the services of one platform."""

    def __init__(
        self,
        platform: Platform,
        key: SigningKey,
        http: PlatformHttp,
        tokens: TokenStore,
        *,
        clock: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
        chance: Random | None = None,
    ) -> None:
        """Sign with our key, keep tokens in the store; `pause` waits between tries."""
        super().__init__(Registration())
        self._clock = clock
        self._pause = pause
        self._chance = chance or Random()
        self._platform = platform
        self._key = key
        self._http = http
        self._tokens = tokens
        self._asking = Lock()
        self._not_granted: dict[str, tuple[float, NotGranted]] = {}

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """Return a token for exactly these scopes; raises NoToken."""
        wanted = " ".join(sorted(scopes))
        with self._asking:  # threads that start together ask once
            now = self._clock().timestamp()
            kept = self._tokens.get(self._platform.registration_id, wanted)
            if kept is not None and kept.lasts_at(now):
                return kept.value
            until, refusal = self._not_granted.get(wanted, (0.0, None))
            if refusal is not None and until > now:
                raise refusal
            token = self._ask_and_remember(wanted)
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
        if is_post:
            answer = self.call("POST", url, scopes, headers, data)
            if answer.is_page:  # such as the form to log in: nothing was taken
                raise PlatformError("The platform answered with a web page.", PAGE_STATUS)
        else:
            answer = self._read(url, scopes, headers)
        body: object = None
        with suppress(PlatformError):  # it did what it was asked, whatever it says about it
            body = answer.json()
        return {
            "headers": dict(answer.headers),
            "body": body if isinstance(body, dict | list) else None,
            "next_page_url": None if is_post else next_page(answer, url),
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
        if host_of(url) not in self._platform.hosts:
            raise PlatformError("The address of the service is not on a host of the platform.")
        token = self.get_access_token(scopes)
        answer = self._send(method, url, token, headers, data)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._forget_token(scopes, token)
            answer = self._send(method, url, self.get_access_token(scopes), headers, data)
        if not answer.is_ok:
            raise refusal_of(answer)
        return answer

    def _read(self, url: str, scopes: Sequence[str], headers: dict[str, str]) -> Answer:
        for tries in range(1, MOST_TRIES):
            try:
                return self.call("GET", url, scopes, headers)
            except PlatformError as refusal:
                pause = max(refusal.retry_after or 0.0, 2**tries * (0.5 + self._chance.random()))
                if not may_pass(refusal) or pause > LONGEST_PAUSE:
                    raise
            self._pause(pause)
        return self.call("GET", url, scopes, headers)

    def _send(
        self, method: str, url: str, token: str, headers: dict[str, str], data: str | None
    ) -> Answer:
        bearer = {"Authorization": f"Bearer {token}"}
        return self._http.request(method, url, headers=headers | bearer, data=data)

    def _forget_token(self, scopes: Sequence[str], token: str) -> None:
        wanted = " ".join(sorted(scopes))
        with self._asking:  # another thread may have renewed it already
            kept = self._tokens.get(self._platform.registration_id, wanted)
            if kept is not None and kept.value == token:
                self._tokens.put(self._platform.registration_id, wanted, Token("", 0.0))

    def _ask_and_remember(self, scopes: str) -> Token:
        try:
            return self._ask_for_token(scopes)
        except NotGranted as refusal:
            until = self._clock().timestamp() + ASK_AGAIN_SECONDS
            self._not_granted[scopes] = (until, refusal)
            raise

    def _ask_for_token(self, scopes: str) -> Token:
        try:
            answer = self._http.request(
                "POST",
                self._platform.token_url,
                headers={"Accept": "application/json"},
                data={
                    "grant_type": "client_credentials",
                    "client_assertion_type": ASSERTION_TYPE,
                    "client_assertion": self._assertion(),
                    "scope": scopes,
                },
            )
            body = answer.json() if answer.is_ok else None
        except PlatformError as silence:
            raise NoToken(f"{TOKENLESS}: {silence}", silence.status) from silence
        if not answer.is_ok:
            kind = NotGranted if "invalid_scope" in answer.words else NoToken
            words = f"{TOKENLESS}: {answer.words}"
            raise kind(words, answer.status, retry_after(answer), hint=ASK_THERE)
        return _token_in(body, scopes, now=self._clock())

    def _assertion(self) -> str:
        now = int(self._clock().timestamp())
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


def _token_in(body: object, scopes: str, *, now: datetime) -> Token:
    if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
        raise NoToken(f"{TOKENLESS}: The token endpoint answered without a token.")
    granted = body.get("scope")  # Moodle drops what it does not grant without another word
    if isinstance(granted, str) and not set(scopes.split()) <= set(granted.split()):
        raise NotGranted(f"{TOKENLESS}: The platform did not grant what was asked for ({scopes}).")
    lasts = body.get("expires_in")
    seconds = lasts if isinstance(lasts, int | float) and lasts > 0 else 3600
    return Token(body["access_token"], now.timestamp() + min(seconds, LONGEST_TOKEN_SECONDS))
