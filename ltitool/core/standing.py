"""How far somebody has come, read off from what was measured of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ltitool.core.completion import Milestone, Rule, measure
from ltitool.core.script import Phase, Standing


def standing_of(
    done: Mapping[Rule, int],
    milestones: Sequence[Milestone],
    *,
    has_begun: bool,
    has_read_reasons: bool,
    entered_at: datetime | None = None,
    kept: frozenset[Phase] = frozenset(),
) -> Standing:
    """Return the standing that kept measurements stand for; what is not asked counts as done."""
    met = {c.milestone.rule: c.done >= c.milestone.need for c in measure(milestones, done).credits}
    has_again = done.get(Rule.DECIDED_AGAIN, 0) > 0
    has_decided = has_begun and met.get(Rule.CORE_DECIDED, False)
    has_read = has_decided and has_read_reasons
    return Standing(
        has_decided=has_decided,
        has_read_reasons=has_read,
        has_talked=has_read and met.get(Rule.POSTS, True) and met.get(Rule.REPLIES, True),
        has_decided_again=has_again,
        has_reflected=has_again and met.get(Rule.REFLECTIONS, True),
        has_begun=has_begun,
        has_begun_to_talk=bool(done.get(Rule.POSTS, 0) or done.get(Rule.REPLIES, 0)),
        entered_at=entered_at,
        kept=kept,
    )
