"""The outbox: claiming scores that are due, and keeping what the platform said to them.

Claiming and recording happen in transactions of their caller; sending happens between them, in
none. A row is held by a lease while it is sent: when its worker dies, the lease runs out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from ltitool.actions.registrations import platform_of
from ltitool.actions.sending import Errand, Outcome
from ltitool.core.delivery import Delivery, earliest_sending, next_timestamp, retry_delay
from ltitool.lti.scores import Score
from ltitool.storage.tables import (
    Activity,
    Context,
    Deployment,
    OutgoingScore,
    Person,
    Receipt,
)

LEASE = timedelta(seconds=90)
"""Longer than a score can take: two requests for the token, two for the score, ten seconds each."""

START_WITHIN = timedelta(seconds=30)
"""What is begun later than this could outlast its lease."""


def claim(session: Session, *, now: datetime, limit: int) -> list[Errand]:
    """Take what is due under a lease: only the newest for a person and gradebook column."""
    _supersede(session, now)
    in_flight = aliased(OutgoingScore)
    held = exists().where(
        in_flight.person_id == OutgoingScore.person_id,
        in_flight.line_item_url == OutgoingScore.line_item_url,
        in_flight.lease_until_at > now,
    )
    due = (
        select(OutgoingScore.id)
        .where(
            OutgoingScore.delivery == Delivery.WAITING,
            OutgoingScore.next_try_at <= now,
            _is_free(now),
            ~held,
            ~_has_newer(),
        )
        .order_by(OutgoingScore.next_try_at, OutgoingScore.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = session.scalars(
        update(OutgoingScore)
        .where(OutgoingScore.id.in_(select(due.c.id)))
        .values(lease_until_at=now + LEASE)
        .returning(OutgoingScore.id)
        .execution_options(synchronize_session=False)
    ).all()
    return _errands(session, taken, start_until=now + START_WITHIN) if taken else []


def record(session: Session, outcomes: Iterable[Outcome], *, now: datetime, chance: Random) -> None:
    """Keep what the platform said to a batch, and when the failed ones are tried again."""
    by_row = {outcome.row_id: outcome for outcome in outcomes}
    rows = (
        select(OutgoingScore)
        .where(OutgoingScore.id.in_(by_row))
        .order_by(OutgoingScore.id)
        .with_for_update()
    )
    for row in session.scalars(rows).all():
        outcome = by_row[row.id]
        row.lease_until_at = None
        row.tries += 1
        session.add(
            Receipt(
                outgoing_score_id=row.id,
                status=outcome.status,
                words=outcome.words,
                received_at=now,
            )
        )
        if outcome.delivery is Delivery.WAITING:
            row.next_try_at = now + retry_delay(row.tries, chance.random(), outcome.retry_after)
        elif row.delivery is Delivery.WAITING or outcome.delivery is Delivery.SENT:
            was_newest = row.delivery is Delivery.WAITING
            row.delivery = outcome.delivery
            if outcome.is_out_of_date and was_newest and not _is_overtaken(session, row):
                session.add(_later(row, now=now, chance=chance))


def is_waiting(session: Session, *, now: datetime) -> bool:
    """Whether some score is due now."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    OutgoingScore.delivery == Delivery.WAITING, OutgoingScore.next_try_at <= now
                )
            )
        )
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    # Said of the row itself too: PostgreSQL looks at this again once it has the row's lock.
    return or_(OutgoingScore.lease_until_at.is_(None), OutgoingScore.lease_until_at <= now)


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


def _errands(session: Session, row_ids: Sequence[int], *, start_until: datetime) -> list[Errand]:
    last_sent = aliased(OutgoingScore)
    newest_sent = (
        select(last_sent.score_hundredths / (last_sent.maximum * 100.0))
        .where(
            last_sent.person_id == OutgoingScore.person_id,
            last_sent.line_item_url == OutgoingScore.line_item_url,
            last_sent.delivery == Delivery.SENT,
        )
        .order_by(last_sent.scored_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(OutgoingScore, Person.lti_id, Activity, newest_sent)
        .join(Person, Person.id == OutgoingScore.person_id)
        .join(Activity, Activity.id == OutgoingScore.activity_id)
        .options(
            joinedload(Activity.context)
            .joinedload(Context.deployment)
            .joinedload(Deployment.registration)
        )
        .where(OutgoingScore.id.in_(row_ids))
    )
    return [
        Errand(
            row.id,
            platform_of(activity.context.deployment.registration),
            Score(
                row.line_item_url,
                sub,
                row.score_hundredths,
                row.maximum,
                row.scored_at,
                row.comment,
            ),
            share,
            start_until,
        )
        for row, sub, activity, share in rows
    ]


def _is_overtaken(session: Session, row: OutgoingScore) -> bool:
    found = select(OutgoingScore.id).where(OutgoingScore.id == row.id, _has_newer())
    return session.scalar(found) is not None


def _later(row: OutgoingScore, *, now: datetime, chance: Random) -> OutgoingScore:
    scored_at = next_timestamp(now, row.scored_at)
    wait = retry_delay(row.tries, chance.random())
    return OutgoingScore(
        activity_id=row.activity_id,
        person_id=row.person_id,
        line_item_url=row.line_item_url,
        score_hundredths=row.score_hundredths,
        maximum=row.maximum,
        scored_at=scored_at,
        comment=row.comment,
        tries=row.tries,
        next_try_at=max(now + wait, earliest_sending(scored_at)),
        written_at=now,
    )
