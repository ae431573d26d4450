"""Talking to platforms: no redirects, no private addresses, no endless answers or waits."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from ltitool import __version__
from ltitool.core.errors import PlatformError
from ltitool.lti.connections import GuardedAdapter

LARGEST_ANSWER = 2 * 1024 * 1024
USER_AGENT = f"Kaleidoscope/{__version__}"  # some platforms answer 403 to requests without one


class NoAnswer(PlatformError):
    """The platform could not be reached, or its answer never came to an end."""


@dataclass(frozen=True)
class Answer:
    """What a platform answered."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.status in range(200, 300)

    def json(self) -> object:
        """Return the body as JSON; raises PlatformError when it is something else."""
        try:
            return json.loads(self.body)  # an object, as far as anybody knows
        except (ValueError, RecursionError) as broken:
            raise PlatformError("The answer was not JSON.", self.status) from broken

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people to read."""
        return self.body[:600].lstrip()[:1] == b"<"

    @property
    def words(self) -> str:
        """What the platform said, in one short line; Moodle says it in the reason phrase only."""
        said = " ".join(self.body[:600].decode("utf-8", "replace").split())
        is_page = said[:1] == "<" or said in {"", "[]", "{}"}
        return f"{self.status} {self.reason}" + ("" if is_page else f": {said[:300]}")


class PlatformHttp:
    """One HTTP client for all platforms; safe to use from several threads."""

    def __init__(self, *, allow_private_hosts: bool, timeout: float = 10.0) -> None:
        """Allow loopback and private addresses only where the operator says so."""
        self.allow_private_hosts = allow_private_hosts
        self.timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy would connect where the guard cannot see
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = GuardedAdapter(allow_private_hosts=allow_private_hosts)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | str | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Return the platform's answer, whatever its status; raises NoAnswer without one.

        `timeout` is in seconds, for the whole exchange.
        """
        self._check(url)
        seconds = timeout or self.timeout
        deadline = time.monotonic() + seconds
        try:
            with self._session.request(
                method,
                url,
                headers={"User-Agent": USER_AGENT, **(headers or {})},
                data=data.encode() if isinstance(data, str) else data,
                timeout=seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read(response, deadline)
                reason = str(response.reason or "")
                return Answer(response.status_code, reason, response.headers, body)
        except (requests.RequestException, HTTPError, OSError, ValueError) as failure:
            raise NoAnswer(_words(failure)) from failure

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            is_web = parts.scheme in {"https", "http"} and bool(parts.hostname)
        except ValueError:
            is_web = False
        if not is_web:
            raise PlatformError(f"“{url[:200]}” is not an address of the web.")
        if parts.scheme == "http" and not self.allow_private_hosts:
            raise PlatformError(f"“{parts.hostname}” is not reached by https.")


def is_silence(refusal: PlatformError) -> bool:
    """Whether an error means that the platform has not answered, to this or to what came first."""
    return isinstance(refusal, NoAnswer) or isinstance(refusal.__cause__, NoAnswer)


def _read(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):  # what has come, not all of it
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise PlatformError("The answer was too large.", response.status_code)
        if time.monotonic() > deadline:
            raise NoAnswer("The platform did not answer in time.")
    return bytes(body)


def _words(failure: Exception) -> str:
    if isinstance(failure, requests.Timeout | TimeoutError | ReadTimeoutError):
        return "The platform did not answer in time."
    if "private address" in str(failure):
        return "The platform's name leads to a private address, which is not allowed here."
    if isinstance(failure, requests.exceptions.SSLError):
        return "The platform's certificate could not be verified."
    if isinstance(failure, requests.ConnectionError):
        return "The platform could not be reached."
    return "The platform's answer could not be read."
