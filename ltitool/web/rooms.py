"""Every room of an activity, hung under the visit that guards them."""

from ltitool.web import (
    activity,
    again,
    drafts,
    ending,
    media,
    picture,
    progress,
    reasons,
    reflect,
    story,
    talk,
    teaching,
)
from ltitool.web.visit import bp

__all__ = ["bp"]

for room in (
    activity,
    story,
    reasons,
    talk,
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
