"""The outbox: which scores are due, and claiming them.

Claiming, and recording what became of them (`receipts`), happen in transactions of their caller;
sending happens between them, in none. A row is held by a lease while it is sent: when its worker
dies, the lease runs out.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from ltitool.actions.errands import errands_of
from ltitool.actions.sending import Errand
from ltitool.core.delivery import LONGEST_DELAY, MAX_DRIFT, Delivery
from ltitool.core.grades import Finding
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    OutgoingScore,
    Participant,
    Person,
    PlatformPause,
    Registration,
    StandingGrade,
)

LEASE = timedelta(seconds=120)
"""Longer than a score can take: two token requests, a reading and two sendings, 10 seconds each."""

START_WITHIN = timedelta(seconds=30)
"""What is begun later than this could outlast its lease."""

IN_FLIGHT = 200
"""So many scores are on the way to one platform at most, over all workers."""


def claim(session: Session, *, now: datetime, limit: int) -> list[Errand]:
    """Take what is due under a lease: only the newest for a person and gradebook column.

    Every platform that can be sent to gets its share; one that has paused gets one to be tried by.
    """
    _supersede(session, now)
    _hold(session, now)
    due = _platforms(session, now)
    share = max(1, limit // len(due)) if due else 0
    taken: list[int] = []
    for registration_id, room, has_paused in due:
        number = min(room, share if len(due) > 1 else limit, limit - len(taken))
        if number > 0:
            last = [_fails_there()] if has_paused else []
            taken += _take(session, registration_id, last, now=now, limit=number)
    return errands_of(session, taken, start_until=now + START_WITHIN) if taken else []


def claim_due(database: Database, *, now: datetime, limit: int) -> list[Errand]:
    """Take what is due in a transaction of its own, which nothing opens where nothing is due."""
    with database.session(is_read_only=True) as session:
        if not is_waiting(session, now=now):  # most pokes come after the work is done
            return []
    with database.transaction() as session:
        return claim(session, now=now, limit=limit)


def is_waiting(session: Session, *, now: datetime) -> bool:
    """Whether some score is due now."""
    waiting = exists().where(OutgoingScore.delivery == Delivery.WAITING, _is_due(now))
    return bool(session.scalar(select(waiting)))


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """Return when the next score is due that can be sent then; None where none waits."""
    rows = session.execute(
        select(func.min(OutgoingScore.next_try_at), func.coalesce(PlatformPause.until_at, now))
        .join(Person, Person.id == OutgoingScore.person_id)
        .join(Registration, Registration.id == Person.registration_id)
        .outerjoin(PlatformPause, PlatformPause.registration_id == Person.registration_id)
        .where(
            OutgoingScore.delivery == Delivery.WAITING,
            Registration.is_enabled.is_(True),
            _is_free(now),
        )
        .group_by(Person.registration_id, PlatformPause.until_at)
    )
    return min((max(due, until) for due, until in rows), default=None)


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A wait longer than any that is ever set means that the clock has stepped back since.
    stepped_back = (
        (OutgoingScore.tries > 0)
        & (OutgoingScore.next_try_at > now + 2 * LONGEST_DELAY)
        & (OutgoingScore.scored_at <= now + MAX_DRIFT)
    )
    return or_(OutgoingScore.next_try_at <= now, stepped_back)


def _is_free(now: datetime) -> ColumnElement[bool]:
    # Said of the row itself too: PostgreSQL looks at this again once it has the row's lock.
    return or_(
        OutgoingScore.lease_until_at.is_(None),
        OutgoingScore.lease_until_at <= now,
        OutgoingScore.lease_until_at > now + 2 * LEASE,
    )


def _platforms(session: Session, now: datetime) -> list[tuple[int, int, bool]]:
    """Return the platforms with something due, the longest waiting first.

    For each how many there is room for, and whether it has paused.
    """
    rows = session.execute(
        select(Person.registration_id, PlatformPause.until_at.is_not(None))
        .select_from(OutgoingScore)
        .join(Person, Person.id == OutgoingScore.person_id)
        .join(Registration, Registration.id == Person.registration_id)
        .outerjoin(PlatformPause, PlatformPause.registration_id == Person.registration_id)
        .where(
            OutgoingScore.delivery == Delivery.WAITING,
            _is_due(now),
            _is_free(now),
            Registration.is_enabled.is_(True),
            or_(PlatformPause.until_at.is_(None), PlatformPause.until_at <= now),
        )
        .group_by(Person.registration_id, PlatformPause.until_at)
        .order_by(func.min(OutgoingScore.next_try_at), Person.registration_id)
    ).all()
    leased = session.execute(
        select(Person.registration_id, func.count())
        .select_from(OutgoingScore)
        .join(Person, Person.id == OutgoingScore.person_id)
        .where(~_is_free(now))
        .group_by(Person.registration_id)
    )
    on_their_way: dict[int, int] = dict(leased.all())
    return [
        (
            registration_id,
            (1 if has_paused else IN_FLIGHT) - on_their_way.get(registration_id, 0),
            has_paused,
        )
        for registration_id, has_paused in rows
    ]


def _take(
    session: Session,
    registration_id: int,
    comes_last: list[ColumnElement[bool]],
    *,
    now: datetime,
    limit: int,
) -> list[int]:
    in_flight = aliased(OutgoingScore)
    held = exists().where(
        in_flight.person_id == OutgoingScore.person_id,
        in_flight.line_item_url == OutgoingScore.line_item_url,
        in_flight.lease_until_at > now,
        in_flight.lease_until_at <= now + 2 * LEASE,
    )
    due = (
        select(OutgoingScore.id)
        .join(Person, Person.id == OutgoingScore.person_id)
        .where(
            Person.registration_id == registration_id,
            OutgoingScore.delivery == Delivery.WAITING,
            _is_due(now),
            _is_free(now),
            ~held,
            ~has_newer(),
        )
        .order_by(*comes_last, OutgoingScore.next_try_at, OutgoingScore.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutgoingScore)
        .cte("due")
    )
    return list(
        session.scalars(
            update(OutgoingScore)
            .where(OutgoingScore.id.in_(select(due.c.id)))
            .values(lease_until_at=now + LEASE)
            .returning(OutgoingScore.id)
            .execution_options(synchronize_session=False)
        )
    )


def _fails_there() -> ColumnElement[bool]:
    """Return the condition that something fails in the same column.

    What a paused platform is tried by comes from another column if it can: a single locked column
    keeps no other waiting then.
    """
    other = aliased(OutgoingScore)
    return exists().where(
        other.line_item_url == OutgoingScore.line_item_url,
        other.delivery == Delivery.WAITING,
        other.tries > 0,
    )


def has_newer() -> ColumnElement[bool]:
    """Return the condition that a newer score is written for the same person and column."""
    newer = aliased(OutgoingScore)
    return exists().where(
        newer.person_id == OutgoingScore.person_id,
        newer.line_item_url == OutgoingScore.line_item_url,
        newer.scored_at > OutgoingScore.scored_at,
    )


def _supersede(session: Session, now: datetime) -> None:
    """Close what waits behind a newer score, as two answers at once can leave it."""
    session.execute(
        update(OutgoingScore)
        .where(OutgoingScore.delivery == Delivery.WAITING, _is_free(now), has_newer())
        .values(delivery=Delivery.SUPERSEDED)
        .execution_options(synchronize_session=False)
    )


def _hold(session: Session, now: datetime) -> None:
    """Hold back what would overwrite a teacher's grade, or is for somebody who teaches now."""
    changed = exists().where(
        StandingGrade.person_id == OutgoingScore.person_id,
        StandingGrade.line_item_url == OutgoingScore.line_item_url,
        StandingGrade.finding == Finding.CHANGED,
    )
    teaches = exists().where(
        Participant.person_id == OutgoingScore.person_id,
        Participant.activity_id == OutgoingScore.activity_id,
        Participant.is_preview.is_(True),
    )
    session.execute(
        update(OutgoingScore)
        .where(OutgoingScore.delivery == Delivery.WAITING, _is_free(now), or_(changed, teaches))
        .values(delivery=Delivery.HELD)
        .execution_options(synchronize_session=False)
    )
