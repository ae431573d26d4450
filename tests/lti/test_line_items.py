"""Gradebook columns: found by their link, made once and only with its id."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ltitool.core.errors import PlatformError
from ltitool.lti.connector import Connector
from ltitool.lti.line_items import (
    LineItem,
    Wanted,
    find_line_item,
    make_line_item,
    rename_line_item,
)
from tests.lms import Asked, Lms, Reply, replied
from tests.lti.test_connector import recorded

ITEMS = "/mod/lti/services.php/2/lineitems?type_id=2"


def wanted(lms: Lms, *, resource_id: str = "activity-7", can_make: bool = True) -> Wanted:
    return Wanted(f"{lms.url}{ITEMS}", "1", resource_id, "Pending", 100, can_make=can_make)


def item(lms: Lms, number: int, link: str = "1", resource_id: str = "") -> dict[str, object]:
    url = f"{lms.url}/mod/lti/services.php/2/lineitems/{number}/lineitem?type_id=2"
    return {"id": url, "label": "A", "resourceLinkId": link, "resourceId": resource_id}


def test_moodles_own_column_of_a_link_is_found(lms: Lms, connector: Connector) -> None:
    [answer] = [
        step
        for step in recorded("ags-token-lineitems.json")
        if step["name"] == "lineitems filter resource_link_id"
    ]
    only = [row for row in answer["json"] if row["resourceId"] == ""]
    lms.answer = lambda _asked: replied(only)

    found = find_line_item(connector, wanted(lms))

    assert found is not None
    assert found.label == "Graded link"
    [asked] = lms.service_requests
    assert asked.path == f"{ITEMS}&resource_link_id=1"
    assert asked.headers["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([], None),
        ([(1, "2", "")], None),
        ([(1, "1", "")], 1),
        ([(1, "1", ""), (2, "1", "activity-7")], 2),
        ([(1, "1", ""), (2, "1", "other")], None),
        ([(1, "2", "activity-7"), (2, "1", "")], 2),
    ],
)
def test_the_column_of_the_link_is_chosen_and_among_several_only_ours(
    lms: Lms, connector: Connector, rows: list[tuple[int, str, str]], number: int | None
) -> None:
    lms.answer = lambda _asked: replied([item(lms, *row) for row in rows])

    found = find_line_item(connector, wanted(lms))

    assert (found.url if found else None) == (item(lms, number)["id"] if number else None)


def test_further_pages_are_read(lms: Lms, connector: Connector) -> None:
    def answer(asked: Asked) -> Reply:
        if "page=2" in asked.path:
            return replied([item(lms, 9)])
        return replied([item(lms, 1, "2")], Link=f'<{lms.url}{ITEMS}&page=2>; rel="next"')

    lms.answer = answer

    found = find_line_item(connector, wanted(lms))

    assert found is not None
    assert "/9/" in found.url


def test_without_the_right_to_make_columns_only_reading_is_asked_for(
    lms: Lms, connector: Connector
) -> None:
    lms.answer = lambda _asked: replied([])

    find_line_item(connector, wanted(lms, can_make=False))

    assert lms.token_requests[0].form["scope"].endswith("/scope/lineitem.readonly")
    with pytest.raises(PlatformError, match="does not let"):
        make_line_item(connector, wanted(lms, can_make=False))


def test_a_column_is_made_with_its_links_id_and_the_exact_type(
    lms: Lms, connector: Connector
) -> None:
    lms.answer = lambda asked: replied({**json.loads(asked.body), **item(lms, 5)}, 201)

    made = make_line_item(connector, wanted(lms))

    assert "/5/" in made.url
    [asked] = lms.service_requests
    assert asked.headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
    assert asked.json == {
        "label": "Pending",
        "scoreMaximum": 100,
        "resourceLinkId": "1",
        "resourceId": "activity-7",
        "tag": "kaleidoscope",
    }


def test_a_rename_keeps_the_column_tied_to_its_link(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: replied({"label": "Pending", "scoreMaximum": 10})
    mine = LineItem(f"{lms.url}/items/5?type_id=2", "Pending", "1", "activity-7")

    assert rename_line_item(connector, mine, "Week 3")

    read, asked = lms.service_requests
    assert (read.method, asked.method) == ("GET", "PUT")
    assert asked.json["scoreMaximum"] == 10
    assert asked.json["label"] == "Week 3"
    assert asked.json["resourceLinkId"] == "1"


@pytest.mark.parametrize(
    "reply", [replied({"not": "a list"}), Reply(body=b"<html>"), replied([], 403), Reply(500)]
)
def test_what_is_no_list_of_columns_is_said(lms: Lms, connector: Connector, reply: Reply) -> None:
    lms.answer = lambda _asked: reply

    with pytest.raises(PlatformError):
        find_line_item(connector, wanted(lms))


def test_rows_without_an_address_are_passed_over(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: replied([None, 7, {}, {"id": ""}, item(lms, 3)])

    found = find_line_item(connector, wanted(lms))

    assert found is not None
    assert "/3/" in found.url


def refusals(method: str) -> list[dict[str, Any]]:
    """Return what a real Moodle refused of calls to its columns."""
    return [
        step
        for step in recorded("ags-token-lineitems.json")
        if "/lineitems" in step["request"]["url"]
        and step["request"]["method"] == method
        and step["status"] >= 400
    ]


def always(reply: Reply) -> Callable[[Asked], Reply]:
    return lambda _asked: reply


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_moodle_refused_is_said_in_its_words(
    lms: Lms, connector: Connector, method: str
) -> None:
    for step in refusals(method):
        reply = Reply(
            step["status"], step["reason"], step["headers"], json.dumps(step["json"]).encode()
        )
        lms.answer = always(reply)

        with pytest.raises(PlatformError) as refused:
            if method == "GET":
                find_line_item(connector, wanted(lms))
            else:
                make_line_item(connector, wanted(lms))

        assert refused.value.status == step["status"]
        assert step["reason"].rstrip(".") in str(refused.value)
        assert "this person" not in str(refused.value)
    assert len(refusals(method)) >= 3
