"""The door: login, launch, our public keys, and what a refused launch is told."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import arriving, audit
from ltitool.actions import keys as tool_keys
from ltitool.actions.registrations import platform_of
from ltitool.core.errors import LaunchRefused
from ltitool.lti.key_set import KeySets
from ltitool.lti.login import COOKIE_PATH, LOGIN_SECONDS, start_login
from ltitool.lti.platform import Platform
from ltitool.lti.tool_keys import key_set
from ltitool.lti.verify import Verified, verify
from ltitool.storage import launches
from ltitool.storage.tables import Registration
from ltitool.web.door import bp, give, spend, the_settings, the_states
from ltitool.web.errors import error_page
from ltitool.web.held import hold_back
from ltitool.web.policies import frame_origins
from ltitool.web.transaction import database, now
from ltitool.web.way_back import way_back
from ltitool.web.way_in import enter, let_in

__all__ = ["bp"]

KEEPS_COOKIES, A_YEAR = "keeps-cookies", 31_536_000

log = structlog.get_logger()


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
        the_states(),
        launch_url=the_settings().launch_url,
        login_id=secrets.token_urlsafe(12),
        secret=secrets.token_urlsafe(24),
        began=int(now().timestamp()),
    )
    if start.storage is None or KEEPS_COOKIES in request.cookies:
        answer = redirect(start.url, HTTPStatus.FOUND)
    else:
        answer = make_response(render_template("launch/login.html", start=start))
    give(answer, start.cookie_name, start.cookie_value, COOKIE_PATH, LOGIN_SECONDS)
    return answer


@bp.post("/launch")
def launch() -> ResponseReturnValue:
    """Let a verified launch in; hold it for another window where the browser is not proved."""
    verified = verify(
        request.form.to_dict(),
        request.cookies,
        the_states(),
        find_platform=_find_platform,
        find_key=_key_sets().find,
        launch_url=the_settings().launch_url,
        now=int(now().timestamp()),
    )
    g.verified = verified
    if not verified.is_bound:
        return hold_back(verified)
    with database().transaction() as session:
        spend(session, verified)
        way = enter(session, verified.launch)
    answer = let_in(way, verified.launch, session)
    give(answer, f"login-{verified.login_id}", "", COOKIE_PATH, 0)
    if verified.storage is not None:
        give(answer, KEEPS_COOKIES, "yes", url_for(".login"), A_YEAR)
    return answer


@bp.get("/keys")
def keys() -> ResponseReturnValue:
    """Publish the public halves of our keys."""
    with database().session(is_read_only=True) as session:
        published = tool_keys.published_keys(session, the_settings().secret_key, now=now())
    if not published:
        with database().transaction() as session:
            published = [tool_keys.signing_key(session, the_settings().secret_key, now=now())]
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
        found = launches.registration_of(session, registration_id)
    if found is None:
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
