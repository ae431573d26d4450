"""What became of every score of an activity, as the page of grades lists it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.delivery import FAILING_AFTER, Delivery
from ltitool.core.grades import Finding, Trouble, trouble_of
from ltitool.storage.queries.progress import newest_ids
from ltitool.storage.tables import (
    Activity,
    ColumnReading,
    Context,
    Deployment,
    OutgoingScore,
    Participant,
    Person,
    PlatformPause,
    Receipt,
    StandingGrade,
)


@dataclass(frozen=True)
class GradeRow:
    """One learner's newest score, what the platform said last, and what else stands there."""

    person_id: int
    name: str
    delivery: Delivery | None
    score_hundredths: int
    tries: int
    next_try_at: datetime | None
    scored_at: datetime | None
    status: int | None
    words: str
    received_at: datetime | None
    finding: Finding
    standing: float | None
    maximum: float | None
    kept_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether it is on its way."""
        return self.delivery is Delivery.WAITING

    @property
    def is_failing(self) -> bool:
        """Whether the platform has refused it, or goes on not taking it."""
        keeps_failing = self.is_waiting and self.tries >= FAILING_AFTER
        return self.delivery is Delivery.REFUSED or keeps_failing

    @property
    def is_different(self) -> bool:
        """Whether something else stands in the LMS."""
        return self.finding is not Finding.AGREES

    @property
    def is_undecided(self) -> bool:
        """Whether something else stands in the LMS, and nobody has said what is to stay."""
        return self.is_different and self.kept_at is None

    @property
    def trouble(self) -> Trouble | None:
        """What the last refusal is about."""
        has_met_one = self.words and self.delivery in {Delivery.REFUSED, Delivery.WAITING}
        return trouble_of(self.status, self.words) if has_met_one else None


def grades_of(session: Session, activity: Activity) -> list[GradeRow]:
    """Return every learner who has opened the activity, in one question."""
    newest, last = newest_ids(activity), _last_receipts()
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            OutgoingScore.delivery,
            func.coalesce(OutgoingScore.score_hundredths, 0),
            func.coalesce(OutgoingScore.tries, 0),
            OutgoingScore.next_try_at,
            OutgoingScore.scored_at,
            Receipt.status,
            func.coalesce(Receipt.words, ""),
            Receipt.received_at,
            func.coalesce(StandingGrade.finding, Finding.AGREES),
            StandingGrade.score,
            StandingGrade.maximum,
            StandingGrade.kept_at,
        )
        .select_from(Participant)
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(newest, newest.c.person_id == Person.id)
        .outerjoin(OutgoingScore, OutgoingScore.id == newest.c.score_id)
        .outerjoin(last, last.c.score_id == OutgoingScore.id)
        .outerjoin(Receipt, Receipt.id == last.c.receipt_id)
        .outerjoin(StandingGrade, _stands_for(activity))
        .where(Participant.activity_id == activity.id, Participant.is_preview.is_(False))
        .order_by(Person.id)
    )
    return [GradeRow(*values) for values in map(tuple, rows)]


@dataclass(frozen=True)
class Alerts:
    """How many grades want an instructor."""

    failing: int
    undecided: int


def alerts(session: Session, activity: Activity) -> Alerts:
    """Return how many scores fail, and how many other grades nobody has decided about."""
    newest = newest_ids(activity)
    is_failing = (OutgoingScore.delivery == Delivery.REFUSED) | (
        (OutgoingScore.delivery == Delivery.WAITING) & (OutgoingScore.tries >= FAILING_AFTER)
    )
    failing, undecided = session.execute(
        select(
            func.count().filter(is_failing),
            func.count().filter(StandingGrade.id.is_not(None), StandingGrade.kept_at.is_(None)),
        )
        .select_from(Participant)
        .outerjoin(newest, newest.c.person_id == Participant.person_id)
        .outerjoin(OutgoingScore, OutgoingScore.id == newest.c.score_id)
        .outerjoin(
            StandingGrade,
            and_(
                StandingGrade.person_id == Participant.person_id,
                StandingGrade.line_item_url == activity.line_item_url,
            ),
        )
        .where(Participant.activity_id == activity.id, Participant.is_preview.is_(False))
    ).one()
    return Alerts(failing, undecided)


def pause_of(session: Session, activity: Activity) -> PlatformPause | None:
    """Return the pause of this activity's platform, if it does not answer."""
    return session.scalar(
        select(PlatformPause)
        .join(Deployment, Deployment.registration_id == PlatformPause.registration_id)
        .join(Context, Context.deployment_id == Deployment.id)
        .where(Context.id == activity.context_id)
    )


def reading_of(session: Session, activity: Activity) -> ColumnReading | None:
    """Return when the grades were last read back."""
    return session.get(ColumnReading, activity.id)


def shares_its_column(session: Session, activity: Activity) -> bool:
    """Whether another activity of this course sends to the same gradebook column."""
    other = aliased(Activity)
    shared = exists().where(
        other.context_id == activity.context_id,
        other.id != activity.id,
        other.line_item_url == activity.line_item_url,
    )
    return bool(session.scalar(select(shared)))


def _stands_for(activity: Activity) -> ColumnElement[bool]:
    return and_(
        StandingGrade.person_id == Person.id, StandingGrade.line_item_url == activity.line_item_url
    )


def _last_receipts() -> FromClause:
    return (
        select(
            Receipt.outgoing_score_id.label("score_id"), func.max(Receipt.id).label("receipt_id")
        )
        .group_by(Receipt.outgoing_score_id)
        .subquery()
    )
