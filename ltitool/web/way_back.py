"""The way back to the LMS, with words for it to show where it shows them beside the course."""

from urllib.parse import urlencode, urlsplit, urlunsplit

MOODLES_OWN = "/mod/lti/return.php"
"""Shows such words in place of the course, on a page that leads nowhere; ours have said them."""


def way_back(return_url: str, **said: str) -> str:
    """Return the address to go back to; `said` are `lti_msg`, `lti_errormsg` and their kin."""
    parts = urlsplit(return_url)
    if not return_url or parts.path.endswith(MOODLES_OWN):
        return return_url
    query = "&".join(part for part in (parts.query, urlencode(said)) if part)
    return urlunsplit(parts._replace(query=query))
