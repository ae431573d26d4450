"""The ending: the curtain rises on the path that was played."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ltitool.core.script import Phase
from ltitool.core.walk import Stop
from ltitool.web.place import place

bp = Blueprint("ending", __name__, url_prefix="/ending")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the scenes behind the curtain, and what the ending gained and cost."""
    where = place()
    where.require(Phase.ENDING)
    walk = where.walk
    behind = [step for step in walk.steps if step.is_behind_curtain] or [walk.here]
    return render_template(
        "ending.html",
        scenario=where.scenario,
        is_at_end=walk.stop is Stop.ENDING,
        behind=behind,
        ending=walk.here.scene.ending,
        gained=walk.gained,
        cost=walk.cost,
        steps=where.steps,
        current_phase=Phase.ENDING,
    )
