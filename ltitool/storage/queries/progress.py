"""What people have done, and what became of their scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ltitool.core.completion import Milestone, Rule
from ltitool.core.delivery import Delivery
from ltitool.core.talk import PostState
from ltitool.storage.tables import (
    MilestoneRow,
    OutgoingScore,
    Post,
    Progress,
    Receipt,
    Reflection,
    Thread,
)

_MILESTONES = (  # built once: every learner's page asks it
    select(MilestoneRow.rule, MilestoneRow.need, MilestoneRow.weight)
    .where(MilestoneRow.activity_id == bindparam("activity_id"))
    .order_by(MilestoneRow.id)
)


def milestones_of(session: Session, activity_id: int) -> list[Milestone]:
    """Return what the activity asks, in the order of the script."""
    rows = session.execute(_MILESTONES, {"activity_id": activity_id})
    return [Milestone(*row) for row in rows]


def talk_counts(session: Session, activity_id: int, person_id: int) -> dict[Rule, int]:
    """Return how many posts and replies of this person count; a withdrawn one does not.

    A post that staff have hidden still counts: it was written.
    """
    parent = select(Post.id, Post.person_id).subquery()
    row = session.execute(
        select(
            func.count().filter(Post.parent_id.is_(None)),
            func.count().filter(
                Post.parent_id.is_not(None), parent.c.person_id.is_distinct_from(person_id)
            ),
        )
        .select_from(Post)
        .join(Thread, Post.thread_id == Thread.id)
        .outerjoin(parent, Post.parent_id == parent.c.id)
        .where(
            Thread.activity_id == activity_id,
            Post.person_id == person_id,
            Post.counts.is_(True),
            Post.state != PostState.WITHDRAWN,
        )
    ).one()
    return {Rule.POSTS: row[0], Rule.REPLIES: row[1]}


def reflections_written(
    session: Session, activity_id: int, person_id: int, asked: Sequence[str]
) -> int:
    """Return how many of the asked closing questions this person has answered."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Reflection)
            .where(
                Reflection.activity_id == activity_id,
                Reflection.person_id == person_id,
                Reflection.reflect_id.in_(asked),
            )
        )
        or 0
    )


def progress_of(session: Session, activity_id: int, person_id: int) -> Progress | None:
    """Return what was measured last for this person."""
    return session.get(Progress, (activity_id, person_id))


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
