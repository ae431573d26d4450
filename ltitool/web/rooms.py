"""Every room of an activity, hung under the visit that guards them."""

from flask import g, request

from ltitool.web import (
    activity,
    again,
    alone,
    aloud,
    class_now,
    concerns,
    drafts,
    ending,
    inbox,
    media,
    mine,
    other_story,
    own_group,
    path,
    picture,
    placing,
    progress,
    reasons,
    reflect,
    stand,
    story,
    talk,
    talk_export,
    teaching,
    wrong,
)
from ltitool.web.placing_visit import find_placing, require_placing
from ltitool.web.visit import bp, require_visit

__all__ = ["bp", "placing_bp"]

placing_bp = placing.bp

for room in (
    activity,
    inbox,
    story,
    reasons,
    talk,
    concerns,
    stand,
    talk_export,
    alone,
    other_story,
    aloud,
    class_now,
    own_group,
    again,
    ending,
    picture,
    reflect,
    path,
    wrong,
    progress,
    mine,
    drafts,
    media,
    teaching,
):
    bp.register_blueprint(room.bp)


@bp.before_app_request
def _guard_unknown_pages() -> None:
    """Let the page that says “no such page” show in the frame, to those who hold the visit."""
    root, _v, rest = request.path.partition("/v/")
    if request.routing_exception is not None and not root and rest:
        g.visit_id = rest.split("/")[0]
        guard = require_visit if find_placing(g.visit_id) is None else require_placing
        guard()
