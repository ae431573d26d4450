"""The front page of an activity: where one is, what is next, what is left; and leaving."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ltitool.actions import story
from ltitool.core.script import Phase
from ltitool.storage.queries import membership
from ltitool.web.forms import PlainForm
from ltitool.web.inbox import notices
from ltitool.web.place import place, reader
from ltitool.web.steps import StillWaits
from ltitool.web.telling import offered_languages
from ltitool.web.transaction import db, now
from ltitool.web.visit import here
from ltitool.web.way_back import way_back

bp = Blueprint("activity", __name__)


@bp.get("/")
def front() -> ResponseReturnValue:
    """Show the next action, the minutes left, and every part; staff go to their page."""
    visit = here()
    if visit.activity.scenario_version is None:
        if visit.role.is_staff:
            return redirect(url_for("visit.teaching.show"), 303)
        return render_template("activity/not_ready.html", back_url=return_url())
    where = place()
    return render_template(
        "activity/front.html",
        place=where,
        steps=where.steps,
        scenario=where.scenario,
        languages=offered_languages(where.version, where.scenario),
        due_at=where.completion.due_at,
        notices=notices(),
        seen_until=int(now().timestamp()) + 1,
        group=membership.group_of(db(), visit.activity_id, visit.person_id),
    )


@bp.app_errorhandler(StillWaits)
def still_waits(waits: StillWaits) -> ResponseReturnValue:
    """Say what a phase waits for, and until when, where its page will be."""
    page = render_template(
        "activity/waiting.html",
        label=waits.step.label,
        place=place(),
        steps=place().steps,
        current_phase=waits.step.state.phase,
    )
    return page, HTTPStatus.CONFLICT


@bp.get("/leave")
def leave() -> ResponseReturnValue:
    """Say that everything is kept, and how to come back."""
    kept = gettext("Your place in the activity is kept.")
    return render_template("activity/leave.html", back_url=way_back(return_url(), lti_msg=kept))


@bp.get("/restart")
def confirm_restart() -> ResponseReturnValue:
    """Say what starting over does, and ask."""
    return render_template(
        "activity/restart.html", form=PlainForm(), steps=place().steps, current_phase=Phase.DECIDE
    )


@bp.post("/restart")
def restart() -> ResponseReturnValue:
    """Start the story over; the first commitment stays for the record."""
    story.restart(db(), reader(), now=now())
    return redirect(url_for("visit.story.here"), 303)


def return_url() -> str:
    """Return where the platform wants people back, if that is an address of the web."""
    url = here().return_url
    return url if urlsplit(url).scheme in {"http", "https"} else ""
