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

OPEN_TO_MET = 1 / 3
"""How often a place goes to an answer that was met already, though another could be shown.

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
    """Return people's reasons: of other groups first, and mostly of answers not met yet.

    An answer is drawn before anybody who gave it, so what many say comes no sooner than what few
    do: meeting an answer tells that it was given, and never how often.
    """
    waiting = list(peers)
    drawn: list[Voice] = []
    for _place in range(count):
        nearest = [voice for voice in waiting if voice.is_elsewhere] or waiting
        met = {own_choice, *(voice.choice_id for voice in drawn)}
        answer = _answer({voice.choice_id for voice in nearest}, met, chance)
        givers = [voice for voice in nearest if voice.choice_id == answer]
        voice = givers[_place_among(len(givers), chance)]
        waiting.remove(voice)
        drawn.append(voice)
    return drawn


def _answer(given: set[str], met: set[str], chance: Random) -> str:
    new, again = sorted(given - met), sorted(given & met)
    is_open = chance.random() < OPEN_TO_MET
    offered = (again or new) if is_open else (new or again)
    return offered[_place_among(len(offered), chance)]


def _place_among(number: int, chance: Random) -> int:
    """Return a place by a single throw, whatever the number, so that the next throws are alike."""
    return int(chance.random() * number)
