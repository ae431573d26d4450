"""What the pages in front of every visit share: their blueprint, and what they give a browser."""

import secrets

from flask import Blueprint, current_app, g
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ltitool.core.errors import LaunchRefused
from ltitool.lti.login import States
from ltitool.lti.verify import Verified
from ltitool.settings import Settings
from ltitool.storage import launches
from ltitool.web.transaction import now

bp = Blueprint("launch", __name__, url_prefix="/lti")


@bp.before_request
def _anybody_may_frame() -> None:
    g.frame_origins = ["*"]  # until the registration is known; these pages hold nothing private


def the_settings() -> Settings:
    """Return the settings of this tool."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def the_states() -> States:
    """Return what signs and reads the states of logins."""
    states: States = current_app.extensions["states"]
    return states


def spend(session: Session, verified: Verified) -> None:
    """Use up the login of a launch; raises LaunchRefused when it was used before."""
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


def new_token() -> str:
    """Return a fresh unguessable word."""
    return secrets.token_urlsafe(18)


def give(answer: Response, name: str, value: str, path: str, seconds: int) -> None:
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
