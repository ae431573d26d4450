"""A platform as the rest of this package needs to know it."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

CANVAS_CLOUD = re.compile(r"https://([a-z0-9-]+\.)+instructure\.com")
CLOUD_PAGES = "https://*.instructure.com"
"""Where every school on Canvas' cloud has its pages, each under a name of its own."""


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
        return frozenset(host for url in self._urls if (host := host_of(url)))

    def takes_answers_at(self, url: str) -> bool:
        """Whether a browser may carry an answer there: one of its pages, or a host of its own.

        Plain http only where one of its own addresses at that host is so, as on one machine.
        """
        own = {origin_of(known).lower() for known in self._urls}
        secure = {f"https://{host}" for host in self.hosts}
        return self.has_page(url) or origin_of(url).lower() in own | secure

    @property
    def _urls(self) -> tuple[str, ...]:
        return (self.issuer, self.auth_url, self.token_url, self.key_set_url, *self.frame_origins)

    @property
    def page_origins(self) -> frozenset[str]:
        """Where its pages are, as policies write it: they frame the tool, and people go back."""
        own = {origin_of(self.issuer), origin_of(self.auth_url), *self.frame_origins} - {""}
        auth_host = host_of(self.auth_url)
        is_in_the_cloud = auth_host.endswith((".instructure.com", ".canvaslms.com"))
        return frozenset(own | ({CLOUD_PAGES} if is_in_the_cloud else set()))

    def has_page(self, url: str) -> bool:
        """Whether an address is one of its own pages, and no address of another site."""
        origin = origin_of(url).lower()
        own = {one.lower() for one in self.page_origins}
        is_of_the_cloud = CANVAS_CLOUD.fullmatch(origin) is not None
        return (CLOUD_PAGES in own and is_of_the_cloud) or origin in own - {CLOUD_PAGES}

    @property
    def is_canvas(self) -> bool:
        """Whether it is a Canvas, in the cloud or a school's own."""
        is_in_the_cloud = host_of(self.issuer).endswith("canvas.instructure.com")
        return is_in_the_cloud or self.auth_url.endswith("/api/lti/authorize_redirect")


def origin_of(url: str) -> str:
    """Return the origin of an address of the web; nothing for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else ""


def host_of(url: str) -> str:
    """Return host and port of an address; nothing when it has none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
