"""Access tokens kept in the database, so that a restart and a second process ask for none."""

from collections.abc import Callable
from datetime import UTC, datetime

from ltitool.lti.tokens import Token, TokensInMemory
from ltitool.storage.database import Database
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import AccessToken


class StoredTokens:
    """A token store over the table, each write in a short transaction of its own.

    Tokens are asked for between transactions, while no other is open.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Keep a copy in memory, so that sending many scores reads the table once."""
        self._database = database
        self._clock = clock
        self._copy = TokensInMemory()

    def get(self, registration_id: int, scopes: str) -> Token | None:
        """Return the token kept for these scopes."""
        copy = self._copy.get(registration_id, scopes)
        if copy is not None and copy.lasts_at(self._clock().timestamp()):
            return copy
        return self._read(registration_id, scopes)  # another process may have asked meanwhile

    def put(self, registration_id: int, scopes: str, token: Token) -> None:
        """Keep a token in the place of the one before."""
        self._copy.put(registration_id, scopes, token)
        ends_at = datetime.fromtimestamp(token.expires_at, UTC)
        key = {"registration_id": registration_id, "scopes": scopes}
        with self._database.transaction() as session:
            new = {**key, "token": token.value, "expires_at": ends_at}
            if add_if_new(session, AccessToken, new):
                return
            row = session.get_one(AccessToken, key)
            row.token, row.expires_at = token.value, ends_at

    def _read(self, registration_id: int, scopes: str) -> Token | None:
        with self._database.session(is_read_only=True) as session:
            row = session.get(AccessToken, (registration_id, scopes))
        if row is None:
            return None
        token = Token(row.token, row.expires_at.timestamp())
        self._copy.put(registration_id, scopes, token)
        return token
