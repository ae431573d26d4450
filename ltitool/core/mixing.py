"""Dividing people into groups of three to six, so that answers are mixed and nobody stands alone.

The holders of each answer are tied into pairs, and into one triple where their number is odd, and
groups are made of whole pairs and triples. So whoever shares an answer with anybody has an ally,
whatever the numbers. The only holder of an answer sits with others like that, or where room is.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from random import Random

SMALLEST = 3
USUAL = 4
LARGEST = 6
TRIPLE = 3

Tied = tuple[int, ...]
"""People who hold one answer and stay together: a pair, a triple, or one alone."""


def mixed(stances: Mapping[int, str], chance: Random) -> list[list[int]]:
    """Return groups of three to six with everybody in one; there must be three people at least.

    Their order, and the order in each, says nothing about who holds what.
    """
    tied = _tied(stances, chance)
    pairs = [one for one in tied if len(one) == len("ab")]
    triples = [one for one in tied if len(one) == TRIPLE]
    alone: list[Tied] = [one for one in tied if len(one) == 1]
    needed = 1 if len(pairs) == 1 and not triples else 0  # by a pair that is the only one
    rainbow: list[list[int]] = []
    if len(alone) - needed >= SMALLEST:
        rainbow = _divided([one[0] for one in alone[needed:]])
        alone = alone[:needed]
    made = _joined(pairs, triples, alone, stances)
    groups = [*rainbow, *(list(chain.from_iterable(group)) for group in made)]
    for group in groups:
        chance.shuffle(group)
    chance.shuffle(groups)
    return groups


def _tied(stances: Mapping[int, str], chance: Random) -> list[Tied]:
    """Return the ties of each answer, those of the answer that most people hold first."""
    holders: dict[str, list[int]] = {}
    for person in sorted(stances):
        holders.setdefault(stances[person], []).append(person)
    tied: list[Tied] = []
    for stance in sorted(holders, key=lambda name: (-len(holders[name]), name)):
        people = holders[stance]
        chance.shuffle(people)
        odd = TRIPLE if len(people) % 2 and len(people) > 1 else 0
        if odd:
            tied.append(tuple(people[:odd]))
        tied += [tuple(people[i : i + 2]) for i in range(odd, len(people), 2)]
    return tied


def _divided(people: list[int]) -> list[list[int]]:
    count = max(1, round(len(people) / USUAL))
    return [people[i::count] for i in range(count)]


def _joined(
    pairs: list[Tied], triples: list[Tied], alone: list[Tied], stances: Mapping[int, str]
) -> list[list[Tied]]:
    with_pair = min(len(triples), len(pairs))
    if len(pairs) - with_pair == 1 and not alone and with_pair:
        with_pair -= 1  # two pairs make a group; one pair would be left over
    groups: list[list[Tied]] = []
    for triple in triples[:with_pair]:
        ally = next((one for one in pairs if _differ(one, triple, stances)), pairs[0])
        pairs.remove(ally)
        groups.append([triple, ally])
    groups += _two_by_two(triples[with_pair:])
    odd = [pairs.pop(0)] if len(pairs) % 2 else []
    groups += _two_by_two(pairs)
    if odd and alone:
        groups.append([*odd, *alone])
    elif odd:
        # Beside two pairs of other answers, if any two are; there are two pairs, as settled above.
        wide = [group for group in groups if sum(map(len, group)) + len(odd[0]) <= LARGEST]
        strangers = (g for g in wide if all(_differ(one, odd[0], stances) for one in g))
        next(strangers, wide[0]).append(odd[0])
    else:
        _seat(alone, groups)
    return groups


def _two_by_two(tied: list[Tied]) -> list[list[Tied]]:
    """Return groups of two ties each, of different answers where there are any, and one left over.

    Ties of one answer stand together in the list, so half of it away stands another answer.
    """
    half = len(tied) // 2
    groups = [[tied[i], tied[i + half]] for i in range(half)]
    if len(tied) % 2:
        groups.append([tied[-1]])
    return groups


def _seat(alone: Iterable[Tied], groups: list[list[Tied]]) -> None:
    """Let one or two who have no ally anywhere in; groups without room are untied for them."""
    waiting = list(alone)
    while waiting and sum(LARGEST - sum(map(len, group)) for group in groups) < len(waiting):
        largest = max(groups, key=lambda group: sum(map(len, group)))
        groups.remove(largest)
        groups += [[one] for one in largest]
    for one in waiting:
        min(groups, key=lambda group: sum(map(len, group))).append(one)


def _differ(one: Tied, other: Tied, stances: Mapping[int, str]) -> bool:
    return stances[one[0]] != stances[other[0]]
