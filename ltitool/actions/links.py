"""Signed links for administrators, who have no accounts: what the command line prints opens it."""

from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

PAGE_LASTS = timedelta(days=7)
LONGEST_TOKEN = 300


class AdminLinks:
    """Signs and reads the tokens of administrators' links."""

    def __init__(self, secret: str) -> None:
        """Use the tool's secret key."""
        self._invites = URLSafeSerializer(secret, salt="invite")
        self._pages = URLSafeSerializer(secret, salt="platform-page")

    def invite(self, invite_id: str) -> str:
        """Return the token of an invite."""
        return str(self._invites.dumps(invite_id))

    def invited(self, token: str) -> str | None:
        """Return the id of the invite whose token this is; None when we did not sign it."""
        try:
            found = self._invites.loads(token[:LONGEST_TOKEN])
        except BadSignature:
            return None
        return found if isinstance(found, str) else None

    def page(self, registration_id: int, *, until: datetime) -> str:
        """Return the token of a platform's page, which opens it until then."""
        return str(self._pages.dumps([registration_id, int(until.timestamp())]))

    def registration_of(self, token: str, *, now: datetime) -> int | None:
        """Return whose page a token opens; None when we did not sign it or its time is over."""
        try:
            registration_id, until = self._pages.loads(token[:LONGEST_TOKEN])
        except (BadSignature, TypeError, ValueError):
            return None
        return int(registration_id) if now.timestamp() < until else None
