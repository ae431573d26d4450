"""What each milestone asks, and what met it, in words."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.core.completion import Credit, Done
from ltitool.core.policy import FULL_MARK, Milestone, Rule
from ltitool.core.talk import least_words


def what_is_asked(milestone: Milestone, *, fewer: bool = False) -> str:
    """Return the rule of a milestone in words; `fewer` says that fewer words are asked."""
    least = least_words(milestone.min_words, fewer=fewer)
    return str(ASKED[milestone.rule](milestone.need, least))


def what_met(credit: Credit, done: Done, *, is_short: bool = False) -> tuple[str, datetime | None]:
    """Return what met a milestone, in words, and when.

    `is_short` says that something was written which does not count.
    """
    times = done.times[: credit.done] or done.times[:1]
    if times and (credit.done or credit.is_met):
        return str(MET[credit.milestone.rule](credit.done)), times[-1]
    if credit.done:  # measured before times were kept
        return str(MET[credit.milestone.rule](credit.done)), None
    if is_short:
        return _("Written, but too short or too much like an earlier one to count."), None
    return _("Not yet."), None


ASKED: dict[Rule, Callable[[int, int], object]] = {
    Rule.STORY_PLAYED: lambda _need, _least: _("Asks for the story, played to its curtain."),
    Rule.CORE_DECIDED: lambda need, _least: ngettext(
        "Asks for the one main question of the story, locked with reasons.",
        "Asks for all %(num)d main questions of the story, each locked with reasons.",
        need,
    ),
    Rule.REASONS_READ: lambda _need, _least: _("Asks for reading others’ reasons."),
    Rule.POSTS: lambda need, least: ngettext(
        "Asks for one post of %(least)d words or more.",
        "Asks for %(num)d posts of %(least)d words or more.",
        need,
        least=least,
    ),
    Rule.REPLIES: lambda need, least: ngettext(
        "Asks for one reply of %(least)d words or more to somebody else, "
        "or to a voice from the story.",
        "Asks for replies of %(least)d words or more to %(num)d different people "
        "or voices from the story.",
        need,
        least=least,
    ),
    Rule.DECIDED_AGAIN: lambda _need, _least: _(
        "Asks for a second answer, given in private after the talk."
    ),
    Rule.REFLECTIONS: lambda need, _least: ngettext(
        "Asks for one short text.", "Asks for %(num)d short texts.", need
    ),
    Rule.STAND_FILED: lambda _need, _least: _("Asks for the group’s page “Where we stand”."),
    Rule.ATTENDED_LIVE: lambda _need, _least: _(
        "Asks for being there in class; staff note who was. After a session in one room, "
        "catching up in writing stands in for it."
    ),
    Rule.INSTRUCTOR_MARK: lambda need, _least: _(
        "A mark of 0 to %(most)d that a teacher gives by hand.", most=need
    ),
}
MET: dict[Rule, Callable[[int], object]] = {
    Rule.STORY_PLAYED: lambda _count: _("Played to the curtain"),
    Rule.CORE_DECIDED: lambda count: ngettext("One answer locked", "%(num)d answers locked", count),
    Rule.REASONS_READ: lambda _count: _("Read"),
    Rule.POSTS: lambda count: ngettext("One post", "%(num)d posts", count),
    Rule.REPLIES: lambda count: ngettext("One reply", "%(num)d replies", count),
    Rule.DECIDED_AGAIN: lambda _count: _("Decided again"),
    Rule.REFLECTIONS: lambda count: ngettext("One text written", "%(num)d texts written", count),
    Rule.STAND_FILED: lambda _count: _("Filed by the group"),
    Rule.ATTENDED_LIVE: lambda _count: _("Was there"),
    Rule.INSTRUCTOR_MARK: lambda count: _("%(mark)d of %(most)d given", mark=count, most=FULL_MARK),
}
