"""The path map: the whole story, with the way that one's own answers took. After reflecting."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from ltitool.core.errors import NotOpen
from ltitool.core.scenario import Choice
from ltitool.core.script import Phase
from ltitool.core.story_map import page_map, ways_of
from ltitool.core.walk import Step
from ltitool.web import labels
from ltitool.web.place import place

bp = Blueprint("path", __name__, url_prefix="/path")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the story as a map with one's own path; raises NotOpen before one has reflected."""
    where = place()
    where.require(Phase.REFLECT)
    if not where.standing.has_reflected:
        raise NotOpen("The map of the story opens when you have written your reflection.")
    steps = where.walk.steps
    title = _("The map of the story")
    return render_template(
        "path.html",
        scenario=where.scenario,
        drawing=Markup(page_map(where.scenario, title, labels.SCENES, steps)),
        ways=list(ways_of(where.scenario)),
        walked=[(step.scene, _chosen(step)) for step in steps],
        steps=where.steps,
        current_phase=Phase.REFLECT,
    )


def _chosen(step: Step) -> Choice | None:
    if step.taken is None or step.scene.decision is None:
        return None
    return step.scene.decision.choice(step.taken.choice_id)
