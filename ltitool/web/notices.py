"""Where platforms tell what happened without anybody's launch; no browser ever comes here."""

from http import HTTPStatus

import structlog
from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from ltitool.actions import notices
from ltitool.actions.registrations import platform_of
from ltitool.core.errors import LaunchRefused
from ltitool.lti.key_set import KeySets
from ltitool.lti.notices import MOST_NOTICES, CourseCopied, verify_notice
from ltitool.lti.platform import Platform
from ltitool.storage import launches
from ltitool.web.transaction import database, now

bp = Blueprint("notices", __name__, url_prefix="/lti")

log = structlog.get_logger()


@bp.post("/notices")
def take() -> ResponseReturnValue:
    """Take notices, each checked by itself with no transaction open; refuse what is forged.

    Canvas sends a notice once and never again, so what is right is kept whatever else came along.
    """
    tokens = _tokens()
    if tokens is None:
        return {"error": "Send {“notices”: [{“jwt”: …}]}."}, HTTPStatus.BAD_REQUEST
    refused = [check for token in tokens if (check := _refusal(token))]
    if refused:
        return {"refused": refused}, HTTPStatus.FORBIDDEN
    return {"taken": len(tokens)}


def _tokens() -> list[str] | None:
    body = request.get_json(force=True, silent=True)
    listed = body.get("notices") if isinstance(body, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_NOTICES:
        return None
    tokens = [one.get("jwt") for one in listed if isinstance(one, dict)]
    words = [token for token in tokens if isinstance(token, str)]
    return words if len(words) == len(listed) else None


def _refusal(token: str) -> str:
    """Keep what one notice tells; return the check that refused it, or nothing."""
    try:
        told = _verified(token)
        if told is not None:
            with database().transaction() as session:
                notices.keep(session, told, now=now())
    except LaunchRefused as refusal:
        log.warning("notice refused", check=refusal.check, registration=refusal.registration_id)
        return refusal.check
    return ""


def _verified(token: str) -> CourseCopied | None:
    key_sets: KeySets = current_app.extensions["key_sets"]
    return verify_notice(
        token,
        find_platform=_platform,
        find_key=key_sets.find,
        now=int(now().timestamp()),
    )


def _platform(issuer: str, client_id: str) -> Platform | None:
    if not issuer or not client_id:
        return None
    with database().session(is_read_only=True) as session:
        found = launches.registrations_for(session, issuer, client_id)
    return platform_of(found[0]) if found and found[0].is_approved else None
