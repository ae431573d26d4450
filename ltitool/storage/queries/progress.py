"""What people have done, and what became of their scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import FromClause, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from ltitool.core.delivery import Delivery
from ltitool.core.policy import Policy, Rules
from ltitool.storage.tables import (
    Activity,
    Allowance,
    CreditRules,
    OutgoingScore,
    Progress,
    Receipt,
)

_RULES = (  # built once: every learner's page asks it
    select(CreditRules)
    .where(CreditRules.activity_id == bindparam("activity_id"))
    .order_by(CreditRules.number.desc())
    .limit(1)
)
NO_RULES = Rules(Policy(()), number=0)
"""What an activity without a story asks."""


def newest_rules(session: Session, activity_id: int) -> CreditRules | None:
    """Return the rules of today as they are kept."""
    return session.scalar(_RULES, {"activity_id": activity_id})


def rules_of(session: Session, activity_id: int) -> Rules:
    """Return what the activity asks today."""
    row = newest_rules(session, activity_id)
    return NO_RULES if row is None else rules_from(row)


def rules_from(row: CreditRules) -> Rules:
    """Return the rules that a row keeps."""
    return Rules(Policy.from_data(row.policy), row.number, row.due_at, row.time_zone)


def every_version(session: Session, activity_id: int) -> Sequence[CreditRules]:
    """Return all rules that have ever stood here, the newest first."""
    return session.scalars(
        select(CreditRules)
        .where(CreditRules.activity_id == activity_id)
        .order_by(CreditRules.number.desc())
    ).all()


def progress_of(session: Session, activity_id: int, person_id: int) -> Progress | None:
    """Return what was measured last for this person."""
    # What is measured is written past the objects that a session holds.
    return session.get(Progress, (activity_id, person_id), populate_existing=True)


def newest_score(
    session: Session, activity_id: int, person_id: int, line_item_url: str
) -> OutgoingScore | None:
    """Return the newest score written for this person and gradebook column."""
    return session.scalar(
        select(OutgoingScore)
        .where(
            OutgoingScore.activity_id == activity_id,
            OutgoingScore.person_id == person_id,
            OutgoingScore.line_item_url == line_item_url,
        )
        .order_by(OutgoingScore.scored_at.desc())
        .limit(1)
    )


def newest_ids(activity: Activity) -> FromClause:
    """Return a subquery: `score_id` of the newest score for today's gradebook column, by person."""
    return (
        select(OutgoingScore.person_id, func.max(OutgoingScore.id).label("score_id"))
        .where(
            OutgoingScore.activity_id == activity.id,
            OutgoingScore.line_item_url == activity.line_item_url,
        )
        .group_by(OutgoingScore.person_id)
        .subquery()
    )


def newest_scores(
    session: Session, activity_id: int, line_item_url: str, person_id: int | None = None
) -> dict[int, OutgoingScore]:
    """Return the newest score for this gradebook column of everybody here, or of one person."""
    column = [
        OutgoingScore.activity_id == activity_id,
        OutgoingScore.line_item_url == line_item_url,
    ]
    if person_id is not None:
        column.append(OutgoingScore.person_id == person_id)
    last = (
        select(OutgoingScore.person_id, func.max(OutgoingScore.scored_at).label("scored_at"))
        .where(*column)
        .group_by(OutgoingScore.person_id)
        .subquery()
    )
    rows = session.scalars(
        select(OutgoingScore)
        .join(
            last,
            and_(
                last.c.person_id == OutgoingScore.person_id,
                last.c.scored_at == OutgoingScore.scored_at,
            ),
        )
        .where(*column)
    )
    return {row.person_id: row for row in rows}


@dataclass(frozen=True)
class SentScore:
    """One score and the last thing the platform said about it."""

    score: OutgoingScore
    words: str
    received_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether it is still on its way."""
        return self.score.delivery is Delivery.WAITING


def scores_of(session: Session, activity_id: int, person_id: int) -> list[SentScore]:
    """Return every score written for this person here, newest first, with the platform's answer."""
    last = (
        select(Receipt.outgoing_score_id, func.max(Receipt.id).label("receipt_id"))
        .group_by(Receipt.outgoing_score_id)
        .subquery()
    )
    rows = session.execute(
        select(OutgoingScore, Receipt.words, Receipt.received_at)
        .outerjoin(last, last.c.outgoing_score_id == OutgoingScore.id)
        .outerjoin(Receipt, Receipt.id == last.c.receipt_id)
        .where(OutgoingScore.activity_id == activity_id, OutgoingScore.person_id == person_id)
        .order_by(OutgoingScore.scored_at.desc())
    )
    return [SentScore(score, words or "", received_at) for score, words, received_at in rows]


@dataclass(frozen=True)
class Answered:
    """One score and everything the platform said about it, in order."""

    score: OutgoingScore
    receipts: tuple[Receipt, ...]


def record_of_scores(session: Session, activity_id: int, person_id: int) -> list[Answered]:
    """Return every score written for this person here, oldest first, with every answer to it."""
    scores = session.scalars(
        select(OutgoingScore)
        .where(OutgoingScore.activity_id == activity_id, OutgoingScore.person_id == person_id)
        .order_by(OutgoingScore.scored_at, OutgoingScore.id)
    ).all()
    said: dict[int, list[Receipt]] = {score.id: [] for score in scores}
    own = select(Receipt).where(Receipt.outgoing_score_id.in_(said)).order_by(Receipt.id)
    for receipt in session.scalars(own):
        said[receipt.outgoing_score_id].append(receipt)
    return [Answered(score, tuple(said[score.id])) for score in scores]


@dataclass(frozen=True)
class KeptRecord:
    """Whose record is kept, and when what it holds happened last."""

    person_id: int
    happened: tuple[datetime | None, ...]


def kept_records(
    session: Session, activity_id: int, person_id: int | None = None
) -> list[KeptRecord]:
    """Return whose record of credit is kept here, in one question; none with a score on its way."""
    newest = (
        select(OutgoingScore.person_id, func.max(OutgoingScore.written_at).label("written_at"))
        .where(OutgoingScore.activity_id == activity_id)
        .group_by(OutgoingScore.person_id)
        .subquery()
    )
    moving = exists().where(
        OutgoingScore.activity_id == activity_id,
        OutgoingScore.person_id == Progress.person_id,
        OutgoingScore.delivery == Delivery.WAITING,
    )
    question = (
        select(Progress.person_id, Progress.measured_at, newest.c.written_at, Allowance.extended_to)
        .outerjoin(newest, newest.c.person_id == Progress.person_id)
        .outerjoin(
            Allowance,
            and_(
                Allowance.activity_id == Progress.activity_id,
                Allowance.person_id == Progress.person_id,
            ),
        )
        .where(Progress.activity_id == activity_id, ~moving)
    )
    if person_id is not None:
        question = question.where(Progress.person_id == person_id)
    return [KeptRecord(row[0], tuple(row[1:])) for row in map(tuple, session.execute(question))]
