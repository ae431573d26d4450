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
    frame_origins: tuple[str, ...] = ()
    """Its other origins: a school's own Canvas is not where Canvas gives its tokens."""

    @property
    def hosts(self) -> frozenset[str]:
        """Host and port of all its addresses: the only places its bearer tokens may go."""
        urls = (
            self.issuer,
            self.auth_url,
            self.token_url,
            self.key_set_url,
            *self.frame_origins,
        )
        return frozenset(host for url in urls if (host := host_of(url)))

    @property
    def is_canvas(self) -> bool:
        """Whether it is a Canvas, in the cloud or a school's own."""
        is_in_the_cloud = host_of(self.issuer).endswith("canvas.instructure.com")
        return is_in_the_cloud or self.auth_url.endswith("/api/lti/authorize_redirect")


def host_of(url: str) -> str:
    """Return host and port of an address; nothing when it has none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
