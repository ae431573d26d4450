"""Which reasons a person meets after locking the talk decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

SCRIPTED = 3
"""Everybody meets as many scripted voices, so that their number tells nothing about the class."""

PEERS = 2


@dataclass(frozen=True)
class Voice:
    """A rationale to show: a person's decision, or the scripted voice of a choice."""

    choice_id: str
    decision_row_id: int | None = None


def draw_voices(
    own_choice: str, choices: Sequence[str], peers: Sequence[Voice], chance: Random
) -> list[Voice]:
    """Return three to five reasons from different answers, shuffled.

    `choices` are those that have a scripted voice; `peers` the locked answers of others.
    """
    others = [choice for choice in choices if choice != own_choice]
    chance.shuffle(others)
    scripted = (others + [choice for choice in choices if choice == own_choice])[:SCRIPTED]
    voices = [Voice(choice) for choice in scripted] + _different(own_choice, peers, chance)
    chance.shuffle(voices)
    return voices


def _different(own_choice: str, peers: Sequence[Voice], chance: Random) -> list[Voice]:
    shuffled = list(peers)
    chance.shuffle(shuffled)
    first_of_each: dict[str, Voice] = {}
    for voice in shuffled:
        if voice.choice_id != own_choice:
            first_of_each.setdefault(voice.choice_id, voice)
    return list(first_of_each.values())[:PEERS]
