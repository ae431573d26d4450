"""The groups of the pretend LMS's course (Course Groups Service 1.0), where its kind has one."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from ltitool.demo import messages
from ltitool.demo.answers import page_of, refused, require_accept, require_scope, the_lms, typed
from ltitool.demo.course import GROUPS, SETS

bp = Blueprint("groups", __name__, url_prefix="/groups")

GROUPS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
SETS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupsetcontainer+json"


@bp.before_request
def _require_service() -> None:
    if not the_lms().profile.has_groups_service:
        abort(refused(404, "Not Found"))
    require_scope(messages.GROUPS)


@bp.get("")
def groups() -> ResponseReturnValue:
    """Return the groups, page by page."""
    require_accept(GROUPS_TYPE)
    rows = [
        {"id": one.id, "name": one.name} | ({"set_ids": [one.set_id]} if one.set_id else {})
        for one in GROUPS
    ]
    page, url = page_of(rows)
    link = the_lms().profile.link_header.format(url=url, escaped=url) if url else ""
    return typed({"id": f"{the_lms().api_url}/groups", "groups": page}, GROUPS_TYPE, link)


@bp.get("/sets")
def sets() -> ResponseReturnValue:
    """Return the sets of groups."""
    require_accept(SETS_TYPE)
    rows = [{"id": one, "name": name} for one, name in SETS.items()]
    return typed({"id": f"{the_lms().api_url}/groups/sets", "sets": rows}, SETS_TYPE)
