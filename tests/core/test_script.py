from datetime import UTC, datetime, timedelta

import pytest

from ltitool.core.errors import InputRefused
from ltitool.core.phases import (
    Moment,
    PhaseState,
    Standing,
    Wait,
    is_late,
    minutes_left,
    phases,
    used,
)
from ltitool.core.script import Gate, GateKind, Phase, Script, Talk
from ltitool.core.scripts import DEBRIEF, KMDD_90, ROOM_50, SCRIPTS, SOLO, VISITS, alone, script_of

NOON = datetime(2027, 2, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DECIDED = Standing(has_decided=True, has_begun=True, entered_at=NOON - DAY)
READ = Standing(has_decided=True, has_read_reasons=True, has_begun=True, entered_at=NOON - DAY)
TALKED = Standing(
    has_decided=True,
    has_read_reasons=True,
    has_talked=True,
    has_begun=True,
    has_begun_to_talk=True,
    entered_at=NOON - DAY,
)
AGAIN = Standing(
    has_decided=True,
    has_read_reasons=True,
    has_talked=True,
    has_decided_again=True,
    has_begun=True,
    has_begun_to_talk=True,
    entered_at=NOON - DAY,
)
DONE = Standing(
    has_decided=True,
    has_read_reasons=True,
    has_talked=True,
    has_decided_again=True,
    has_reflected=True,
)
NEXT = [
    (Standing(), Phase.DECIDE),
    (DECIDED, Phase.REASONS),
    (READ, Phase.TALK),
    (TALKED, Phase.AGAIN),
]


def met(
    standing: Standing,
    script: Script = VISITS,
    *,
    gates: dict[Phase, Gate] | None = None,
    due_at: datetime | None = None,
    shares: dict[Phase, int] | None = None,
    now: datetime = NOON,
) -> dict[Phase, PhaseState]:
    moment = Moment(now, due_at, gates or {}, shares or {})
    return {state.phase: state for state in phases(script, standing, moment)}


@pytest.mark.parametrize(("standing", "following"), NEXT)
def test_one_phase_is_next_and_those_after_it_are_closed(
    standing: Standing, following: Phase
) -> None:
    states = met(standing).values()

    order = list(Phase)
    assert [state.phase for state in states if state.is_next] == [following]
    assert [s.phase for s in states if s.is_open] == order[: order.index(following) + 1]
    assert not any(state.wait for state in states)


def test_the_curtain_opens_ending_picture_and_reflection_together() -> None:
    assert all(state.is_open for state in met(AGAIN).values())


def test_nothing_is_next_when_everything_is_done() -> None:
    states = met(DONE).values()

    assert not any(state.is_next for state in states)
    assert minutes_left(states) == 0


MINUTES = [(VISITS, 42), (SOLO, 38), (DEBRIEF, 30), (ROOM_50, 50), (KMDD_90, 90)]


@pytest.mark.parametrize(("script", "minutes"), MINUTES)
def test_each_script_takes_the_time_it_says(script: Script, minutes: int) -> None:
    assert minutes_left(met(Standing(), script).values()) == script.minutes == minutes


GATES = [
    (Gate(GateKind.NONE), {}, True, None),
    (Gate(GateKind.OWN), {}, True, None),
    (Gate(GateKind.DATE, NOON + DAY), {}, False, Wait(GateKind.DATE, NOON + DAY)),
    (Gate(GateKind.DATE, NOON), {}, True, None),
    (Gate(GateKind.DATE), {}, True, None),
    (Gate(GateKind.READY), {}, False, Wait(GateKind.READY, NOON + 2 * DAY)),
    (Gate(GateKind.READY), {Phase.REASONS: 79}, False, Wait(GateKind.READY, NOON + 2 * DAY)),
    (Gate(GateKind.READY), {Phase.DECIDE: 100, Phase.REASONS: 80}, True, None),
    (Gate(GateKind.READY, share=100), {Phase.DECIDE: 100, Phase.REASONS: 100}, True, None),
    (Gate(GateKind.INSTRUCTOR), {}, False, Wait(GateKind.INSTRUCTOR, None)),
    (Gate(GateKind.INSTRUCTOR, opened_at=NOON), {}, True, None),
    (Gate(GateKind.INSTRUCTOR, NOON), {}, True, None),
    (
        Gate(GateKind.DATE_OR_READY, NOON + DAY),
        {},
        False,
        Wait(GateKind.DATE_OR_READY, NOON + DAY),
    ),
    (Gate(GateKind.DATE_OR_READY, NOON + DAY), {Phase.DECIDE: 90, Phase.REASONS: 90}, True, None),
    (Gate(GateKind.DATE_OR_READY, NOON), {}, True, None),
    (Gate(GateKind.DATE, NOON + DAY, opened_at=NOON), {}, True, None),
]


@pytest.mark.parametrize(("gate", "shares", "is_open", "wait"), GATES)
def test_a_gate_opens_by_what_it_looks_at(
    gate: Gate, shares: dict[Phase, int], is_open: bool, wait: Wait | None
) -> None:
    talk = met(READ, gates={Phase.TALK: gate}, shares=shares)[Phase.TALK]

    assert talk.is_open is talk.is_next is is_open
    assert talk.wait == wait


def test_no_gate_opens_what_ones_own_work_has_not_come_to() -> None:
    gates = {phase: Gate(GateKind.NONE, opened_at=NOON) for phase in Phase}

    states = met(Standing(), gates=gates)

    assert [phase for phase, state in states.items() if state.is_open] == [Phase.DECIDE]
    assert states[Phase.PICTURE].first is Phase.AGAIN


def test_the_class_is_waited_for_three_days_at_most() -> None:
    gates = {Phase.TALK: Gate(GateKind.READY)}

    early = met(READ, gates=gates, now=NOON + 2 * DAY - timedelta(seconds=1))
    then = met(READ, gates=gates, now=NOON + 2 * DAY)

    assert not early[Phase.TALK].is_open
    assert then[Phase.TALK].is_open


@pytest.mark.parametrize("kind", [GateKind.READY, GateKind.INSTRUCTOR])
def test_two_days_before_the_date_everything_is_open(kind: GateKind) -> None:
    gates = {Phase.TALK: Gate(kind)}
    due_at = NOON + timedelta(days=3)

    wait = met(READ, gates=gates, due_at=due_at)[Phase.TALK].wait
    last = met(READ, gates=gates, due_at=due_at, now=NOON + DAY)[Phase.TALK]

    assert wait == Wait(kind, NOON + DAY)
    assert last.is_open


def test_a_session_in_a_room_waits_for_its_instructor_until_the_date_itself() -> None:
    due_at = NOON + timedelta(hours=2)

    waiting = met(DECIDED, ROOM_50, due_at=due_at)[Phase.REASONS]
    after = met(DECIDED, ROOM_50, due_at=due_at, now=due_at)[Phase.REASONS]

    assert waiting.wait == Wait(GateKind.INSTRUCTOR, due_at)
    assert after.is_open


def test_a_talk_aloud_is_over_when_what_follows_is_opened() -> None:
    read = met(READ, DEBRIEF)
    opened = met(READ, DEBRIEF, gates={Phase.AGAIN: Gate(GateKind.INSTRUCTOR, opened_at=NOON)})

    assert read[Phase.TALK].is_next
    assert read[Phase.AGAIN].wait == Wait(GateKind.INSTRUCTOR, None)
    assert opened[Phase.TALK].is_done
    assert opened[Phase.AGAIN].is_next


def test_the_konstanz_method_meets_the_strongest_reasons_after_the_talk() -> None:
    gates = {Phase.TALK: Gate(GateKind.INSTRUCTOR, opened_at=NOON)}

    states = met(DECIDED, KMDD_90, gates=gates)

    assert states[Phase.TALK].is_next
    assert states[Phase.REASONS].wait == Wait(GateKind.INSTRUCTOR, None)


def test_what_is_written_alone_waits_for_nobody() -> None:
    gates = {Phase.TALK: Gate(GateKind.READY)}

    assert not met(READ, gates=gates)[Phase.TALK].is_open
    assert met(READ, alone(VISITS), gates=gates)[Phase.TALK].is_next
    assert alone(VISITS).talk is Talk.SOLO
    assert alone(SOLO) is SOLO
    assert {alone(script).talk for script in (DEBRIEF, ROOM_50)} == {Talk.SOLO}


def test_a_reading_behind_a_date_is_not_done_before_it() -> None:
    gates = {Phase.PICTURE: Gate(GateKind.DATE, NOON + DAY)}

    picture = met(DONE, gates=gates)[Phase.PICTURE]

    assert not picture.is_open
    assert not picture.is_done
    assert picture.wait == Wait(GateKind.DATE, NOON + DAY)


def test_what_was_used_stays_open_behind_a_new_gate() -> None:
    closed = {phase: Gate(GateKind.DATE, NOON + DAY) for phase in Phase}
    before = phases(VISITS, AGAIN, Moment(NOON))

    kept = used(before, AGAIN)

    assert kept == set(Phase)
    assert used(phases(VISITS, READ, Moment(NOON)), READ) == {Phase.DECIDE, Phase.REASONS}
    states = met(Standing(**{**AGAIN.__dict__, "kept": kept}), gates=closed)
    assert all(state.is_open for state in states.values())


LATE = [(None, False), (NOON + timedelta(hours=48), False), (NOON + timedelta(hours=47), True)]


@pytest.mark.parametrize(("due_at", "late"), [*LATE, (NOON - DAY, True)])
def test_a_talk_is_about_to_close_two_days_before_the_date(
    due_at: datetime | None, late: bool
) -> None:
    assert is_late(due_at, NOON) is late


def test_scripts_are_found_by_name() -> None:
    assert all(script_of(name) is script for name, script in SCRIPTS.items())
    with pytest.raises(InputRefused, match="no script called “dance”"):
        script_of("dance")
