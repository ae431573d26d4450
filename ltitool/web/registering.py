"""An LMS registers itself: an administrator opens an invite from inside it, and agrees.

The page asks first, since a GET changes nothing; a job does the talking with the LMS, and the page
after it waits for that. The signed token in the address is what lets anybody in here.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import invites
from ltitool.actions.invites import InviteState, state_of
from ltitool.actions.links import AdminLinks
from ltitool.actions.registrations import ORIGIN
from ltitool.core.errors import AlreadyDone, InputRefused
from ltitool.lti.tool_profile import scopes_for
from ltitool.settings import Settings
from ltitool.storage.tables import Deployment, Invite, Registration
from ltitool.web.errors import error_page
from ltitool.web.transaction import after_commit, db, now

bp = Blueprint("registering", __name__, url_prefix="/lti/register")

LOOKS_AGAIN_AFTER = 2
"""Seconds until the page asks again whether the job has done its work."""


@bp.get("")
def ask() -> ResponseReturnValue:
    """Ask the administrator whether this LMS is to be connected."""
    token, url = request.args.get("invite", ""), request.args.get("openid_configuration", "")
    _frame(url)
    row = _invite(token)
    if row is None:
        return _no_invite()
    if state_of(row, now=now()) is not InviteState.OPEN:
        return _used(row, token)
    if not url:
        return render_template("registering/alone.html", url=request.url)
    return render_template(
        "registering/ask.html",
        invite=row,
        token=token,
        configuration_url=url,
        platform_token=request.args.get("registration_token", ""),
        host=_host(url),
    )


@bp.post("")
def take() -> ResponseReturnValue:
    """Spend the invite for this LMS, and let a job register it."""
    token, url = request.form.get("invite", ""), request.form.get("openid_configuration", "")
    _frame(url)
    row = _invite(token)
    if row is None:
        return _no_invite()
    try:
        invites.take(db(), row.id, url, request.form.get("registration_token", ""), now=now())
    except AlreadyDone:
        return _used(row, token)
    jobs = current_app.extensions["jobs"]
    after_commit(lambda: jobs.ask_for_registration(row.id))
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show what has become of a registration, and what is left to do in the LMS."""
    row = _invite(token)
    if row is None:
        return _no_invite()
    _frame(row.configuration_url)
    match state_of(row, now=now()):
        case InviteState.UNDER_WAY:
            answer = make_response(render_template("registering/under_way.html", invite=row))
            answer.headers["Refresh"] = str(LOOKS_AGAIN_AFTER)
            return answer
        case InviteState.KNOWN:
            return render_template("registering/known.html", invite=row, token=token)
        case InviteState.DONE:
            return _done(row)
        case _:
            return render_template("registering/failed.html", invite=row)


@bp.post("/<token>/replace")
def replace(token: str) -> ResponseReturnValue:
    """Replace what is known of an LMS by what it has just said of itself."""
    row = _invite(token)
    if row is None:
        return _no_invite()
    _frame(row.configuration_url)
    allow = _settings().allow_private_hosts
    invites.replace(db(), row.id, allow_private_hosts=allow, now=now())
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


@bp.post("/<token>/leave")
def leave(token: str) -> ResponseReturnValue:
    """Keep what is known of an LMS as it was."""
    row = _invite(token)
    if row is None:
        return _no_invite()
    _frame(row.configuration_url)
    invites.leave(db(), row.id)
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


@bp.errorhandler(InputRefused)
@bp.errorhandler(AlreadyDone)
def _refused(refusal: AlreadyDone | InputRefused) -> ResponseReturnValue:
    steps = [_("Go back to your LMS and begin the registration there again.")]
    title = _("That did not work")
    return error_page(HTTPStatus.CONFLICT, refusal.code, title, str(refusal), steps)


def _done(row: Invite) -> ResponseReturnValue:
    registration = row.registration
    assert registration is not None
    asked, granted = scopes_for(registration.family), registration.granted_scopes or []
    deployments = db().query(Deployment).filter_by(registration_id=registration.id).all()
    return render_template(
        "registering/done.html",
        registration=registration,
        deployments=deployments,
        may=[_(words) for scope, words in asked.items() if scope in granted],
        may_not=[_(words) for scope, words in asked.items() if scope not in granted],
        lms_url=_lms_url(registration),
    )


def _lms_url(registration: Registration) -> str:
    """Return where the LMS is, for browsers without script: they cannot close its window."""
    return registration.issuer if registration.issuer.startswith("https://") else ""


def _used(row: Invite, token: str) -> ResponseReturnValue:
    """Lead whoever has taken an invite on to what came of it; tell everybody else."""
    state = state_of(row, now=now())
    steps = [_("Ask those who run the tool for a new invite: ltitool platforms invite")]
    words = (
        _("The time of this invite is over.")
        if state is InviteState.OVER
        else _("An invite works once. This one has been taken, and nothing was changed.")
    )
    del token
    return error_page(HTTPStatus.GONE, "INVITE-USED", _("This invite is used up"), words, steps)


def _no_invite() -> ResponseReturnValue:
    return error_page(
        HTTPStatus.FORBIDDEN,
        "INVITE-UNKNOWN",
        _("An invite is needed"),
        _("An LMS can register itself only by the whole link that those who run the tool give."),
        [
            _("Copy the whole link again, to its last letter."),
            _("Or ask those who run the tool for one: ltitool platforms invite"),
        ],
    )


def _invite(token: str) -> Invite | None:
    links: AdminLinks = current_app.extensions["admin_links"]
    invite_id = links.invited(token)
    return invites.find(db(), invite_id) if invite_id is not None else None


def _frame(url: str) -> None:
    """Let the LMS whose configuration this is show the page in a frame, and nobody else."""
    parts = _parts(url)
    origin = f"{parts[0]}://{parts[1]}"
    g.frame_origins = [origin] if ORIGIN.fullmatch(origin) else []


def _host(url: str) -> str:
    return _parts(url)[1]


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
