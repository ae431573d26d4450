"""A platform as the rest of this package needs to know it."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Platform:
    """A registration: issuer, client id and where the platform answers."""

    registration_id: int
    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    key_set_url: str

    @property
    def hosts(self) -> frozenset[str]:
        """Host and port of all its addresses: the only places its bearer tokens may go."""
        urls = (self.issuer, self.auth_url, self.token_url, self.key_set_url)
        return frozenset(urlsplit(url).netloc.lower() for url in urls if urlsplit(url).netloc)
