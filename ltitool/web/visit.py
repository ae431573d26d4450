"""Who is here, in which activity, in which role: the guard in front of every page of an activity.

Everything a person can reach hangs under `/v/<visit>`. The visit's secret lives in a cookie of that
path alone, so two tabs never mix and four frames of one course page all work.
"""

import hmac
from hashlib import sha256

from flask import Blueprint, Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from werkzeug.routing import IntegerConverter, Map

from ltitool.actions.stories import story_of
from ltitool.core.errors import NotAllowed, NotReady, NoVisit
from ltitool.core.roles import Role
from ltitool.core.scenario import Scenario
from ltitool.core.script import Talk
from ltitool.core.scripts import script_of
from ltitool.storage.tables import (
    Activity,
    Context,
    Deployment,
    Placing,
    Registration,
    ScenarioVersion,
    Visit,
)
from ltitool.web.transaction import db, now

bp = Blueprint("visit", __name__, url_prefix="/v/<visit_id>")

LARGEST_ID = 2**31 - 1

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


class RowId(IntegerConverter):
    """A number in an address that can be the id of a row; a larger one is no address at all."""

    def __init__(self, url_map: Map) -> None:
        """Take what the databases take."""
        super().__init__(url_map, max=LARGEST_ID)


class VisitCookies(SecureCookieSessionInterface):
    """Flask's signed session, in a cookie that only its own visit's pages are sent."""

    def get_cookie_path(self, app: Flask) -> str:
        """Return the path of the visit of this request."""
        del app
        visit_id = g.get("held_visit_id") or g.get("visit_id")
        return f"/v/{visit_id}" if visit_id else "/lti"


def hold(visit: Visit | Placing, secret: str) -> None:
    """Give this browser the visit: the answer to this request carries its cookie."""
    session.clear()
    session["secret"] = secret
    g.held_visit_id = visit.id


def here() -> Visit:
    """Return the visit of this request, with its person, activity and story loaded."""
    visit: Visit = g.visit
    return visit


def version() -> ScenarioVersion:
    """Return what this activity plays; raises NotReady while nobody has chosen a story."""
    found = here().activity.scenario_version
    if found is None:
        raise NotReady("Nobody has chosen a story for this link yet.")
    return found


def story() -> Scenario:
    """Return the story of this class in its own language; raises NotReady."""
    return story_of(here().activity)


def staff_only() -> None:
    """Let staff pass; anybody else is told that there is no such page."""
    if not here().role.is_staff:
        raise NotAllowed("There is no such page.")


def under_visit(room: Blueprint) -> None:
    """Give a blueprint the visit in its addresses: taken out of each, put into those it makes."""
    room.url_value_preprocessor(_take_visit_id)
    room.url_defaults(_give_visit_id)


def require_own_page() -> None:
    """Raise CSRFError for a form that another site's page has sent; browsers name its origin."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != current_app.extensions["settings"].public_url:
        raise CSRFError("The form was sent from another site.")


def _take_visit_id(_endpoint: str | None, values: dict[str, str] | None) -> None:
    g.visit_id = (values or {}).pop("visit_id", "")


def _give_visit_id(_endpoint: str, values: dict[str, str]) -> None:
    values.setdefault("visit_id", g.get("visit_id") or "")


under_visit(bp)


@bp.before_request
def require_visit() -> None:
    """Let pass who holds this visit; raises NoVisit."""
    is_text = "\0" not in g.visit_id  # which PostgreSQL takes in no text
    visit = db().scalar(_VISIT, {"visit_id": g.visit_id}) if is_text else None
    if visit is None:
        raise NoVisit("There is no such visit.")
    # Known before anything is refused: the refusal, too, must show in the platform's frame.
    g.registration = registration = visit.activity.context.deployment.registration
    require_held(visit, registration)
    g.visit = visit
    require_own_form()


def require_held(visit: Visit | Placing, registration: Registration) -> None:
    """Let pass who shows the secret of a visit that has not ended; raises NoVisit."""
    held = sha256(str(session.get("secret", "")).encode()).hexdigest()
    if not hmac.compare_digest(visit.secret_hash, held):
        raise NoVisit("This page belongs to a visit that this browser does not hold.")
    if visit.expires_at <= now() or not registration.is_enabled:
        raise NoVisit("This visit has ended.")


@bp.context_processor
def _for_every_room() -> dict[str, object]:
    visit: Visit | None = g.get("visit")
    if visit is None:
        return {}
    where = g.get("place")
    chosen = where.version if where is not None else visit.activity.scenario_version
    script = script_of(visit.activity.script)
    return {
        "visit": visit,
        "activity_title": chosen.title if chosen else visit.activity.title,
        "is_live": script.is_live,
        "has_group_talk": script.talk is Talk.GROUP,
    }


def require_own_form() -> None:
    """Refuse a POST that another site's page has sent, or a guest."""
    if request.method != "POST":
        return
    require_own_page()
    csrf: CSRFProtect = current_app.extensions["csrf"]
    csrf.protect()
    visit: Visit | None = g.get("visit")
    if visit is not None and visit.role is Role.GUEST:
        raise NotAllowed("You are looking in as a guest, without a part in this course.")
