"""Attendance and marks of many people at once, and taking the last change back.

What stood before is in the audit log, so undoing needs nothing of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from ltitool.actions import audit, progress
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.policy import FULL_MARK, GIVEN_BY_STAFF, Rule
from ltitool.core.scenario import Scenario
from ltitool.storage.queries.accounts import accounts_in
from ltitool.storage.queries.marks import newest_note
from ltitool.storage.tables import Activity, StaffMark

NOTED, UNDONE = "marks noted", "marks undone"
AT_ONCE = 200

Noted = Mapping[tuple[int, Rule], int | None]
"""What is noted, by person and rule; None where nothing is. A mark of 0 is a mark."""


@dataclass(frozen=True)
class Sheet:
    """The class list that somebody fills in: where, by whom, when."""

    session: Session
    activity: Activity
    scenario: Scenario
    actor_id: int
    now: datetime


def note(sheet: Sheet, wanted: Noted) -> int:
    """Note attendance and marks, each a number or None to take it back; return how many changed.

    Raises NotFound for somebody who does not learn here.
    """
    return _write(sheet, wanted, NOTED)


def can_undo(session: Session, activity: Activity, actor_id: int) -> bool:
    """Whether this person's last change is still there to be taken back."""
    return _last(session, activity, actor_id) is not None


def undo(sheet: Sheet) -> int:
    """Take back the last change of this person; return how many were.

    What somebody has changed since stays. Raises InputRefused where there is nothing to undo.
    """
    last = _last(sheet.session, sheet.activity, sheet.actor_id)
    if last is None:
        raise InputRefused("There is nothing to undo: your last change was taken back already.")
    stands = _standing(sheet, [person_id for person_id, *_rest in last])
    return _write(
        sheet,
        {
            (person_id, Rule(rule)): before
            for person_id, rule, before, after in last
            if stands.get((person_id, Rule(rule))) == after
        },
        UNDONE,
    )


def _last(
    session: Session, activity: Activity, actor_id: int
) -> list[tuple[int, str, int | None, int | None]] | None:
    entry = newest_note(session, activity.id, actor_id, (NOTED, UNDONE))
    if entry is None or entry.action == UNDONE:
        return None
    return [(one[0], one[1], one[2], one[3]) for one in entry.details["changes"]]


def _write(sheet: Sheet, wanted: Noted, action: str) -> int:
    _check(wanted)
    stands = _standing(sheet, [person_id for person_id, _rule in wanted])
    changed = {key: amount for key, amount in wanted.items() if stands.get(key) != amount}
    people = {person_id for person_id, _rule in changed}
    if people - accounts_in(sheet.session, sheet.activity).keys():
        raise NotFound("There is no such person in this activity.")
    if not changed and action == NOTED:
        return 0
    _replace(sheet, changed)
    changes = [
        (person_id, rule.value, stands.get((person_id, rule)), amount)
        for (person_id, rule), amount in changed.items()
    ]
    audit.note(
        sheet.session,
        action,
        activity=sheet.activity,
        actor_id=sheet.actor_id,
        details={"changes": changes},
        now=sheet.now,
    )
    measured = progress.measured_in(sheet.session, sheet.activity, sheet.scenario, also=people)
    own = [one for one in measured if one.account.person_id in people]
    progress.keep(sheet.session, sheet.activity, own, now=sheet.now)
    return len(changed)


def _check(wanted: Noted) -> None:
    for (_person_id, rule), amount in wanted.items():
        most = FULL_MARK if rule is Rule.INSTRUCTOR_MARK else 1
        if rule not in GIVEN_BY_STAFF or not (amount is None or 0 <= amount <= most):
            raise InputRefused(f"What is noted here is a number from 0 to {most}.")


def _standing(sheet: Sheet, person_ids: list[int]) -> dict[tuple[int, Rule], int]:
    rows = sheet.session.execute(
        select(StaffMark.person_id, StaffMark.rule, StaffMark.amount).where(
            StaffMark.activity_id == sheet.activity.id, StaffMark.person_id.in_(person_ids)
        )
    )
    return {(person_id, rule): amount for person_id, rule, amount in rows}


def _replace(sheet: Sheet, changed: Noted) -> None:
    keys = list(changed)
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        own = [and_(StaffMark.person_id == person, StaffMark.rule == rule) for person, rule in some]
        sheet.session.execute(
            delete(StaffMark)
            .where(StaffMark.activity_id == sheet.activity.id, or_(*own))
            .execution_options(synchronize_session="fetch")
        )
    new = [
        {
            "activity_id": sheet.activity.id,
            "person_id": person_id,
            "rule": rule,
            "amount": amount,
            "given_at": sheet.now,
            "given_by_id": sheet.actor_id,
        }
        for (person_id, rule), amount in changed.items()
        if amount is not None
    ]
    if new:
        sheet.session.execute(insert(StaffMark), new)
