"""Every room of an activity, hung under the visit that guards them."""

from ltitool.web import (
    activity,
    again,
    alone,
    aloud,
    drafts,
    ending,
    media,
    picture,
    progress,
    reasons,
    reflect,
    stand,
    story,
    talk,
    talk_export,
    teaching,
)
from ltitool.web.visit import bp

__all__ = ["bp"]

for room in (
    activity,
    story,
    reasons,
    talk,
    stand,
    talk_export,
    alone,
    aloud,
    again,
    ending,
    picture,
    reflect,
    progress,
    drafts,
    media,
    teaching,
):
    bp.register_blueprint(room.bp)
