"""The terms on which each person earns credit here, and what was measured for them last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, and_, bindparam, func, select
from sqlalchemy.orm import Session

from ltitool.core.completion import Done, Terms
from ltitool.core.policy import Rule
from ltitool.core.traces import remembered
from ltitool.storage.queries.teaching import is_learner, of_member
from ltitool.storage.tables import (
    Activity,
    Allowance,
    Context,
    Membership,
    OtherStory,
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
    other_version_id: int | None = None
    """The story they live through, where it is not that of their class."""

    @property
    def is_measured(self) -> bool:
        """Whether anything was ever measured for them."""
        return self.counts is not None

    @property
    def done(self) -> dict[Rule, Done]:
        """What was measured last."""
        return remembered(self.counts or {}, self.met)


_ACTIVITY = bindparam("activity_id", type_=Integer())
_EVERYBODY = (  # built once: every learner's page asks it
    select(
        Membership.person_id,
        Participant.entered_at,
        Participant.asks_fewer_words,
        Allowance.extended_to,
        Allowance.excused,
        Override.score_hundredths,
        Progress.floor_hundredths,
        Progress.counts,
        Progress.met,
        Progress.score_hundredths,
        Progress.due_at,
        and_(Context.members_read_at.is_not(None), Membership.is_on_roster.is_(False)),
        OtherStory.version_id,
        OtherStory.asks,
    )
    .join(Context, Context.id == Membership.context_id)
    .outerjoin(Participant, of_member(Participant, _ACTIVITY))
    .outerjoin(OtherStory, OtherStory.participant_id == Participant.id)
    .outerjoin(Allowance, of_member(Allowance, _ACTIVITY))
    .outerjoin(Override, and_(of_member(Override, _ACTIVITY), Override.undone_at.is_(None)))
    .outerjoin(Progress, of_member(Progress, _ACTIVITY))
    .where(Membership.context_id == bindparam("context_id"), is_learner())
    .order_by(Membership.person_id)
)
_ONE = _EVERYBODY.where(Membership.person_id == bindparam("person_id"))


def accounts_in(
    session: Session, activity: Activity, person_id: int | None = None
) -> dict[int, Account]:
    """Return everybody who learns here by person, or one of them; previews are left out."""
    question = _EVERYBODY if person_id is None else _ONE
    where = {"activity_id": activity.id, "context_id": activity.context_id, "person_id": person_id}
    return {row[0]: _account(row) for row in session.execute(question, where)}


def _account(row: Row[Any]) -> Account:
    values = list(row)
    person_id, entered_at, asks_fewer, extended_to, excused, override, floor = values[:7]
    counts, met, score, due_at, is_gone, other_version_id, asks = values[7:]
    terms = Terms(
        entered_at=entered_at,
        extended_to=extended_to,
        excused=frozenset(Rule(rule) for rule in excused or ()),
        asks_fewer_words=bool(asks_fewer),
        floor_hundredths=floor or 0,
        override_hundredths=override,
        asks={Rule(rule): need for rule, need in (asks or {}).items()},
    )
    return Account(
        person_id, terms, bool(is_gone), counts, met, score or 0, due_at, other_version_id
    )


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
