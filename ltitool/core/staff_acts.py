"""What the staff of an activity do, by what it is about, and what takes what back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Sort(StrEnum):
    """What an act is about."""

    PEOPLE = "people"
    CREDIT = "credit"
    TALKS = "talks"
    REPORTS = "reports"
    ALIASES = "aliases"
    SETTINGS = "settings"
    STORIES = "stories"


_BY_SORT = {
    Sort.PEOPLE: (
        "attempt reset",
        "person moved",
        "works alone",
        "gets a group",
        "fewer words asked",
        "all words asked",
    ),
    Sort.CREDIT: (
        "date extended",
        "extension undone",
        "milestones excused",
        "score set",
        "set score undone",
        "mark noted",
        "marks noted",
        "marks undone",
        "score sent again",
        "scores sent again",
        "score sent over the LMS's grade",
        "the LMS's grade kept",
        "scores sent by hand",
        "credit rules changed",
        "column asked for",
    ),
    Sort.TALKS: (
        "post hidden",
        "post shown again",
        "post pinned",
        "post unpinned",
        "talk locked",
        "talk unlocked",
        "staff posted",
        "groups merged",
    ),
    Sort.REPORTS: ("concern taken", "concern given back", "concern closed", "concern reopened"),
    Sort.ALIASES: ("author revealed", "teller revealed"),
    Sort.SETTINGS: (
        "activity configured",
        "phase opened",
        "phase closed again",
        "session begun",
        "session ended",
        "group list kept",
        "local note written",
        "text fix rolled out",
        "story migrated",
        "copy kept",
        "continued from earlier activity",
        "role chosen",
    ),
    Sort.STORIES: (
        "story uploaded",
        "story retired",
        "story offered again",
        "story removed",
        "story report seen to",
        "story report opened again",
    ),
}
SORTS: Mapping[str, Sort] = {
    action: sort for sort, actions in _BY_SORT.items() for action in actions
}
"""Every act of staff that the audit log knows, and what it is about."""

BY_ITSELF = frozenset({"phase opened", "session ended"})
"""What the tool does, too, with nobody pressing a button."""

NAMES_NOBODY = frozenset({Sort.TALKS, Sort.REPORTS, Sort.ALIASES})
"""Acts on what stands under an alias: a log that named its author would lift the alias."""

_TAKES_BACK = {
    "gets a group": ("works alone", "person"),
    "all words asked": ("fewer words asked", "person"),
    "extension undone": ("date extended", "person"),
    "set score undone": ("score set", "person"),
    "post shown again": ("post hidden", "post"),
    "post unpinned": ("post pinned", "post"),
    "talk unlocked": ("talk locked", "thread"),
    "concern given back": ("concern taken", "concern"),
    "concern reopened": ("concern closed", "concern"),
    "phase closed again": ("phase opened", "phase"),
    "story offered again": ("story retired", "entry"),
    "story report opened again": ("story report seen to", "report"),
}
"""What takes which act back, and the detail by which the two belong together."""


@dataclass(frozen=True)
class StaffAct:
    """One line of the log; `actor_id` is None for what the tool did by itself."""

    id: int
    action: str
    actor_id: int | None
    happened_at: datetime
    details: Mapping[str, Any]

    @property
    def sort(self) -> Sort:
        """What it is about."""
        return SORTS[self.action]

    @property
    def people(self) -> list[int]:
        """Whom it concerns, as far as the log may say."""
        if self.sort in NAMES_NOBODY:
            return []
        if "person" in self.details:
            return [self.details["person"]]
        changes = self.details.get("changes", [])
        noted = {one[0]: None for one in changes} if self.action.startswith("marks ") else {}
        return [*noted, *_listed(self.details.get("people"))]

    @property
    def why(self) -> str:
        """The reason given, where whoever gave it was told that instructors read it here."""
        return str(self.details.get("why", ""))


def _listed(people: object) -> list[int]:
    """Return people by their ids; some acts note only how many they were."""
    return [int(one) for one in people] if isinstance(people, list) else []


def taken_back(acts: Sequence[StaffAct]) -> set[int]:
    """Return the ids of the acts, of these newest first, that a later one has taken back."""
    after: dict[tuple[str, object], StaffAct] = {}
    undone = set()
    for act in acts:
        place, is_back = _place(act)
        if place is None:
            continue
        later = after.get(place)
        if later is not None and not is_back and _place(later)[1]:
            undone.add(act.id)
        after[place] = act
    return undone


def _place(act: StaffAct) -> tuple[tuple[str, object] | None, bool]:
    """Return what an act changes, if that can be taken back, and whether it takes back."""
    if act.action in {"marks noted", "marks undone"}:
        return ("marks", act.actor_id), act.action == "marks undone"
    if act.action in _TAKES_BACK:
        does, detail = _TAKES_BACK[act.action]
        return (does, act.details.get(detail)), True
    for does, detail in _TAKES_BACK.values():
        if does == act.action:
            return (does, act.details.get(detail)), False
    return None, False
