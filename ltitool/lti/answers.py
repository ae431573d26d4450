"""What an answer means: its refusal in words, how long to wait, where the next page is."""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from ltitool.core.errors import PlatformError
from ltitool.lti.http import Answer

RATE_LIMIT_WORDS = "rate limit"
LONGEST_RETRY_AFTER = 3600.0
_NEXT = re.compile(r"<([^>]*)>\s*;[^,<]*?rel\s*=\s*[\"'“”]?next[\"'“”]?", re.IGNORECASE)

HINTS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "Those who run the tool can find out what the LMS did not take of it.",
    HTTPStatus.UNAUTHORIZED: "The LMS's administrator can allow the tool this service.",
    HTTPStatus.FORBIDDEN: "The LMS's administrator can allow the tool this service.",
    HTTPStatus.NOT_FOUND: "What this was for may have been deleted in the LMS.",
    HTTPStatus.GONE: "What this was for has been deleted in the LMS.",
}
"""What people can do about a refusal of whatever service, beside the platform's own words."""


def refusal_of(answer: Answer) -> PlatformError:
    """Return the refusal that an answer is, in the platform's words and with what may help."""
    refusal = PlatformError(answer.words, answer.status, retry_after(answer))
    hint = "" if is_rate_limit(refusal) else HINTS.get(answer.status, "")
    return PlatformError(answer.words, answer.status, refusal.retry_after, hint=hint)


def may_pass(refusal: PlatformError) -> bool:
    """Whether the same request may succeed a little later."""
    status = refusal.status
    return status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR or is_rate_limit(refusal)


def is_about_platform(refusal: PlatformError) -> bool:
    """Whether a refusal says nothing of what was sent: the platform is unwell, or silent."""
    unwell = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
    return refusal.status is None or refusal.status in unwell or is_rate_limit(refusal)


def is_rate_limit(refusal: PlatformError) -> bool:
    """Whether a refusal only means “too fast”: 429, or Canvas' 403 that says so."""
    says_so = RATE_LIMIT_WORDS in str(refusal).lower()
    return refusal.status == HTTPStatus.TOO_MANY_REQUESTS or (
        refusal.status == HTTPStatus.FORBIDDEN and says_so
    )


def retry_after(answer: Answer) -> float | None:
    """Return how many seconds the platform asks us to wait: a number, or an HTTP date.

    A date is held against the one of the answer itself, so that it is the platform's clock on both
    sides; without that, nothing is known.
    """
    asked = _header(answer, "Retry-After").strip()
    if asked.isdecimal():
        return min(float(asked), LONGEST_RETRY_AFTER)
    until, answered_at = _moment(asked), _moment(_header(answer, "Date"))
    if until is None or answered_at is None:
        return None
    wait = (until - answered_at) / timedelta(seconds=1)
    return min(max(wait, 0.0), LONGEST_RETRY_AFTER)


def _moment(written: str) -> datetime | None:
    """Return an HTTP date, if that is what is written."""
    try:
        read = parsedate_to_datetime(written) if written else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None else None


def next_page(answer: Answer, url: str) -> str | None:
    """Return the address of the next page if it is on the same origin as this one.

    Moodle writes curly quotes and `&amp;` into its Link headers (4.5); cursors keep their case.
    """
    link = _header(answer, "Link").replace("\n", " ")
    with suppress(UnicodeError):  # headers arrive as Latin-1; the curly quotes are UTF-8
        link = link.encode("latin-1").decode("utf-8")
    found = _NEXT.search(link)
    if found is None:
        return None
    written: str = found.group(1).strip().replace("&amp;", "&")
    with suppress(ValueError):
        following = urljoin(url, written)
        if _origin(url) == _origin(following):
            return following
    raise PlatformError("The platform's next page is on another site, so it is not fetched.")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _header(answer: Answer, name: str) -> str:
    wanted = name.lower()
    return next((value for key, value in answer.headers.items() if key.lower() == wanted), "")
