"""The roster of the pretend LMS (Names and Roles Provisioning Services 2.0)."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from ltitool.demo import messages
from ltitool.demo.answers import (
    ROSTER_LINK_HEADER,
    page_of,
    refused,
    require_accept,
    require_scope,
    the_lms,
    typed,
)
from ltitool.demo.course import CONTEXT_ID, COURSE, COURSE_LABEL, GROUPS, User
from ltitool.demo.lms import Lms

bp = Blueprint("roster", __name__, url_prefix="/nrps")

MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ROLES_TO_ASK_FOR = ("Learner", "Instructor")


@bp.get("/members")
def members() -> ResponseReturnValue:
    """Return the roster, page by page."""
    lms = the_lms()
    require_scope(messages.MEMBERS)
    require_accept(MEMBERS_TYPE, or_anything=True)
    link_id = request.args.get("rlid")
    if link_id is not None and link_id not in lms.links:
        return refused(404, f"Not Found: LTI link {link_id} doesn't exist")
    people = [_member(lms, user) for user in lms.members]
    page, url = page_of([person for person in people if _is_asked_for(person)])
    body = {
        "id": lms.members_url(),
        "context": {"id": CONTEXT_ID, "label": COURSE_LABEL, "title": COURSE},
        "members": page,
    }
    return typed(body, MEMBERS_TYPE, ROSTER_LINK_HEADER.format(url=url) if url else "")


def _member(lms: Lms, user: User) -> dict[str, Any]:
    row: dict[str, Any] = {
        "status": "Active",
        "roles": lms.profile.roster_roles[user.role],
        "user_id": user.id,
        **messages.names(user),
        "email": user.email,
    }
    if lms.profile.has_groups_service and request.args.get("groups") == "true":
        row["group_enrollments"] = [
            {"group_id": group.id} for group in GROUPS if user.id in group.people
        ]
    if lms.profile.name == "moodle":
        row |= {"lis_person_sourcedid": f"S-{user.id}", "ext_user_username": user.username}
    return row


def _is_asked_for(person: dict[str, Any]) -> bool:
    """Whether somebody has the role that is asked for; what is no known role asks for everybody."""
    wanted = request.args.get("role", "").rpartition("#")[2]
    if wanted not in ROLES_TO_ASK_FOR:
        return True
    return any(role.rpartition("#")[2] == wanted for role in person["roles"])
