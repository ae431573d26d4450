"""Reading which groups a course has (1EdTech Course Groups Service 1.0).

Who is in which group is told by the roster, where it is asked for groups.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ltitool.core.errors import PlatformError
from ltitool.core.words import one_line
from ltitool.lti import claims
from ltitool.lti.connector import Connector

GROUPS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
SETS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupsetcontainer+json"
MOST_PAGES = 50
LONGEST_NAME = 255


@dataclass(frozen=True)
class CourseGroup:
    """A group of a course."""

    id: str
    name: str
    set_name: str = ""
    """The set of groups it belongs to; empty for none."""


def read_groups(connector: Connector, groups_url: str, sets_url: str | None) -> list[CourseGroup]:
    """Return every group of a course, page by page; raises PlatformError.

    The names of sets are only for reading, so without them the groups are returned all the same.
    """
    sets: dict[str, str] = {}
    if sets_url is not None:
        with suppress(PlatformError):
            sets = {_id(row): _name(row) for row in _rows(connector, sets_url, SETS_TYPE, "sets")}
    found = {
        _id(row): CourseGroup(_id(row), _name(row), _set_name(row, sets))
        for row in _rows(connector, groups_url, GROUPS_TYPE, "groups")
        if _id(row)
    }
    return list(found.values())


def group_id(value: object) -> str:
    """Return the id of a group as it is kept; platforms write it as a text or as a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return one_line(str(value), LONGEST_NAME) if is_number or isinstance(value, str) else ""


def _rows(connector: Connector, first: str, media_type: str, key: str) -> Iterator[dict[str, Any]]:
    url = first
    for _page in range(MOST_PAGES):
        answer = connector.make_service_request([claims.GROUPS_SCOPE], url, accept=media_type)
        body = answer["body"]
        rows = body.get(key) if isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise PlatformError("The groups of the course are not what the specification says.")
        yield from (row for row in rows if isinstance(row, dict))
        following = answer["next_page_url"]
        if following is None:
            return
        url = following
    raise PlatformError(f"The course has more than {MOST_PAGES} pages of groups.")


def _id(row: dict[str, Any]) -> str:
    return group_id(row.get("id"))


def _name(row: dict[str, Any]) -> str:
    name = row.get("name")
    return one_line(name, LONGEST_NAME) if isinstance(name, str) else ""


def _set_name(row: dict[str, Any], sets: dict[str, str]) -> str:
    """Return the name of the first set that is known; some platforms allow only one."""
    several = row.get("set_ids")
    ids = several if isinstance(several, list) else [row.get("set_id")]
    return next((sets[one] for one in map(group_id, ids) if one in sets), "")
