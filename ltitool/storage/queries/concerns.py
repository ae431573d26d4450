"""What staff have been told of posts and of people; for staff pages only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from ltitool.core.audience import Naming, shown_as
from ltitool.storage.tables import Concern, Participant, Person, Post, TalkGroup, Thread

CLOSED_SHOWN = 20


@dataclass(frozen=True)
class ConcernRow:
    """One row of the queue: learners as they were told they are shown, staff by their names."""

    concern: Concern
    told_by: str
    post: Post | None
    group: TalkGroup | None
    taken_by: str
    closed_by: str


def submitted(session: Session, person_id: int, submission_id: str) -> Concern | None:
    """Return what this form has already told, if it was sent twice."""
    return session.scalar(
        select(Concern).where(
            Concern.person_id == person_id, Concern.submission_id == submission_id
        )
    )


def number_since(session: Session, person_id: int, since: datetime) -> int:
    """Return how often a person has told something since then, in all their activities."""
    number = session.scalar(
        select(func.count()).where(Concern.person_id == person_id, Concern.told_at > since)
    )
    return number or 0


def take(session: Session, concern: Concern, actor_id: int, now: datetime) -> bool:
    """Give a row that nobody has to one person; return whether it was still to be had."""
    taken = session.execute(
        update(Concern)
        .where(Concern.id == concern.id, Concern.taken_by_id.is_(None))
        .values(taken_by_id=actor_id, taken_at=now)
        .returning(Concern.id)
    )
    return taken.first() is not None


def open_number(session: Session, activity_id: int) -> int:
    """Return how many rows nobody has seen to."""
    number = session.scalar(
        select(func.count()).where(Concern.activity_id == activity_id, Concern.closed_at.is_(None))
    )
    return number or 0


def open_in(session: Session, activity_id: int) -> list[ConcernRow]:
    """Return what nobody has seen to, the oldest first."""
    return _rows(session, activity_id, is_open=True)


def closed_in(session: Session, activity_id: int) -> list[ConcernRow]:
    """Return the last rows that somebody has seen to, the newest first."""
    return _rows(session, activity_id, is_open=False)


def _rows(session: Session, activity_id: int, *, is_open: bool) -> list[ConcernRow]:
    taker, closer, teller, other = (*(aliased(Person) for _one in range(3)), aliased(Concern))
    # Who has told anything under an alias is shown by it throughout: never both on one page.
    is_named = ~exists().where(
        other.activity_id == Concern.activity_id,
        other.person_id == Concern.person_id,
        other.naming != Naming.NAMED,
    )
    own = (Participant.alias, teller.name, is_named)
    statement = (
        select(Concern, *own, Post, TalkGroup, taker.name, closer.name)
        .join(
            Participant,
            (Participant.activity_id == Concern.activity_id)
            & (Participant.person_id == Concern.person_id),
        )
        .join(teller, teller.id == Concern.person_id)
        .outerjoin(Post, Post.id == Concern.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .outerjoin(TalkGroup, TalkGroup.id == Thread.group_id)
        .outerjoin(taker, taker.id == Concern.taken_by_id)
        .outerjoin(closer, closer.id == Concern.closed_by_id)
        .where(Concern.activity_id == activity_id)
    )
    if is_open:
        statement = statement.where(Concern.closed_at.is_(None)).order_by(Concern.id)
    else:
        statement = (
            statement.where(Concern.closed_at.is_not(None))
            .order_by(Concern.closed_at.desc(), Concern.id.desc())
            .limit(CLOSED_SHOWN)
        )
    return [
        ConcernRow(
            concern,
            shown_as(Naming.NAMED if is_named else Naming.ALIAS, name, alias),
            post,
            group,
            taken_by or "",
            closed_by or "",
        )
        for concern, alias, name, is_named, post, group, taken_by, closed_by in session.execute(
            statement
        )
    ]
