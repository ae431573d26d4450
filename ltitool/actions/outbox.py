"""The outbox: claiming scores that are due, and keeping what the platform said to them.

Claiming and recording happen in transactions of their caller; sending happens between them, in
none. A row is held by a lease while it is sent: when its worker dies, the lease runs out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from ltitool.actions import pauses, standing
from ltitool.actions.errands import errands_of
from ltitool.actions.sending import Errand, Outcome
from ltitool.core.delivery import (
    LONGEST_DELAY,
    MAX_DRIFT,
    Delivery,
    earliest_sending,
    next_timestamp,
    retry_delay,
)
from ltitool.core.grades import Finding
from ltitool.storage.tables import (
    OutgoingScore,
    Participant,
    Person,
    PlatformPause,
    Receipt,
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
    for registration_id, room in due:
        number = min(room, share if len(due) > 1 else limit, limit - len(taken))
        if number > 0:
            taken += _take(session, registration_id, now=now, limit=number)
    return errands_of(session, taken, start_until=now + START_WITHIN) if taken else []


def record(session: Session, outcomes: Iterable[Outcome], *, now: datetime, chance: Random) -> None:
    """Keep what the platform said to a batch, and when the failed ones are tried again."""
    by_row = {outcome.row_id: outcome for outcome in outcomes}
    found = session.execute(
        select(OutgoingScore, Person.registration_id)
        .join(Person, Person.id == OutgoingScore.person_id)
        .where(OutgoingScore.id.in_(by_row))
        .order_by(Person.registration_id, OutgoingScore.id)
        .with_for_update(of=OutgoingScore)
    ).all()
    for row, _registration_id in found:
        _record(session, row, by_row[row.id], now=now, chance=chance)
    session.flush()  # what a pause ends or begins concerns these rows, too
    for registration_id, rows in groupby(found, lambda one: one[1]):
        met = [by_row[row.id] for row, _registration_id in rows]
        pauses.note(session, registration_id, met, now=now, chance=chance)


def _record(
    session: Session, row: OutgoingScore, outcome: Outcome, *, now: datetime, chance: Random
) -> None:
    row.lease_until_at = None
    if outcome.is_untried:
        return
    row.tries += 1
    session.add(
        Receipt(
            outgoing_score_id=row.id, status=outcome.status, words=outcome.words, received_at=now
        )
    )
    if outcome.delivery is Delivery.HELD:
        standing.keep(
            session, row.person_id, row.line_item_url, Finding.CHANGED, outcome.found, now=now
        )
    if outcome.delivery is Delivery.WAITING:
        row.next_try_at = now + retry_delay(row.tries, chance.random(), outcome.retry_after)
    elif row.delivery is Delivery.WAITING or outcome.delivery is Delivery.SENT:
        was_newest = row.delivery is Delivery.WAITING
        row.delivery = outcome.delivery
        if outcome.is_out_of_date and was_newest and not _is_overtaken(session, row):
            stored_at = outcome.found.stored_at if outcome.found else None
            again = written_again(row, now=now, stored_at=stored_at)
            wait = retry_delay(row.tries, chance.random())
            again.tries, again.next_try_at = row.tries, max(now + wait, again.next_try_at)
            session.add(again)


def written_again(
    row: OutgoingScore, *, now: datetime, stored_at: datetime | None = None
) -> OutgoingScore:
    """Return the same score with a later timestamp, later also than what the platform holds.

    Where that is far ahead of our clock, it waits until it is not.
    """
    scored_at = next_timestamp(now, row.scored_at, stored_at)
    return OutgoingScore(
        activity_id=row.activity_id,
        person_id=row.person_id,
        line_item_url=row.line_item_url,
        score_hundredths=row.score_hundredths,
        maximum=row.maximum,
        scored_at=scored_at,
        rules_number=row.rules_number,
        comment=row.comment,
        overwrites=row.overwrites,
        next_try_at=max(now, earliest_sending(scored_at)),
        written_at=now,
    )


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


def _platforms(session: Session, now: datetime) -> list[tuple[int, int]]:
    """Return the platforms with something due, the longest waiting first, and room for how many."""
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
        )
        for registration_id, has_paused in rows
    ]


def _take(session: Session, registration_id: int, *, now: datetime, limit: int) -> list[int]:
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
            ~_has_newer(),
        )
        .order_by(OutgoingScore.next_try_at, OutgoingScore.id)
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


def _has_newer() -> ColumnElement[bool]:
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
        .where(OutgoingScore.delivery == Delivery.WAITING, _is_free(now), _has_newer())
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


def _is_overtaken(session: Session, row: OutgoingScore) -> bool:
    found = select(OutgoingScore.id).where(OutgoingScore.id == row.id, _has_newer())
    return session.scalar(found) is not None
