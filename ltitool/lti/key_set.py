"""The platforms' public keys: kept, so that launches fetch nothing, and renewed for a new `kid`.

A real rotation is picked up at once; a flood of unknown `kid` values is one fetch in a while.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from ltitool.core.errors import PlatformError
from ltitool.lti.http import PlatformHttp
from ltitool.lti.platform import Platform

COOL_DOWN = 30.0
"""Seconds between two fetches for one registration."""

FETCH_LIMIT = 3.0
"""Seconds a launch waits for the platform's key set at most."""

MOST_KEYS = 50


@dataclass
class _Kept:
    url: str = ""
    keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
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
        if found := entry.keys.get(kid):
            return found
        with entry.lock:
            if found := entry.keys.get(kid):  # somebody else has fetched meanwhile
                return found
            if entry.tried_at is None or self._clock() - entry.tried_at >= COOL_DOWN:
                entry.tried_at = self._clock()
                entry.keys = readable_keys(self._fetch(platform))
        return entry.keys.get(kid)

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
