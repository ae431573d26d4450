"""The platforms' public keys: kept for an hour, and renewed earlier for a new `kid`.

A real rotation is picked up at once; a key that the platform has withdrawn is refused within the
hour; a flood of unknown `kid` values is one fetch in a while.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import jwt

from ltitool.core.errors import PlatformError
from ltitool.lti.http import PlatformHttp
from ltitool.lti.platform import Platform

COOL_DOWN = 30.0
"""Seconds between two fetches for one registration."""

FRESH_FOR = 3600.0
"""Seconds after which a key set is fetched again, though every key is known."""

FETCH_LIMIT = 3.0
"""Seconds a launch waits for the platform's key set at most."""

MOST_KEYS = 50


@dataclass
class _Kept:
    url: str = ""
    keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float | None = None
    tried_at: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class KeySets:
    """The key sets of all platforms, in memory; one fetch at a time for each."""

    def __init__(self, http: PlatformHttp, clock: Callable[[], float] = time.monotonic) -> None:
        """Fetch by `http`; `clock` counts seconds for the cool-down."""
        self._http = http
        self._clock = clock
        self._kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()

    def find(self, platform: Platform, kid: str) -> jwt.PyJWK | None:
        """Return the platform's key of this id; an unknown one causes one fetch.

        Raises PlatformError when the key set had to be fetched and could not be.
        """
        entry = self._entry(platform)
        if kid not in entry.keys:
            with entry.lock:  # somebody else may have fetched meanwhile
                if kid not in entry.keys and self._is_over(entry.tried_at, COOL_DOWN):
                    self._renew(entry, platform)
        elif self._is_over(entry.fetched_at, FRESH_FOR):
            self._refresh(entry, platform)
        return entry.keys.get(kid)

    def _refresh(self, entry: _Kept, platform: Platform) -> None:
        """Look whether the known keys still hold; nobody waits for who is looking already."""
        if not self._is_over(entry.tried_at, COOL_DOWN) or not entry.lock.acquire(blocking=False):
            return
        try:
            with suppress(PlatformError):  # an LMS that is away for a moment keeps its people
                self._renew(entry, platform)
        finally:
            entry.lock.release()

    def _renew(self, entry: _Kept, platform: Platform) -> None:
        entry.tried_at = self._clock()
        entry.keys = readable_keys(self._fetch(platform))
        entry.fetched_at = entry.tried_at

    def _is_over(self, since: float | None, seconds: float) -> bool:
        return since is None or self._clock() - since >= seconds

    def _entry(self, platform: Platform) -> _Kept:
        with self._lock:
            entry = self._kept.get(platform.registration_id)
            if entry is None or entry.url != platform.key_set_url:
                entry = self._kept[platform.registration_id] = _Kept(platform.key_set_url)
            return entry

    def _fetch(self, platform: Platform) -> Mapping[str, Any]:
        answer = self._http.request("GET", platform.key_set_url, timeout=FETCH_LIMIT)
        if not answer.is_ok:
            raise PlatformError(f"The key set could not be fetched: {answer.words}", answer.status)
        body = answer.json()
        if not isinstance(body, dict):
            raise PlatformError("The key set is not a JSON object.", answer.status)
        return body


def readable_keys(key_set: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """Return the RSA signing keys of a key set by id; others are passed over."""
    listed = key_set.get("keys")
    keys: dict[str, jwt.PyJWK] = {}
    for item in (listed if isinstance(listed, list) else [])[:MOST_KEYS]:
        if not isinstance(item, dict) or item.get("kty") != "RSA" or not item.get("kid"):
            continue
        if item.get("use", "sig") != "sig":
            continue
        try:
            keys[str(item["kid"])] = jwt.PyJWK(item, algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    return keys
