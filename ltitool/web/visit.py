"""Who is here, in which activity, in which role: the guard in front of every page of an activity.

Everything a person can reach hangs under `/v/<visit>`. The visit's secret lives in a cookie of that
path alone, so two tabs never mix and four frames of one course page all work.
"""

import hmac
from hashlib import sha256

from flask import Blueprint, Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from ltitool.actions.library import scenario_of
from ltitool.core.errors import NotAllowed, NotReady, NoVisit
from ltitool.core.scenario import Scenario
from ltitool.storage.tables import Activity, Context, Deployment, Visit
from ltitool.web.transaction import db, now

bp = Blueprint("visit", __name__, url_prefix="/v/<visit_id>")


_VISIT = (
    select(Visit)
    .where(Visit.id == bindparam("visit_id"))
    .options(
        joinedload(Visit.person),
        joinedload(Visit.activity).joinedload(Activity.scenario_version),
        joinedload(Visit.activity)
        .joinedload(Activity.context)
        .joinedload(Context.deployment)
        .joinedload(Deployment.registration),
    )
)
"""Asked for every page, so built once."""


class VisitCookies(SecureCookieSessionInterface):
    """Flask's signed session, in a cookie that only its own visit's pages are sent."""

    def get_cookie_path(self, app: Flask) -> str:
        """Return the path of the visit of this request."""
        del app
        visit_id = g.get("held_visit_id") or g.get("visit_id")
        return f"/v/{visit_id}" if visit_id else "/lti"


def hold(visit: Visit, secret: str) -> None:
    """Give this browser the visit: the answer to this request carries its cookie."""
    session.clear()
    session["secret"] = secret
    g.held_visit_id = visit.id


def here() -> Visit:
    """Return the visit of this request, with its person, activity and story loaded."""
    visit: Visit = g.visit
    return visit


def story() -> Scenario:
    """Return the story of this activity; raises NotReady while nobody has chosen one."""
    version = here().activity.scenario_version
    if version is None:
        raise NotReady("Nobody has chosen a story for this link yet.")
    return scenario_of(version)


def staff_only() -> None:
    """Let staff pass; anybody else is told that there is no such page."""
    if not here().role.is_staff:
        raise NotAllowed("There is no such page.")


@bp.url_value_preprocessor
def _take_visit_id(_endpoint: str | None, values: dict[str, str] | None) -> None:
    g.visit_id = (values or {}).pop("visit_id", "")


@bp.url_defaults
def _give_visit_id(_endpoint: str, values: dict[str, str]) -> None:
    values.setdefault("visit_id", g.get("visit_id") or "")


@bp.before_request
def _require_visit() -> None:
    visit = db().scalar(_VISIT, {"visit_id": g.visit_id})
    held = sha256(str(session.get("secret", "")).encode()).hexdigest()
    if visit is None or not hmac.compare_digest(visit.secret_hash, held):
        raise NoVisit("This page belongs to a visit that this browser does not hold.")
    registration = visit.activity.context.deployment.registration
    if visit.expires_at <= now() or not registration.is_enabled:
        raise NoVisit("This visit has ended.")
    g.visit = visit
    g.registration = registration
    _require_own_origin()


@bp.context_processor
def _for_every_room() -> dict[str, object]:
    visit: Visit | None = g.get("visit")
    if visit is None:
        return {}
    version = visit.activity.scenario_version
    return {"visit": visit, "activity_title": version.title if version else visit.activity.title}


def _require_own_origin() -> None:
    """Refuse a POST that another site's page has sent; browsers always name where it is from."""
    origin = request.headers.get("Origin")
    own = current_app.extensions["settings"].public_url
    if request.method == "POST" and origin is not None and origin != own:
        raise CSRFError("The form was sent from another site.")
