"""Where a verified launch leads: into an activity, to the picker, or to what is kept about one."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus

from flask import current_app, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ltitool.actions import arriving, entry, placing
from ltitool.core.way_in import WayIn
from ltitool.lti.claims import MessageType
from ltitool.lti.launch import Launch
from ltitool.storage.queries.privacy import KeptAbout, kept_about
from ltitool.web.door import new_token
from ltitool.web.transaction import now
from ltitool.web.visit import hold

SEEDS = 2**31


@dataclass(frozen=True)
class Asked:
    """A data privacy launch: what is kept about the person, if they are known."""

    kept: KeptAbout | None


Way = entry.Entered | placing.Begun | Asked


def enter(session: Session, launch: Launch, way_in: WayIn = WayIn.COOKIE) -> Way:
    """Return where a launch leads, with the rows it needs; raises LaunchRefused."""
    if launch.message_type is MessageType.DATA_PRIVACY:
        arriving.require_approved(session, launch, now=now())
        return Asked(kept_about(session, launch.registration_id, launch.sub))
    if launch.message_type is MessageType.DEEP_LINKING:
        return placing.begin(session, launch, token=new_token, now=now())
    seed = secrets.randbelow(SEEDS)
    return entry.enter(session, launch, way_in, token=new_token, seed=seed, now=now())


def let_in(way: Way, launch: Launch, session: Session) -> Response:
    """Return the answer that lets a browser in, once the rows are kept."""
    if isinstance(way, Asked):
        page = render_template("launch/privacy.html", kept=way.kept, launch=launch)
        return make_response(page)
    hold(way.visit, way.secret)
    if isinstance(way, placing.Begun):
        room = url_for("placing.shelf", visit_id=way.visit.id)
    else:
        _ask_jobs(way, session)
        room = _room(way, launch)
    return redirect(room, HTTPStatus.SEE_OTHER)


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
