"""What staff arrange for one person: on their own, with a group, fewer words."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import arranging as actions
from ltitool.web.teaching_people import reader_of
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("arranging", __name__, url_prefix="/people/<int:person_id>/arrange")

ACTS = {
    "alone": actions.put_alone,
    "group": actions.give_group,
    "fewer": actions.ask_fewer_words,
    "all": actions.ask_all_words,
}


@bp.post("/<any(alone, group, fewer, all):what>")
def arrange(person_id: int, what: str) -> ResponseReturnValue:
    """Arrange it; tutors may, too."""
    ACTS[what](db(), reader_of(person_id), actor_id=here().person_id, now=now())
    return redirect(url_for("visit.teaching.people.show", person_id=person_id, done=what), 303)
