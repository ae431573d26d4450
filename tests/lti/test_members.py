from typing import Any

import pytest

from ltitool.core.errors import PlatformError
from ltitool.core.roles import Role
from ltitool.lti.connector import Connector
from ltitool.lti.members import MOST_PAGES, Member, read_members
from tests.lms import Asked, Lms, Reply, replied
from tests.lti.test_connector import recorded, reply_of

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


def container(*rows: object) -> dict[str, Any]:
    return {"id": "x", "context": {"id": "1"}, "members": list(rows)}


def test_the_roster_of_a_real_moodle_is_read(lms: Lms, connector: Connector) -> None:
    entry = next(one for one in recorded("nrps.json") if one["name"] == "nrps")
    lms.answer = lambda _asked: reply_of(entry)

    members = read_members(connector, f"{lms.url}/memberships")

    assert len(members) == len(entry["json"]["members"])
    assert {member.role for member in members} == {Role.LEARNER, Role.INSTRUCTOR}
    assert all(member.is_active and member.sub and member.name for member in members)


def test_the_roster_is_asked_for_by_its_exact_type(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: replied(container())

    read_members(connector, f"{lms.url}/memberships")

    accept = lms.service_requests[0].headers["Accept"]
    assert accept == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    assert lms.token_requests[0].form["scope"].endswith("contextmembership.readonly")


def test_every_page_is_read_and_the_cursor_keeps_its_case(lms: Lms, connector: Connector) -> None:
    def page(asked: Asked) -> Reply:
        if asked.path.endswith("?page=bookmark:WyJBYmMi"):
            return replied(container({"user_id": "2", "roles": [LEARNER]}))
        first = container({"user_id": "1", "roles": [TEACHER]})
        link = f'<{lms.url}/memberships?page=bookmark:WyJBYmMi>; rel="next"'
        return replied(first, Link=link)

    lms.answer = page

    members = read_members(connector, f"{lms.url}/memberships")

    assert [member.sub for member in members] == ["1", "2"]
    assert len(lms.token_requests) == 1


def test_a_roster_without_an_end_is_given_up(lms: Lms, connector: Connector) -> None:
    link = f'<{lms.url}/memberships>; rel="next"'
    lms.answer = lambda _asked: replied(container(), Link=link)

    with pytest.raises(PlatformError, match=f"more than {MOST_PAGES} pages"):
        read_members(connector, f"{lms.url}/memberships")


def test_a_next_page_elsewhere_is_refused(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: replied(container(), Link='<https://evil.example/>; rel="next"')

    with pytest.raises(PlatformError, match="another site"):
        read_members(connector, f"{lms.url}/memberships")


@pytest.mark.parametrize(
    ("row", "member"),
    [
        (
            {"user_id": "1", "roles": ["Learner"], "name": "Ana Ruiz"},
            Member("1", "Ana Ruiz", Role.LEARNER, is_active=True),
        ),
        (
            {"user_id": "1", "roles": ["Instructor"], "given_name": "Ana", "family_name": "Ruiz"},
            Member("1", "Ana Ruiz", Role.INSTRUCTOR, is_active=True),
        ),
        (
            {"user_id": "1", "roles": [LEARNER]},
            Member("1", "", Role.LEARNER, is_active=True),
        ),
        (
            {"user_id": "1", "roles": [LEARNER], "status": "Inactive"},
            Member("1", "", Role.LEARNER, is_active=False),
        ),
        (
            {
                "user_id": "1",
                "roles": [LEARNER, 5, None],
                "name": "A\x00n\u202ea\ud800",
                "status": None,
            },
            Member("1", "Ana", Role.LEARNER, is_active=True),
        ),
        (
            {"user_id": "1", "roles": [], "name": 5},
            Member("1", "5", Role.GUEST, is_active=True),
        ),
    ],
)
def test_a_member_is_read_with_what_the_platform_shares(
    row: object, member: Member, lms: Lms, connector: Connector
) -> None:
    lms.answer = lambda _asked: replied(container(row))

    assert read_members(connector, f"{lms.url}/memberships") == [member]


@pytest.mark.parametrize(
    "row",
    [
        None,
        5,
        "x",
        [],
        {},
        {"user_id": 5, "roles": []},
        {"user_id": "", "roles": []},
        {"user_id": "1"},
        {"user_id": "a\x00b", "roles": []},
    ],
)
def test_a_row_that_is_nobody_is_passed_over(row: object, lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: replied(container(row, {"user_id": "2", "roles": ["Learner"]}))

    assert [member.sub for member in read_members(connector, f"{lms.url}/m")] == ["2"]


@pytest.mark.parametrize(
    "body", ["", "[]", "5", "<html>", '{"members": null}', '{"members": 5}', "{}"]
)
def test_what_is_no_roster_is_told_as_such(body: str, lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: Reply(body=body.encode())

    with pytest.raises(PlatformError, match="roster is not what"):
        read_members(connector, f"{lms.url}/memberships")


def test_a_refused_roster_keeps_the_reason(lms: Lms, connector: Connector) -> None:
    entry = next(one for one in recorded("nrps.json") if one["status"] == 404)
    lms.answer = lambda _asked: reply_of(entry)

    with pytest.raises(PlatformError, match="LTI link 99 doesn't exist"):
        read_members(connector, f"{lms.url}/memberships")


@pytest.mark.parametrize(
    ("told", "groups"),
    [
        ([{"group_id": "a"}, {"group_id": 7}, {"group_id": "a"}, {}, None], ("a", "7")),
        ([], ()),
        (None, None),
        ("a", None),
    ],
)
def test_who_is_in_which_group_is_asked_for_and_read(
    lms: Lms, connector: Connector, told: object, groups: tuple[str, ...] | None
) -> None:
    row = {"user_id": "1", "roles": [LEARNER], "group_enrollments": told}
    lms.answer = lambda _asked: replied(container(row))

    [member] = read_members(connector, f"{lms.url}/memberships?type_id=2", with_groups=True)

    assert member.groups == groups
    assert lms.service_requests[0].path == "/memberships?type_id=2&groups=true"
