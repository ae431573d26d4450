"""The door: login, launch, our public keys, and the way in where cookies are refused."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from http import HTTPStatus

import structlog
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
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ltitool.actions import arriving, audit, entry, placing
from ltitool.actions import keys as tool_keys
from ltitool.actions.registrations import platform_of
from ltitool.core.errors import LaunchRefused
from ltitool.core.way_in import WayIn
from ltitool.lti.claims import MessageType
from ltitool.lti.key_set import KeySets
from ltitool.lti.launch import Launch, Verified, verify
from ltitool.lti.login import COOKIE_PATH, LOGIN_SECONDS, States, hash_of, start_login
from ltitool.lti.platform import Platform
from ltitool.lti.tool_keys import key_set
from ltitool.settings import Settings
from ltitool.storage import launches
from ltitool.storage.queries.privacy import kept_about
from ltitool.storage.tables import Registration
from ltitool.web.errors import error_page
from ltitool.web.policies import frame_origins
from ltitool.web.transaction import database, now
from ltitool.web.visit import hold, require_own_page
from ltitool.web.way_back import way_back

bp = Blueprint("launch", __name__, url_prefix="/lti")

HELD_FOR = timedelta(minutes=2)
KEEPS_COOKIES, A_YEAR = "keeps-cookies", 31_536_000
SEEDS = 2**31

log = structlog.get_logger()


@bp.before_request
def _anybody_may_frame() -> None:
    g.frame_origins = ["*"]  # until the registration is known; these pages hold nothing private


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Send the browser to its platform, bound to this login by a cookie of its own.

    Where the platform keeps word of logins, a page goes on instead of a redirect: only a page can
    leave it. A browser that is known to keep cookies here needs none.
    """
    params = request.values.to_dict()
    start = start_login(
        params,
        platform_of(_registration_for(params)),
        _states(),
        launch_url=_settings().launch_url,
        login_id=secrets.token_urlsafe(12),
        secret=secrets.token_urlsafe(24),
        began=int(now().timestamp()),
    )
    if start.storage is None or KEEPS_COOKIES in request.cookies:
        answer = redirect(start.url, HTTPStatus.FOUND)
    else:
        answer = make_response(render_template("launch/login.html", start=start))
    _give(answer, start.cookie_name, start.cookie_value, COOKIE_PATH, LOGIN_SECONDS)
    return answer


@bp.post("/launch")
def launch() -> ResponseReturnValue:
    """Let a verified launch in; hold it for another window where the browser is not proved."""
    verified = verify(
        request.form.to_dict(),
        request.cookies,
        _states(),
        find_platform=_find_platform,
        find_key=_key_sets().find,
        launch_url=_settings().launch_url,
        now=int(now().timestamp()),
    )
    g.verified = verified
    if verified.launch.message_type is MessageType.DATA_PRIVACY:
        return _tell_what_is_kept(verified)
    if not verified.is_bound:
        return _hold(verified)
    with database().transaction() as session:
        _spend(session, verified)
        way_in = _enter(session, verified.launch)
    answer = _let_in(way_in, verified.launch, session)
    _give(answer, f"login-{verified.login_id}", "", COOKIE_PATH, 0)
    if verified.storage is not None:
        _give(answer, KEEPS_COOKIES, "yes", url_for(".login"), A_YEAR)
    return answer


@bp.get("/open/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Ask, in a window of its own, whether the held launch is this person's."""
    g.frame_origins = []
    with database().session(is_read_only=True) as session:
        held = launches.held_launch(session, hash_of(token), now())
        if held is None:
            raise LaunchRefused("HELD", _("This way in was used before, or its time is over."))
        launch = Launch.restored(held.launch)
    return render_template("launch/open.html", launch=launch, token=token)


@bp.post("/open/<token>")
def open_held(token: str) -> ResponseReturnValue:
    """Let the held launch in, once; what has no right proof is asked first."""
    g.frame_origins = []
    require_own_page()
    login_id, proof = token.partition(".")[0], request.form.get("proof")
    if proof is not None and not _states().is_proof(login_id, proof):
        return redirect(url_for(".ask", token=token), HTTPStatus.SEE_OTHER)
    with database().transaction() as session:
        held = launches.held_launch(session, hash_of(token), now())
        if held is None or not launches.take_held_launch(session, hash_of(token)):
            raise LaunchRefused("HELD", _("This way in was used before, or its time is over."))
        launch = Launch.restored(held.launch)
        way_in = _enter(session, launch)
        if isinstance(way_in, entry.Entered):
            way_in.visit.way_in = WayIn.ASKED if proof is None else WayIn.STORAGE
    return _let_in(way_in, launch, session)


@bp.get("/keys")
def keys() -> ResponseReturnValue:
    """Publish the public halves of our keys."""
    with database().session(is_read_only=True) as session:
        published = tool_keys.published_keys(session, _settings().secret_key, now=now())
    if not published:
        with database().transaction() as session:
            published = [tool_keys.signing_key(session, _settings().secret_key, now=now())]
    answer = make_response(key_set(published))
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@bp.errorhandler(LaunchRefused)
def _refused(refusal: LaunchRefused) -> ResponseReturnValue:
    verified: Verified | None = g.get("verified")
    log.warning("launch refused", check=refusal.check, registration=refusal.registration_id)
    _leave_behind(refusal, verified)
    steps = [_("Go back to your course page."), _("Open the activity again from there.")]
    steps.append(_("If this page comes back, give your help desk the code below."))
    title = (
        _("This link was already used") if refusal.check == "USED" else _("You could not be let in")
    )
    return error_page(
        HTTPStatus.FORBIDDEN,
        refusal.code,
        title,
        str(refusal),
        steps,
        back_url=way_back(
            verified.launch.return_url if verified else "",
            lti_errormsg=f"{title}. {refusal}",
            lti_errorlog=f"{refusal.code} {g.get('request_id', '')}",
        ),
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _states() -> States:
    states: States = current_app.extensions["states"]
    return states


def _key_sets() -> KeySets:
    key_sets: KeySets = current_app.extensions["key_sets"]
    return key_sets


def _registration_for(params: Mapping[str, str]) -> Registration:
    """Return whom the login names; without a client id the issuer's only registration."""
    issuer, client_id = params.get("iss", ""), params.get("client_id", "")
    with database().session(is_read_only=True) as session:
        found = launches.registrations_for(session, issuer, client_id) if issuer else []
    if len(found) == 1:
        g.frame_origins = frame_origins(found[0])
        _require_approved(found[0])
        return found[0]
    if found:
        raise LaunchRefused("CLIENT-ID", _("The LMS did not say which of its connections it uses."))
    raise LaunchRefused(
        "UNKNOWN-PLATFORM",
        _("This LMS is not connected to the tool. Its administrator can connect it."),
    )


def _find_platform(registration_id: int) -> Platform | None:
    with database().session(is_read_only=True) as session:
        found = session.get(Registration, registration_id)
    if found is None or not found.is_enabled:
        return None
    g.frame_origins = frame_origins(found)
    _require_approved(found)
    return platform_of(found)


def _require_approved(registration: Registration) -> None:
    """Let nobody in from an LMS that has registered itself until somebody has agreed to it."""
    if not registration.is_approved:
        raise LaunchRefused(
            "REGISTRATION-PENDING",
            _(
                "Your LMS has registered itself with this tool and waits for approval by those "
                "who run the tool. They approve it on its page, or with: ltitool platforms approve"
            ),
            registration.id,
        )


def _spend(session: Session, verified: Verified) -> None:
    if not launches.spend_login(session, verified.login_id, now()):
        raise LaunchRefused(
            "USED",
            _(
                "Each time you open the activity, your LMS makes a link that works once. This one "
                "was opened before, perhaps by the Back button or a reload, so it is not let in "
                "again. Nothing you have written is lost."
            ),
            verified.launch.registration_id,
        )


def _enter(session: Session, launch: Launch) -> entry.Entered | placing.Begun:
    """Return the visit of a launch: in an activity, or to choose some for the course."""
    if launch.message_type is MessageType.DEEP_LINKING:
        return placing.begin(session, launch, token=_token, now=now())
    seed = secrets.randbelow(SEEDS)
    return entry.enter(session, launch, token=_token, seed=seed, now=now())


def _token() -> str:
    return secrets.token_urlsafe(18)


def _let_in(way_in: entry.Entered | placing.Begun, launch: Launch, session: Session) -> Response:
    hold(way_in.visit, way_in.secret)
    if isinstance(way_in, placing.Begun):
        room = url_for("placing.shelf", visit_id=way_in.visit.id)
    else:
        _ask_jobs(way_in, session)
        room = _room(way_in, launch)
    return redirect(room, HTTPStatus.SEE_OTHER)


def _give(answer: Response, name: str, value: str, path: str, seconds: int) -> None:
    """Give the browser a cookie that lives in the LMS's frame."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def _ask_jobs(entered: entry.Entered, session: Session) -> None:
    jobs = current_app.extensions["jobs"]
    if session.info.pop("score_written", False):
        jobs.poke()
    if entered.visit.role.is_staff:
        jobs.ask_for_roster(entered.visit.activity_id)
    if entered.needs_column:
        jobs.ask_for_column(entered.visit.activity_id)
    if entered.silent_deployment_id is not None:
        jobs.ask_for_notices(entered.silent_deployment_id)


def _room(entered: entry.Entered, launch: Launch) -> str:
    """Return where a launch leads: to the activity, to the class, or to the work under review."""
    visit = entered.visit
    is_review = launch.message_type is MessageType.SUBMISSION_REVIEW
    if not visit.role.is_staff:
        room = "visit.progress.show" if is_review else "visit.activity.front"
        return url_for(room, visit_id=visit.id)
    if is_review and entered.reviewed_id is not None:
        return url_for(
            "visit.teaching.people.show", visit_id=visit.id, person_id=entered.reviewed_id
        )
    return url_for("visit.teaching.show", visit_id=visit.id)


def _tell_what_is_kept(verified: Verified) -> ResponseReturnValue:
    """Answer a data privacy launch; only to the browser that it was begun in."""
    launch = verified.launch
    with database().transaction() as session:
        _spend(session, verified)
        arriving.require_approved(session, launch, now=now())
        kept = kept_about(session, launch.registration_id, launch.sub)
    return render_template(
        "launch/privacy.html", kept=kept if verified.is_bound else None, launch=launch
    )


def _hold(verified: Verified) -> ResponseReturnValue:
    """Keep the launch for two minutes and offer a window of its own, where cookies work."""
    # The login's id is in it, so that whoever shows it can show the proof of that login, too.
    token = f"{verified.login_id}.{secrets.token_urlsafe(24)}"
    with database().transaction() as session:
        _spend(session, verified)
        launches.hold_launch(
            session,
            hash_of(token),
            verified.launch.registration_id,
            asdict(verified.launch),
            now() + HELD_FOR,
        )
    return render_template(
        "launch/held.html",
        token=token,
        storage=verified.storage,
        seconds=int(HELD_FOR.total_seconds()),
    )


def _leave_behind(refusal: LaunchRefused, verified: Verified | None) -> None:
    """Keep what a refused launch must leave: its spent login, its deployment, its audit line."""
    if refusal.registration_id is None:
        return
    with database().transaction() as session:
        if verified is not None:
            launches.spend_login(session, verified.login_id, now())
            arriving.deployment_for(session, verified.launch, now=now())
        audit.note(
            session,
            "launch refused",
            registration_id=refusal.registration_id,
            details={"check": refusal.check, "request": g.get("request_id", "")},
            now=now(),
        )
