"""Another way through the activity: another story, or this one on one’s own."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import other_story as actions
from ltitool.actions.reader import Reader
from ltitool.core.errors import NotOpen
from ltitool.core.script import Talk
from ltitool.storage.tables import Participant
from ltitool.web.book import Book
from ltitool.web.place import fresh_place, place, reader
from ltitool.web.telling import told_to
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("other_story", __name__, url_prefix="/other-story")


@bp.get("/")
def ask() -> ResponseReturnValue:
    """Show what one may do instead, without a reason, and what each changes."""
    where = place()
    if where.participant is None or here().is_preview:
        raise NotOpen("Only students of the course can take another story.")
    return render_template(
        "other_story.html",
        scenario=where.scenario,
        books=_books() if where.can_take_other_story else [],
        is_too_late=not where.can_take_other_story,
        can_go_back=_can_go_back(where.participant),
        can_be_alone=where.script.talk is Talk.GROUP and not where.standing.has_talked,
        has_begun=bool(where.attempts),
        steps=where.steps,
    )


@bp.post("/<int:version_id>")
def take(version_id: int) -> ResponseReturnValue:
    """Let this person begin another story."""
    actions.take(db(), reader(), version_id, now=now())
    fresh_place()
    return redirect(url_for("visit.activity.front"), 303)


@bp.post("/back")
def go_back() -> ResponseReturnValue:
    """Let this person go on in the story of their class."""
    actions.go_back(db(), reader(), now=now())
    fresh_place()
    return redirect(url_for("visit.activity.front"), 303)


def _can_go_back(participant: Participant) -> bool:
    return actions.can_go_back(db(), Reader.of(here().activity, participant))


def _books() -> list[Book]:
    """Return the stories that this person can take, in a language they read."""
    participant, playing = place().participant, place().version
    return [
        Book(version, told_to(participant, version))
        for version in actions.offered(db(), here().activity)
        if version.id != playing.id
    ]
