import pytest

from ltitool.core.script import Phase, Standing, minutes_left, phases

NEXT = [
    (Standing(), Phase.DECIDE),
    (Standing(has_decided=True), Phase.REASONS),
    (Standing(has_decided=True, has_read_reasons=True), Phase.TALK),
    (Standing(has_decided=True, has_read_reasons=True, has_talked=True), Phase.AGAIN),
]


@pytest.mark.parametrize(("standing", "following"), NEXT)
def test_one_phase_is_next_and_those_after_it_are_closed(
    standing: Standing, following: Phase
) -> None:
    states = phases(standing)

    order = list(Phase)
    assert [state.phase for state in states if state.is_next] == [following]
    assert [s.phase for s in states if s.is_open] == order[: order.index(following) + 1]


def test_the_curtain_opens_ending_picture_and_reflection_together() -> None:
    standing = Standing(
        has_decided=True, has_read_reasons=True, has_talked=True, has_decided_again=True
    )

    assert all(state.is_open for state in phases(standing))


def test_nothing_is_next_when_everything_is_done() -> None:
    done = Standing(
        has_decided=True,
        has_read_reasons=True,
        has_talked=True,
        has_decided_again=True,
        has_reflected=True,
    )

    assert not any(state.is_next for state in phases(done))
    assert minutes_left(done) == 0


def test_a_whole_activity_takes_forty_two_minutes() -> None:
    assert minutes_left(Standing()) == 42
