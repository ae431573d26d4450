"""Talking with platforms: one connector for each, signed with the key that signs now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from ltitool.actions import keys
from ltitool.actions.tokens import StoredTokens
from ltitool.lti.connector import Connector
from ltitool.lti.http import PlatformHttp
from ltitool.lti.platform import Platform
from ltitool.lti.tool_keys import SigningKey
from ltitool.storage.database import Database

KEY_LOOKED_AT_EVERY = timedelta(minutes=1)


class Connectors:
    """The connectors of one process: the threads of a platform ask for a token once."""

    def __init__(
        self,
        database: Database,
        http: PlatformHttp,
        secret_key: str,
        clock: Callable[[], datetime],
    ) -> None:
        """Keep tokens in the database, so that a restart asks for none."""
        self._database = database
        self._http = http
        self._secret_key = secret_key
        self._clock = clock
        self._tokens = StoredTokens(database, clock)
        self._key: SigningKey | None = None
        self._key_read_at = clock()
        self._by_platform: dict[Platform, Connector] = {}
        self._lock = Lock()

    def to(self, platform: Platform) -> Connector:
        """Return the one connector of a platform."""
        key = self.signing_key()
        with self._lock:
            if platform not in self._by_platform:
                self._by_platform[platform] = Connector(
                    platform, key, self._http, self._tokens, clock=self._clock
                )
            return self._by_platform[platform]

    def signing_key(self) -> SigningKey:
        """Return the key that signs now; one that has followed it is noticed within a minute."""
        with self._lock:
            now = self._clock()
            if self._key is not None and now < self._key_read_at + KEY_LOOKED_AT_EVERY:
                return self._key
            with self._database.transaction() as session:
                key = keys.signing_key(session, self._secret_key, now=now)
            if self._key is None or self._key.kid != key.kid:
                self._by_platform.clear()
            self._key, self._key_read_at = key, now
            return key
