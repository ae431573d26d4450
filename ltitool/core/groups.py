"""Who talks with whom: stances mixed, at best effort no lone dissenter, or as somebody else said.

A single ally sharply lowers conformity (Asch), so two holders of an answer sit together where there
are two. Everything is drawn from the seed that is handed in, so each draw can be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from ltitool.core.mixing import LARGEST, SMALLEST, mixed

USUALLY_FULL = 5
"""A latecomer becomes the sixth only where every group has five."""

BATCH = 8


class GroupSource(StrEnum):
    """How groups come about."""

    BATCHES = "batches"
    """As people lock their answer, answers mixed."""
    RANDOM = "random"
    """As people lock their answer, by chance alone."""
    PLATFORM = "platform"
    """As the LMS says."""
    LISTED = "listed"
    """As a list says that an instructor has pasted."""
    EARLIER = "earlier"
    """As in an earlier activity of the course."""
    CHOSEN = "chosen"
    """As people choose themselves."""

    @property
    def is_assigned(self) -> bool:
        """Whether somebody has said beforehand who belongs with whom."""
        return self in {GroupSource.PLATFORM, GroupSource.LISTED, GroupSource.EARLIER}

    @property
    def is_enough_by_name(self) -> bool:
        """Whether nothing more has to be given: no list, and no other activity."""
        return self not in {GroupSource.LISTED, GroupSource.EARLIER}


@dataclass(frozen=True)
class Grouping:
    """What an instructor sets about groups."""

    source: GroupSource = GroupSource.BATCHES
    wait_hours: int = 24
    """How long anybody waits for a group at most; 0 places people as they come."""
    cap: int = LARGEST
    """How many people a group that people choose themselves may hold."""
    platform_groups: tuple[str, ...] = ()
    """Which groups of the LMS count, by its ids; all of them where none is named."""


def label_of(told: Sequence[str], grouping: Grouping) -> str:
    """Return the group of the LMS that a person belongs to here: the first told that counts."""
    counting = grouping.platform_groups
    return next((one for one in told if not counting or one in counting), "")


@dataclass
class Group:
    """A group being put together: who is in it and which answers they hold."""

    id: int | None
    """None for a group that is new."""
    members: list[int] = field(default_factory=list)
    stances: list[str] = field(default_factory=list)
    label: str = ""
    """What the people of an assigned group have in common; empty for any other."""

    def take(self, person_id: int, stance: str) -> None:
        """Let one more in."""
        self.members.append(person_id)
        self.stances.append(stance)


@dataclass(frozen=True)
class Waiting:
    """Somebody who has locked their answer and has no group yet."""

    person_id: int
    since: datetime
    stance: str
    label: str = ""
    """The group they were assigned to; empty where nobody has said."""


def is_due(waiting_since: Sequence[datetime], wait: timedelta, now: datetime) -> bool:
    """Whether those who wait are grouped now: they are enough, or the first waited long enough."""
    return bool(waiting_since) and (len(waiting_since) >= BATCH or min(waiting_since) + wait <= now)


def form(
    waiting: Sequence[Waiting],
    existing: Sequence[Group],
    grouping: Grouping,
    expected: Mapping[str, int],
    *,
    now: datetime,
    chance: Random,
) -> list[Group]:
    """Return the groups that change now, by the source that was chosen.

    `expected` says how many people each label has in all, come or not.
    """
    wait = timedelta(hours=grouping.wait_hours)
    assigned = [one for one in waiting if one.label]
    free = [one for one in waiting if not one.label]
    changed = place_assigned(assigned, existing, expected, chance)
    if grouping.source is GroupSource.CHOSEN:
        due = [one for one in free if one.since + wait <= now]
    else:
        due = free if is_due([one.since for one in free], wait, now) else []
    if not due:
        return changed
    by_chance = grouping.source is GroupSource.RANDOM
    stances = {one.person_id: "" if by_chance else one.stance for one in due}
    unlabelled = [group for group in existing if not group.label]
    return [*changed, *place(stances, unlabelled, chance)]


def place(waiting: Mapping[int, str], existing: Sequence[Group], chance: Random) -> list[Group]:
    """Return the groups that change: new ones of three to six, or existing ones with latecomers.

    `waiting` maps each person to the answer they hold. Fewer than three join the smallest groups
    that have room, and start a group of their own only where there is none.
    """
    people = sorted(waiting)
    chance.shuffle(people)
    if len(people) >= SMALLEST:
        return _new_groups({person: waiting[person] for person in people}, chance)
    changed: list[Group] = []
    for person in people:
        open_groups = [g for g in (*existing, *changed) if len(g.members) < LARGEST]
        group = min(open_groups, key=lambda g: _welcome(g, waiting[person]), default=Group(None))
        group.take(person, waiting[person])
        _note(changed, group)
    return changed


def place_assigned(
    waiting: Sequence[Waiting],
    existing: Sequence[Group],
    expected: Mapping[str, int],
    chance: Random,
) -> list[Group]:
    """Return the groups that change when people come who were assigned to one.

    More than six with one label are divided evenly, a group filling before the next one opens.
    """
    people = sorted(waiting, key=lambda one: one.person_id)
    chance.shuffle(people)
    by_label: dict[str, list[Group]] = {}
    for group in existing:
        by_label.setdefault(group.label, []).append(group)
    changed: list[Group] = []
    for one in people:
        alike = by_label.setdefault(one.label, [])
        parts = max(1, -(-expected.get(one.label, 1) // LARGEST))
        share = -(-expected.get(one.label, 1) // parts)
        group = _part_for(one, alike, parts, max(share, SMALLEST))
        group.take(one.person_id, one.stance)
        _note(alike, group)
        _note(changed, group)
    return changed


def has_place(members: int, cap: int, sizes: Sequence[int]) -> bool:
    """Whether somebody may choose a group of so many; a new one (0) once the others have three.

    `sizes` are those of all groups.
    """
    if members:
        return members < cap
    return all(size >= SMALLEST or size >= cap for size in sizes if size)


def _part_for(one: Waiting, alike: Sequence[Group], parts: int, share: int) -> Group:
    filling = [group for group in alike if len(group.members) < share]
    if not filling and len(alike) >= parts:
        filling = [group for group in alike if len(group.members) < LARGEST]
    return min(filling, key=lambda g: _welcome(g, one.stance), default=Group(None, label=one.label))


def _welcome(group: Group, stance: str) -> tuple[bool, bool, bool, int]:
    """Order groups for a latecomer: too small ones first, then where an ally sits alone."""
    is_small = len(group.members) < SMALLEST
    has_lone_ally = group.stances.count(stance) == 1
    is_full = len(group.members) >= USUALLY_FULL
    return is_full, not is_small, not has_lone_ally, len(group.members)


def _new_groups(stances: Mapping[int, str], chance: Random) -> list[Group]:
    groups = []
    for people in mixed(stances, chance):
        group = Group(None)
        for person in people:
            group.take(person, stances[person])
        groups.append(group)
    return groups


def _note(groups: list[Group], group: Group) -> None:
    if not any(one is group for one in groups):
        groups.append(group)
