"""Who talks with whom: batches of those who wait, stances mixed, at best effort no lone dissenter.

A single ally sharply lowers conformity (Asch), so two holders of an answer sit together where there
are two. Everything is drawn from the seed that is handed in, so each draw can be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

SMALLEST = 3
USUAL = 4
FULL_FOR_LATECOMERS = 5
LARGEST = 6
BATCH = 8


@dataclass
class Group:
    """A group being put together: who is in it and which answers they hold."""

    id: int | None
    """None for a group that is new."""
    members: list[int] = field(default_factory=list)
    stances: list[str] = field(default_factory=list)

    def take(self, person_id: int, stance: str) -> None:
        """Let one more in."""
        self.members.append(person_id)
        self.stances.append(stance)


def is_due(waiting_since: Sequence[datetime], wait: timedelta, now: datetime) -> bool:
    """Whether those who wait are grouped now: they are enough, or the first waited long enough."""
    return bool(waiting_since) and (len(waiting_since) >= BATCH or min(waiting_since) + wait <= now)


def place(waiting: Mapping[int, str], existing: Sequence[Group], chance: Random) -> list[Group]:
    """Return the groups that change: new ones of three to six, or existing ones with latecomers.

    `waiting` maps each person to the answer they hold. Fewer than three join the smallest groups
    that have room, and start a group of their own only where there is none.
    """
    people = sorted(waiting)
    chance.shuffle(people)
    if len(people) >= SMALLEST:
        return _new_groups({person: waiting[person] for person in people})
    changed: list[Group] = []
    for person in people:
        open_groups = [g for g in (*existing, *changed) if len(g.members) < FULL_FOR_LATECOMERS]
        group = min(open_groups, key=lambda g: _welcome(g, waiting[person]), default=Group(None))
        group.take(person, waiting[person])
        if group not in changed:
            changed.append(group)
    return changed


def _welcome(group: Group, stance: str) -> tuple[bool, bool, int]:
    """Order groups for a latecomer: too small ones first, then where an ally sits alone."""
    is_small = len(group.members) < SMALLEST
    has_lone_ally = group.stances.count(stance) == 1
    return not is_small, not has_lone_ally, len(group.members)


def _new_groups(waiting: Mapping[int, str]) -> list[Group]:
    count = max(1, round(len(waiting) / USUAL), -(-len(waiting) // LARGEST))
    groups = [Group(None) for _ in range(count)]
    room = [len(waiting) // count + (i < len(waiting) % count) for i in range(count)]
    for allies in _allies(waiting):
        free = [room[i] - len(group.members) for i, group in enumerate(groups)]
        best = max(
            range(count),
            key=lambda i: (
                free[i] >= len(allies),
                waiting[allies[0]] not in groups[i].stances,
                free[i],
            ),
        )
        for person in allies:
            target = best if len(groups[best].members) < room[best] else _roomiest(groups, room)
            groups[target].take(person, waiting[person])
    return groups


def _allies(waiting: Mapping[int, str]) -> list[tuple[int, ...]]:
    """Split the holders of each answer into pairs, the odd one joining the last pair."""
    by_stance: dict[str, list[int]] = {}
    for person, stance in waiting.items():
        by_stance.setdefault(stance, []).append(person)
    units: list[tuple[int, ...]] = []
    for people in by_stance.values():
        pairs = [tuple(people[i : i + 2]) for i in range(0, len(people), 2)]
        if len(pairs) > 1 and len(pairs[-1]) == 1:
            pairs[-2:] = [(*pairs[-2], *pairs[-1])]
        units.extend(pairs)
    return sorted(units, key=len, reverse=True)


def _roomiest(groups: Sequence[Group], room: Sequence[int]) -> int:
    return max(range(len(groups)), key=lambda i: room[i] - len(groups[i].members))
