"""How far somebody has come, read off from what was measured of them."""

from collections.abc import Mapping
from datetime import datetime

from ltitool.core.completion import Completion, Done
from ltitool.core.phases import Standing
from ltitool.core.policy import Rule
from ltitool.core.script import Phase
from ltitool.core.talk import VOICES_ALONE


def standing_of(
    done: Mapping[Rule, Done],
    completion: Completion,
    *,
    has_begun: bool,
    has_read_reasons: bool,
    has_begun_again: bool = False,
    is_catching_up: bool = False,
    entered_at: datetime | None = None,
    kept: frozenset[Phase] = frozenset(),
) -> Standing:
    """Return the standing that kept measurements stand for; what is not asked counts as done."""
    counts = {rule: part.count for rule, part in done.items()}
    has_again = counts.get(Rule.DECIDED_AGAIN, 0) > 0
    has_played = counts.get(Rule.STORY_PLAYED, 0) > 0
    has_decided = has_begun and (
        has_played or _is_met(completion, Rule.CORE_DECIDED, without=False)
    )
    has_read = has_decided and has_read_reasons
    return Standing(
        has_decided=has_decided,
        has_read_reasons=has_read,
        has_talked=has_read and is_talked(completion, counts, is_catching_up=is_catching_up),
        has_decided_again=has_again,
        has_reflected=has_again and is_reflected(completion),
        has_begun=has_begun,
        has_begun_to_talk=bool(counts.get(Rule.POSTS, 0) or counts.get(Rule.REPLIES, 0)),
        has_begun_again=has_begun_again,
        entered_at=entered_at,
        kept=kept,
    )


def is_talked(completion: Completion, counts: Mapping[Rule, int], *, is_catching_up: bool) -> bool:
    """Whether what is asked of the talk is done, or nothing is.

    Who missed the talk in a room has answered the voices that stand in for it.
    """
    if is_catching_up:
        return counts.get(Rule.REPLIES, 0) >= VOICES_ALONE
    return _is_met(completion, Rule.POSTS, without=True) and _is_met(
        completion, Rule.REPLIES, without=True
    )


def is_reflected(completion: Completion) -> bool:
    """Whether what is asked of the reflection is done, or nothing is."""
    return _is_met(completion, Rule.REFLECTIONS, without=True)


def _is_met(completion: Completion, rule: Rule, *, without: bool) -> bool:
    """Whether a milestone is met; `without` where it is not asked of this person."""
    met = [credit.is_met for credit in completion.counted if credit.milestone.rule is rule]
    return met[0] if met else without
