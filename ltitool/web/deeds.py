"""What a person has done in an activity, in words: what each milestone asks, and what met it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.core.completion import Credit, Milestone, Rule
from ltitool.core.script import Round
from ltitool.core.talk import MIN_WORDS, PostState
from ltitool.storage.queries.teaching_groups import OwnPost
from ltitool.storage.tables import Attempt, Reflection


@dataclass(frozen=True)
class Deeds:
    """What one person has done in an activity, as rows."""

    attempts: Sequence[Attempt]
    posts: Sequence[OwnPost]
    reflections: Sequence[Reflection]


def what_is_asked(milestone: Milestone) -> str:
    """Return the rule of a milestone in words."""
    return str(_asked(milestone.rule, milestone.need))


def what_met(credit: Credit, deeds: Deeds) -> tuple[str, datetime | None]:
    """Return what met a milestone, in words, and when."""
    return MET[credit.milestone.rule](credit, deeds)


def _asked(rule: Rule, need: int) -> object:
    match rule:
        case Rule.CORE_DECIDED:
            return ngettext(
                "Asks for the one main question of the story, locked with reasons.",
                "Asks for all %(num)d main questions of the story, each locked with reasons.",
                need,
            )
        case Rule.POSTS:
            return ngettext(
                "Asks for one post of %(least)d words or more.",
                "Asks for %(num)d posts of %(least)d words or more.",
                need,
                least=MIN_WORDS,
            )
        case Rule.REPLIES:
            return ngettext(
                "Asks for one reply of %(least)d words or more to somebody else, "
                "or to a voice from the story.",
                "Asks for %(num)d replies of %(least)d words or more to somebody else, "
                "or to a voice from the story.",
                need,
                least=MIN_WORDS,
            )
        case Rule.DECIDED_AGAIN:
            return _("Asks for a second answer, given in private after the talk.")
        case Rule.REFLECTIONS:
            return ngettext("Asks for one short text.", "Asks for %(num)d short texts.", need)


def _decided(credit: Credit, deeds: Deeds) -> tuple[str, datetime | None]:
    locked = [
        decision.locked_at
        for attempt in deeds.attempts
        for decision in attempt.decisions
        if decision.round is Round.FIRST and decision.locked_at is not None
    ]
    if not credit.done:
        return _("Not yet."), None
    words = ngettext("One answer locked", "%(num)d answers locked", credit.done)
    return words, max(locked, default=None)


def _posted(credit: Credit, deeds: Deeds) -> tuple[str, datetime | None]:
    own = [one.post for one in deeds.posts if one.post.parent_id is None]
    written = [post for post in own if post.state is not PostState.WITHDRAWN]
    return _talked(
        [post.posted_at for post in written if post.counts],
        ngettext("One post", "%(num)d posts", credit.done),
        short=any(not post.counts for post in written),
    )


def _replied(credit: Credit, deeds: Deeds) -> tuple[str, datetime | None]:
    own = [one for one in deeds.posts if one.post.parent_id is not None]
    written = [
        one.post
        for one in own
        if one.post.state is not PostState.WITHDRAWN and one.to_person_id != one.post.person_id
    ]
    return _talked(
        [post.posted_at for post in written if post.counts],
        ngettext("One reply", "%(num)d replies", credit.done),
        short=any(not post.counts for post in written),
    )


def _talked(counted: list[datetime], words: str, *, short: bool) -> tuple[str, datetime | None]:
    if counted:
        return words, counted[0]
    if short:
        return _("Written, but too short or too much like an earlier one to count."), None
    return _("Not yet."), None


def _again(credit: Credit, deeds: Deeds) -> tuple[str, datetime | None]:
    if not credit.done:
        return _("Not yet."), None
    decided = [
        decision.decided_at
        for attempt in deeds.attempts
        for decision in attempt.decisions
        if decision.round is Round.AGAIN
    ]
    return _("Decided again"), max(decided, default=None)


def _reflected(credit: Credit, deeds: Deeds) -> tuple[str, datetime | None]:
    if not credit.done:
        return _("Not yet."), None
    written = max((row.written_at for row in deeds.reflections), default=None)
    return ngettext("One text written", "%(num)d texts written", credit.done), written


MET: dict[Rule, Callable[[Credit, Deeds], tuple[str, datetime | None]]] = {
    Rule.CORE_DECIDED: _decided,
    Rule.POSTS: _posted,
    Rule.REPLIES: _replied,
    Rule.DECIDED_AGAIN: _again,
    Rule.REFLECTIONS: _reflected,
}
