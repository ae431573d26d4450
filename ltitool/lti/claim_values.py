"""Reading single claims: texts of a sane length, addresses, lists; what is odd counts as absent."""

from collections.abc import Mapping
from typing import Any

from ltitool.core.words import one_line
from ltitool.lti import claims

LONGEST_WORD = 255
LONGEST_URL = 2000
LONGEST_CUSTOM = 4000
MOST_GROUPS = 50


def group(claim: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a claim that holds others; empty when it is not there."""
    found = claim.get(name)
    return found if isinstance(found, dict) else {}


def word(value: object) -> str:
    """Return a text of a claim in one line of a sane length; empty when it is none."""
    return one_line(value, LONGEST_WORD) if isinstance(value, str) else ""


def name_of(claim: Mapping[str, Any]) -> str:
    """Return what a person is called; empty where the platform sends no name."""
    parts = (word(claim.get("given_name")), word(claim.get("family_name")))
    return word(claim.get("name")) or " ".join(part for part in parts if part)


def web_address(value: object) -> str:
    """Return an address of the web; empty for anything else."""
    if not isinstance(value, str) or len(value) > LONGEST_URL:
        return ""
    is_plain = value.isprintable() and " " not in value and "\\" not in value
    is_web = value.startswith(("https://", "http://"))
    return value if is_plain and is_web else ""


def custom_of(claim: Mapping[str, Any]) -> dict[str, str]:
    """Return the custom parameters; one that the platform did not substitute counts as absent."""
    return {
        word(name).lower(): value[:LONGEST_CUSTOM].replace("\x00", "")
        for name, value in group(claim, claims.CUSTOM).items()
        if isinstance(value, str) and not value.startswith("$")
    }


def groups_told(claim: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the ids that the platform put into our custom parameter; Canvas sends them as JSON."""
    told = custom_of(claim).get("group_ids")
    if told is None:
        return None
    parts = (word(part.strip(' []"')) for part in told.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_GROUPS]


def history_of(claim: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the ids of a history that the platform substituted, as ours ask it to.

    Canvas ends a long one with “truncated”, and says “timed out” where it could not tell.
    """
    told = custom_of(claim).get(name, "").split(",")
    ids = (word(part) for part in told)
    return tuple(one for one in ids if one and one not in {"truncated", "timed out"})
