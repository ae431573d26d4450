"""The guard in front of the pages that choose activities for a course: a visit that has none."""

from flask import Blueprint, g
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from ltitool.core.errors import NotFound
from ltitool.storage.tables import Context, Deployment, Placing
from ltitool.web.transaction import db
from ltitool.web.visit import require_held, require_own_form, require_visit, under_visit

bp = Blueprint("placing", __name__, url_prefix="/v/<visit_id>/place")
under_visit(bp)

_PLACING = (
    select(Placing)
    .where(Placing.id == bindparam("visit_id"))
    .options(
        joinedload(Placing.person),
        joinedload(Placing.context)
        .joinedload(Context.deployment)
        .joinedload(Deployment.registration),
    )
)


def placing_here() -> Placing:
    """Return the placing visit of this request."""
    placing: Placing = g.placing
    return placing


def find_placing(visit_id: str) -> Placing | None:
    """Return the placing visit of this id, with its course and platform."""
    return None if "\0" in visit_id else db().scalar(_PLACING, {"visit_id": visit_id})


@bp.before_request
def require_placing() -> None:
    """Let pass who holds this placing visit; a visit of an activity finds no such page here."""
    placing = find_placing(g.visit_id)
    if placing is None:
        require_visit()
        raise NotFound("This visit places nothing.")
    g.registration = registration = placing.context.deployment.registration
    require_held(placing, registration)
    g.placing = placing
    require_own_form()
