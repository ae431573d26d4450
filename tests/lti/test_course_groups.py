"""Reading the groups of a course by the Course Groups Service."""

import pytest

from ltitool.core.errors import PlatformError
from ltitool.lti.connector import Connector
from ltitool.lti.course_groups import MOST_PAGES, CourseGroup, read_groups
from tests.lms import Asked, Lms, Reply, replied

GROUPS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
SETS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupsetcontainer+json"
ROWS = [
    {"id": "g-1", "name": "Tuesday", "set_ids": ["other", "s-1"]},
    {"id": 7, "name": "Thursday", "set_id": "s-1"},
    {"id": "g-3", "name": None},
    {"id": None, "name": "Nobody's"},
    {"id": True},
    "no group",
]


def groups_of(rows: object, link: str = "") -> Reply:
    body = {"id": "x", "groups": rows}
    return replied(body, Link=link) if link else replied(body)


def answer(asked: Asked) -> Reply:
    if asked.path == "/sets":
        return replied({"sets": [{"id": "s-1", "name": "Seminars"}]})
    return groups_of(ROWS)


def test_groups_are_read_with_their_sets(lms: Lms, connector: Connector) -> None:
    lms.answer = answer

    found = read_groups(connector, f"{lms.url}/groups", f"{lms.url}/sets")

    assert found == [
        CourseGroup("g-1", "Tuesday", "Seminars"),
        CourseGroup("7", "Thursday", "Seminars"),
        CourseGroup("g-3", ""),
    ]
    types = [asked.headers["Accept"] for asked in lms.service_requests]
    assert types == [SETS_TYPE, GROUPS_TYPE]
    assert lms.token_requests[0].form["scope"].endswith("scope/contextgroup.readonly")


def test_without_the_sets_there_are_groups_all_the_same(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda asked: Reply(404) if asked.path == "/sets" else answer(asked)

    found = read_groups(connector, f"{lms.url}/groups", f"{lms.url}/sets")

    assert [one.set_name for one in found] == ["", "", ""]


def test_every_page_is_read_on_the_same_site_only(lms: Lms, connector: Connector) -> None:
    last = groups_of([{"id": "2", "name": "Two"}])
    link = f'<{lms.url}/groups?from=1>; rel="next"'
    first = groups_of([{"id": "1", "name": "One"}], link)
    lms.answer = lambda asked: last if "from" in asked.path else first

    assert [one.id for one in read_groups(connector, f"{lms.url}/groups", None)] == ["1", "2"]

    lms.answer = lambda _asked: groups_of([], '<https://evil.example/>; rel="next"')
    with pytest.raises(PlatformError, match="another site"):
        read_groups(connector, f"{lms.url}/groups", None)


def test_groups_without_an_end_are_given_up(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: groups_of([], f'<{lms.url}/groups>; rel="next"')

    with pytest.raises(PlatformError, match=f"more than {MOST_PAGES} pages"):
        read_groups(connector, f"{lms.url}/groups", None)


@pytest.mark.parametrize(
    "reply", [replied([]), replied({"groups": {}}), Reply(body=b"<html>"), Reply(403)]
)
def test_what_is_no_list_of_groups_is_said(lms: Lms, connector: Connector, reply: Reply) -> None:
    lms.answer = lambda _asked: reply

    with pytest.raises(PlatformError):
        read_groups(connector, f"{lms.url}/groups", None)
