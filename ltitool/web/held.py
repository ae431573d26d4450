"""A launch whose browser kept no cookie: held for a window of its own, and let in there once."""

import secrets
from dataclasses import asdict
from datetime import timedelta
from http import HTTPStatus

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ltitool.core.errors import LaunchRefused
from ltitool.core.way_in import WayIn
from ltitool.lti.claims import MessageType
from ltitool.lti.launch import Launch
from ltitool.lti.login import hash_of
from ltitool.lti.verify import Verified
from ltitool.storage import launches
from ltitool.web.door import bp, spend, the_states
from ltitool.web.transaction import database, now
from ltitool.web.visit import require_own_page
from ltitool.web.way_in import enter, let_in

HELD_FOR = timedelta(minutes=2)
OPENS = {
    MessageType.DEEP_LINKING: lazy_gettext("Choose a story"),
    MessageType.DATA_PRIVACY: lazy_gettext("See what is kept about you"),
}
"""What the button of a launch opens that is not for an activity."""


def hold_back(verified: Verified) -> ResponseReturnValue:
    """Keep the launch for two minutes and offer a window of its own, where cookies work."""
    # The login's id is in it, so that whoever shows it can show the proof of that login, too.
    token = f"{verified.login_id}.{secrets.token_urlsafe(24)}"
    with database().transaction() as session:
        spend(session, verified)
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
        opens=OPENS.get(verified.launch.message_type, _("Open the activity")),
        storage=verified.storage,
        seconds=int(HELD_FOR.total_seconds()),
    )


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
    if proof is not None and not the_states().is_proof(login_id, proof):
        return redirect(url_for(".ask", token=token), HTTPStatus.SEE_OTHER)
    with database().transaction() as session:
        held = launches.held_launch(session, hash_of(token), now())
        if held is None or not launches.take_held_launch(session, hash_of(token)):
            raise LaunchRefused("HELD", _("This way in was used before, or its time is over."))
        launch = Launch.restored(held.launch)
        way = enter(session, launch, WayIn.ASKED if proof is None else WayIn.STORAGE)
    return let_in(way, launch, session)
