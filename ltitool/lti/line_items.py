"""Finding and making gradebook columns (AGS 2.0, line item service)."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit, urlunsplit

from ltitool.core.errors import PlatformError
from ltitool.lti import claims
from ltitool.lti.answers import next_page
from ltitool.lti.connector import Connector

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
MOST_PAGES = 50
TAG = "kaleidoscope"
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True)
class LineItem:
    """A gradebook column of one resource link."""

    url: str
    label: str
    resource_link_id: str
    resource_id: str


@dataclass(frozen=True)
class Wanted:
    """What a gradebook column is looked for, or made, by."""

    line_items_url: str
    resource_link_id: str
    resource_id: str
    label: str
    maximum: int
    can_make: bool
    """Whether the platform grants the scope that makes columns."""


def find_line_item(connector: Connector, wanted: Wanted) -> LineItem | None:
    """Return the column of this link; None where it has none, or several and none is ours.

    Raises PlatformError.
    """
    own = [
        item
        for item in _read_all(connector, wanted)
        if item.resource_link_id == wanted.resource_link_id
    ]
    ours = [item for item in own if item.resource_id == wanted.resource_id]
    if ours:
        return ours[0]
    return own[0] if len(own) == 1 else None


def make_line_item(connector: Connector, wanted: Wanted) -> LineItem:
    """Make a column for this link; raises PlatformError.

    Always with the link's id: without one Canvas makes a whole new assignment.
    """
    if not wanted.can_make:
        raise PlatformError("The platform does not let the tool make gradebook columns.")
    body = {
        "label": wanted.label,
        "scoreMaximum": wanted.maximum,
        "resourceLinkId": wanted.resource_link_id,
        "resourceId": wanted.resource_id,
        "tag": TAG,
    }
    answer = connector.call(
        "POST",
        wanted.line_items_url,
        [claims.LINE_ITEM_SCOPE],
        {"Accept": ITEM_TYPE, "Content-Type": ITEM_TYPE},
        json.dumps(body),
    )
    made = _item(answer.json())
    if made is None:
        raise PlatformError("The new gradebook column has no address.", answer.status)
    return made


def rename_line_item(connector: Connector, item: LineItem, label: str) -> bool:
    """Give a column that we made another label, and say whether; raises PlatformError.

    One that carries another label than ours was named in the LMS, and keeps that name. Everything
    else is sent back as it stands there: another maximum would rescale the grades, and Moodle
    unties a column from its link when the link's id is left out.
    """
    row = _read_one(connector, item.url, claims.LINE_ITEM_SCOPE)
    if row.get("label") != item.label:
        return False
    body = {**row, "id": item.url, "label": label, "resourceLinkId": item.resource_link_id}
    headers = {"Accept": ITEM_TYPE, "Content-Type": ITEM_TYPE}
    connector.call("PUT", item.url, [claims.LINE_ITEM_SCOPE], headers, json.dumps(body))
    return True


def is_gone(connector: Connector, url: str, *, can_make: bool) -> bool:
    """Whether a column is no longer there; raises PlatformError where that cannot be found out."""
    try:
        _read_one(connector, url, _reading_scope(can_make=can_make))
    except PlatformError as refusal:
        if refusal.status in GONE:
            return True
        raise
    return False


def _read_one(connector: Connector, url: str, scope: str) -> dict[str, object]:
    answer = connector.call("GET", url, [scope], {"Accept": ITEM_TYPE})
    row = answer.json()
    if not isinstance(row, dict):
        raise PlatformError("The gradebook column is none.", answer.status)
    return row


def _reading_scope(*, can_make: bool) -> str:
    return claims.LINE_ITEM_SCOPE if can_make else claims.LINE_ITEM_READ_SCOPE


def _read_all(connector: Connector, wanted: Wanted) -> list[LineItem]:
    # No limit is asked for: Moodle's links to further pages are broken.
    scope = _reading_scope(can_make=wanted.can_make)
    url: str | None = _filtered(wanted.line_items_url, wanted.resource_link_id)
    found: list[LineItem] = []
    for _page in range(MOST_PAGES):
        if url is None:
            return found
        answer = connector.call("GET", url, [scope], {"Accept": ITEMS_TYPE})
        rows = answer.json()
        if not isinstance(rows, list):
            raise PlatformError("The gradebook columns are not a list.", answer.status)
        found += [item for row in rows if (item := _item(row)) is not None]
        url = next_page(answer, url)
    raise PlatformError(f"The gradebook has more than {MOST_PAGES} pages of columns.")


def _filtered(url: str, resource_link_id: str) -> str:
    parts = urlsplit(url)
    own = f"resource_link_id={quote(resource_link_id, safe='')}"
    return urlunsplit(parts._replace(query="&".join(part for part in (parts.query, own) if part)))


def _item(row: object) -> LineItem | None:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        return None
    return LineItem(
        url=row["id"],
        label=str(row.get("label") or ""),
        resource_link_id=str(row.get("resourceLinkId") or ""),
        resource_id=str(row.get("resourceId") or ""),
    )
