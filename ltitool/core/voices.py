"""Which reasons a person meets after locking the talk decision.

How many they are, and in which order, must not tell what others have answered: scripted voices are
as many for everybody, and the number of people's reasons follows from how many have locked alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

SCRIPTED = 3
"""Everybody meets as many scripted voices, so that their number tells nothing about the class."""

PEERS = 2

OPEN_TO_ANY = 0.25
"""How often a place is open to any answer, though one that was not met yet could be shown.

Were it never so, reading one's own answer twice would tell that nobody has given another.
"""


@dataclass(frozen=True)
class Voice:
    """A rationale to show: a person's decision, or the scripted voice of a choice."""

    choice_id: str
    decision_row_id: int | None = None
    is_elsewhere: bool = False
    """Whether its author is in a group already, so that the talk will not bring them together."""


def draw_voices(
    own_choice: str, choices: Sequence[str], peers: Sequence[Voice], chance: Random
) -> list[Voice]:
    """Return three to five reasons, shuffled: scripted ones of different answers, and people's.

    `choices` are those that have a scripted voice; `peers` the locked answers of others.
    """
    others = [choice for choice in choices if choice != own_choice]
    chance.shuffle(others)
    scripted = (others + [choice for choice in choices if choice == own_choice])[:SCRIPTED]
    count = min(PEERS, len(peers))
    order = list(range(len(scripted) + count))
    chance.shuffle(order)  # before any answer of others is looked at
    voices = [*(Voice(choice) for choice in scripted), *_drawn(own_choice, peers, count, chance)]
    return [voices[place] for place in order]


def _drawn(own_choice: str, peers: Sequence[Voice], count: int, chance: Random) -> list[Voice]:
    """Return people's reasons: of other groups first, and mostly of answers not met yet."""
    shuffled = list(peers)
    chance.shuffle(shuffled)
    waiting = sorted(shuffled, key=lambda voice: not voice.is_elsewhere)
    drawn: list[Voice] = []
    for _place in range(count):
        met = {own_choice, *(voice.choice_id for voice in drawn)}
        is_open = chance.random() < OPEN_TO_ANY
        new = [voice for voice in waiting if voice.choice_id not in met]
        voice = (waiting if is_open or not new else new)[0]
        waiting.remove(voice)
        drawn.append(voice)
    return drawn
