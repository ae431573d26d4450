"""Reading who is in a course (Names and Roles Provisioning Services 2.0)."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from pylti1p3.names_roles import NamesRolesProvisioningService

from ltitool.core.errors import PlatformError
from ltitool.core.roles import Role
from ltitool.core.words import one_line
from ltitool.lti.connector import Connector
from ltitool.lti.course_groups import group_id
from ltitool.lti.roles import role_of

MOST_PAGES = 200
MOST_GROUPS = 50
LONGEST_NAME = 255


@dataclass(frozen=True)
class Member:
    """A person on the roster."""

    sub: str
    name: str
    role: Role
    is_active: bool
    groups: tuple[str, ...] | None = None
    """The ids of the groups this person is in; None where the platform does not say."""


def read_members(
    connector: Connector, members_url: str, *, with_groups: bool = False
) -> list[Member]:
    """Return everybody on the roster, page by page; raises PlatformError.

    `with_groups` asks who is in which group, where the platform has a service for groups.
    """
    service = NamesRolesProvisioningService(connector, {"context_memberships_url": members_url})
    members: list[Member] = []
    url: str | None = _asking_for_groups(members_url) if with_groups else members_url
    for _page in range(MOST_PAGES):
        answer = service.get_nrps_data(url)
        members += _members_in(answer["body"])
        url = answer["next_page_url"]
        if url is None:
            return members
    raise PlatformError(f"The roster has more than {MOST_PAGES} pages.")


def _asking_for_groups(url: str) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, "groups=true") if part)
    return urlunsplit(parts._replace(query=query))


def _members_in(body: object) -> list[Member]:
    listed = body.get("members") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise PlatformError("The roster is not what the specification says.")
    rows = (row for row in listed if isinstance(row, dict))
    return [member for row in rows if (member := _member(row)) is not None]


def _member(row: dict[str, object]) -> Member | None:
    sub, roles = row.get("user_id"), row.get("roles")
    if not isinstance(sub, str) or not sub or "\x00" in sub or not isinstance(roles, list):
        return None
    name = row.get("name") or " ".join(
        str(row[part]) for part in ("given_name", "family_name") if row.get(part)
    )
    return Member(
        sub,
        one_line(str(name), LONGEST_NAME),
        role_of(role for role in roles if isinstance(role, str)),
        is_active=(row.get("status") or "Active") == "Active",
        groups=_groups(row.get("group_enrollments")),
    )


def _groups(told: object) -> tuple[str, ...] | None:
    if not isinstance(told, list):
        return None
    ids = (group_id(one.get("group_id")) for one in told if isinstance(one, dict))
    return tuple(dict.fromkeys(one for one in ids if one))[:MOST_GROUPS]
