from random import Random

import pytest

from ltitool.core.voices import PEERS, SCRIPTED, Voice, draw_voices

CHOICES = ["hold", "decline", "accept", "channel"]
PEERS_ANSWERS = [Voice("hold", 1), Voice("accept", 2), Voice("accept", 3), Voice("channel", 4)]
SEEDS = range(1000)


def of_people(voices: list[Voice]) -> list[str]:
    return [voice.choice_id for voice in voices if voice.decision_row_id is not None]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("peers", [[], PEERS_ANSWERS[:1], PEERS_ANSWERS])
def test_everybody_meets_as_many_scripted_voices_whoever_has_answered(
    seed: int, peers: list[Voice]
) -> None:
    voices = draw_voices("hold", CHOICES, peers, Random(seed))

    assert sum(voice.decision_row_id is None for voice in voices) == SCRIPTED
    assert 3 <= len(voices) <= SCRIPTED + PEERS


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("people", range(5))
def test_what_others_answered_changes_neither_the_number_nor_the_places_nor_the_scripted_voices(
    seed: int, people: int
) -> None:
    def told(answers: list[str]) -> list[str]:
        peers = [Voice(choice, row) for row, choice in enumerate(answers[:people])]
        voices = draw_voices("hold", CHOICES, peers, Random(seed))
        return [v.choice_id if v.decision_row_id is None else "somebody" for v in voices]

    among_friends = told(["hold"] * 4)

    assert told(["accept"] * 4) == among_friends
    assert told(["accept", "channel", "decline", "hold"]) == among_friends


def test_peoples_reasons_come_mostly_from_answers_not_met_yet() -> None:
    drawn = [of_people(draw_voices("hold", CHOICES, PEERS_ANSWERS, Random(n))) for n in SEEDS]

    different = [one for one in drawn if "hold" not in one and len(set(one)) == PEERS]
    assert len(different) > len(drawn) / 3


def test_how_many_gave_an_answer_changes_nothing_about_which_answers_are_met() -> None:
    def answers(seed: int, numbers: dict[str, int]) -> list[str]:
        given = [choice for choice, number in numbers.items() for _ in range(number)]
        peers = [Voice(choice, row) for row, choice in enumerate(given)]
        return of_people(draw_voices("hold", CHOICES, peers, Random(seed)))

    for seed in SEEDS:
        few_like_me = answers(seed, {"hold": 2, "decline": 2, "accept": 40})
        assert answers(seed, {"hold": 40, "decline": 2, "accept": 2}) == few_like_me


def test_reading_ones_own_answer_twice_is_no_rare_thing_where_others_gave_another() -> None:
    peers = [Voice("hold", 1), Voice("hold", 2), *(Voice("accept", row) for row in range(3, 40))]
    drawn = [of_people(draw_voices("hold", CHOICES, peers, Random(n))) for n in SEEDS]

    assert drawn.count(["hold", "hold"]) > len(drawn) / 12


def test_meeting_ones_own_answer_again_does_not_tell_that_nobody_gave_another() -> None:
    drawn = [of_people(draw_voices("accept", CHOICES, PEERS_ANSWERS, Random(n))) for n in SEEDS]

    assert ["accept", "accept"] in drawn


def test_reasons_of_other_groups_come_first() -> None:
    peers = [Voice("accept", 1), Voice("channel", 2), Voice("hold", 3, is_elsewhere=True)]
    peers += [Voice("channel", 4, is_elsewhere=True)]

    for seed in SEEDS:
        voices = draw_voices("decline", CHOICES, peers, Random(seed))
        assert sorted(v.decision_row_id for v in voices if v.decision_row_id) == [3, 4]


def test_a_decision_with_two_voices_shows_both() -> None:
    assert {v.choice_id for v in draw_voices("a", ["a", "b"], [], Random(1))} == {"a", "b"}
