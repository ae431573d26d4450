"""Whatever gates and dates are set on the way, nobody loses what they have done or begun to use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ltitool.core.changes import Run, effect
from ltitool.core.phases import Moment, Standing, phases, used
from ltitool.core.room import room_of
from ltitool.core.script import Gate, GateKind, Phase, Script
from ltitool.core.scripts import SCRIPTS, alone

NOON = datetime(2027, 2, 2, 12, 0, tzinfo=UTC)
FEW = settings(max_examples=150, derandomize=True)

moments = st.one_of(
    st.none(), st.integers(-300, 300).map(lambda hours: NOON + timedelta(hours=hours))
)
gates = st.builds(
    Gate,
    kind=st.sampled_from(GateKind),
    opens_at=moments,
    share=st.integers(1, 100),
    opened_at=moments.filter(lambda at: at is None or at <= NOON),
)
plans = st.builds(
    Moment,
    now=st.just(NOON),
    due_at=moments,
    gates=st.dictionaries(st.sampled_from(Phase), gates),
    shares=st.dictionaries(st.sampled_from(Phase), st.integers(0, 100)),
)
scripts = st.sampled_from([*SCRIPTS.values(), *map(alone, SCRIPTS.values())])


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Draw how far somebody has come; each thing stands on what comes before it."""
    far = draw(st.integers(0, 5))
    return Standing(
        has_begun=far > 0 or draw(st.booleans()),
        has_decided=far > 0,
        has_read_reasons=far > 1,
        has_begun_to_talk=far > 2 or (far == 2 and draw(st.booleans())),
        has_talked=far > 2,
        has_begun_again=far > 3 or (far == 3 and draw(st.booleans())),
        has_decided_again=far > 3,
        has_reflected=far > 4,
        entered_at=NOON - timedelta(hours=draw(st.integers(0, 400))),
    )


def open_now(script: Script, standing: Standing, moment: Moment) -> set[Phase]:
    return {state.phase for state in phases(script, standing, moment) if state.is_open}


@FEW
@given(scripts, standings(), plans, plans)
def test_no_change_closes_what_somebody_has_used(
    script: Script, standing: Standing, before: Moment, after: Moment
) -> None:
    kept = used(phases(script, standing, before), standing)

    later = open_now(script, replace(standing, kept=kept), after)

    assert kept <= later


@FEW
@given(scripts, standings(), plans, plans)
def test_what_a_preview_says_is_what_happens(
    script: Script, standing: Standing, before: Moment, after: Moment
) -> None:
    said = effect(standing, Run(script, before), Run(script, after))

    was = open_now(script, standing, before)
    kept = used(phases(script, standing, before), standing)
    now = open_now(script, replace(standing, kept=kept), after)
    assert set(said.opens) == now - was
    assert set(said.waits) <= was - now
    assert set(said.keeps) <= was & now


@FEW
@given(scripts, standings(), plans, plans)
def test_nothing_that_is_done_is_ever_closed_or_undone(
    script: Script, standing: Standing, before: Moment, after: Moment
) -> None:
    was = phases(script, standing, before)
    done = {state.phase for state in was if state.is_open and standing.has_done(state.phase)}

    later = phases(script, replace(standing, kept=used(was, standing)), after)

    assert done <= {state.phase for state in later if state.is_open}


@FEW
@given(scripts, standings(), plans)
def test_opening_a_phase_by_hand_only_ever_opens(
    script: Script, standing: Standing, moment: Moment
) -> None:
    for part in script.parts:
        gate = replace(script.gate(part.phase, moment.gates), opened_at=NOON)
        opened = replace(moment, gates={**moment.gates, part.phase: gate})

        assert open_now(script, standing, moment) <= open_now(script, standing, opened)


@FEW
@given(st.sampled_from([one for one in SCRIPTS.values() if one.is_live]), plans)
def test_a_session_goes_on_in_the_order_of_its_script(script: Script, moment: Moment) -> None:
    room = room_of(script, moment.gates, began_at=NOON, ended_at=None)

    order = [part.phase for part in script.parts]
    closed = [phase for phase in order if not room.has_opened(phase)]
    assert room.now is not None
    assert room.following == (closed[0] if closed else None)
    assert room.last_opened in {None, *(phase for phase in order[1:] if room.has_opened(phase))}
