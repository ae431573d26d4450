from random import Random

import pytest

from ltitool.core.voices import PEERS, SCRIPTED, Voice, draw_voices

CHOICES = ["hold", "decline", "accept", "channel"]
PEERS_ANSWERS = [Voice("hold", 1), Voice("accept", 2), Voice("accept", 3), Voice("channel", 4)]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("peers", [[], PEERS_ANSWERS[:1], PEERS_ANSWERS])
def test_everybody_meets_as_many_scripted_voices_whoever_has_answered(
    seed: int, peers: list[Voice]
) -> None:
    voices = draw_voices("hold", CHOICES, peers, Random(seed))

    assert sum(voice.decision_row_id is None for voice in voices) == SCRIPTED
    assert 3 <= len(voices) <= SCRIPTED + PEERS


@pytest.mark.parametrize("seed", range(30))
def test_peers_reasons_come_from_different_answers_than_ones_own(seed: int) -> None:
    voices = draw_voices("hold", CHOICES, PEERS_ANSWERS, Random(seed))

    shown = [voice.choice_id for voice in voices if voice.decision_row_id is not None]
    assert "hold" not in shown
    assert len(shown) == len(set(shown)) == PEERS


def test_a_decision_with_two_voices_shows_both() -> None:
    assert {v.choice_id for v in draw_voices("a", ["a", "b"], [], Random(1))} == {"a", "b"}
