"""The terms on which each person earns credit here, and what was measured for them last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from ltitool.core.completion import Done, Terms
from ltitool.core.policy import Rule
from ltitool.core.traces import kept
from ltitool.storage.queries.teaching import is_learner, of_member
from ltitool.storage.tables import (
    Activity,
    Allowance,
    Membership,
    Override,
    Participant,
    Progress,
)


@dataclass(frozen=True)
class Account:
    """One learner as credit sees them; the measured parts are None before anything was."""

    person_id: int
    terms: Terms
    is_gone: bool
    """Whether a course list was read and they are no longer on it."""
    counts: dict[str, Any] | None = None
    met: dict[str, Any] | None = None
    score_hundredths: int = 0
    due_at: datetime | None = None

    @property
    def is_measured(self) -> bool:
        """Whether anything was ever measured for them."""
        return self.counts is not None

    @property
    def done(self) -> dict[Rule, Done]:
        """What was measured last."""
        return kept(self.counts or {}, self.met or {})


def accounts_in(
    session: Session, activity: Activity, person_id: int | None = None
) -> dict[int, Account]:
    """Return everybody who learns here by person, or one of them; previews are left out."""
    standing = and_(of_member(Override, activity.id), Override.undone_at.is_(None))
    question = (
        select(
            Membership.person_id,
            Membership.is_on_roster,
            Participant.entered_at,
            Allowance.extended_to,
            Allowance.excused,
            Override.score_hundredths,
            Progress.floor_hundredths,
            Progress.counts,
            Progress.met,
            Progress.score_hundredths,
            Progress.due_at,
        )
        .outerjoin(Participant, of_member(Participant, activity.id))
        .outerjoin(Allowance, of_member(Allowance, activity.id))
        .outerjoin(Override, standing)
        .outerjoin(Progress, of_member(Progress, activity.id))
        .where(Membership.context_id == activity.context_id, is_learner())
        .order_by(Membership.person_id)
    )
    if person_id is not None:
        question = question.where(Membership.person_id == person_id)
    has_roster = activity.context.members_read_at is not None
    found = {}
    for row in session.execute(question):
        terms = Terms(
            entered_at=row[2],
            extended_to=row[3],
            excused=frozenset(Rule(rule) for rule in row[4] or ()),
            floor_hundredths=row[6] or 0,
            override_hundredths=row[5],
        )
        found[row[0]] = Account(
            row[0], terms, has_roster and not row[1], row[7], row[8], row[9] or 0, row[10]
        )
    return found


def standing_override(session: Session, activity_id: int, person_id: int) -> Override | None:
    """Return the score an instructor has set for this person, until it is undone."""
    return session.scalar(
        select(Override).where(
            Override.activity_id == activity_id,
            Override.person_id == person_id,
            Override.undone_at.is_(None),
        )
    )


def overrides_of(session: Session, activity_id: int, person_id: int) -> list[Override]:
    """Return every score that was ever set for this person here, the newest first."""
    rows = session.scalars(
        select(Override)
        .where(Override.activity_id == activity_id, Override.person_id == person_id)
        .order_by(Override.id.desc())
    )
    return list(rows)


def number_measured(session: Session, activity_id: int) -> int:
    """Return for how many people anything was measured here."""
    return (
        session.scalar(
            select(func.count()).select_from(Progress).where(Progress.activity_id == activity_id)
        )
        or 0
    )
