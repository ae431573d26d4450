"""How much of each rule the traces of a person make."""

from datetime import UTC, datetime, timedelta

from ltitool.core.policy import Milestone, Rule
from ltitool.core.scenario import Scenario
from ltitool.core.traces import TO_STAFF, Said, Traces, done

NOON = datetime(2027, 2, 2, 12, tzinfo=UTC)
STAND = [Milestone(Rule.STAND_FILED, 1, 1)]


def test_alone_two_voices_answered_stand_in_for_where_the_group_stands(scenario: Scenario) -> None:
    said = [Said(NOON + timedelta(hours=n), 40, f"voice {n}") for n in range(2)]

    def times(alone: bool, number: int) -> tuple[datetime, ...]:
        traces = Traces(said=said[:number], is_alone=alone)
        return done(scenario, STAND, traces)[Rule.STAND_FILED].times

    assert times(alone=True, number=2) == (NOON + timedelta(hours=1),)
    assert times(alone=True, number=1) == ()
    assert times(alone=False, number=2) == ()


def test_alone_an_answer_to_the_staff_stands_in_for_neither_voice(scenario: Scenario) -> None:
    asked = [Milestone(Rule.POSTS, 1, 1), Milestone(Rule.REPLIES, 1, 1)]
    said = [Said(NOON, 40, "voice one"), Said(NOON, 40, TO_STAFF)]

    def counted(alone: bool) -> tuple[int, int]:
        found = done(scenario, asked, Traces(said=said, is_alone=alone))
        return found[Rule.POSTS].count, found[Rule.REPLIES].count

    assert counted(alone=True) == (0, 1)
    assert counted(alone=False) == (0, 2)
