"""What a platform said to a batch of scores: kept, and what follows from it for each of them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from random import Random

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ltitool.actions import pauses, standing
from ltitool.actions.outbox import has_newer
from ltitool.actions.sending import Outcome
from ltitool.core.delivery import (
    TRIED_ENOUGH,
    Delivery,
    earliest_sending,
    is_hopeless,
    next_timestamp,
    retry_delay,
)
from ltitool.core.grades import Finding
from ltitool.storage.tables import OutgoingScore, Person, Receipt


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
    for row, registration_id in found:
        outcome = by_row[row.id]
        _record(session, row, outcome, now=now, chance=chance)
        if outcome.is_verdict and row.delivery is Delivery.WAITING:
            _give_up_if_hopeless(session, row, registration_id, outcome, now=now)
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


def _give_up_if_hopeless(
    session: Session, row: OutgoingScore, registration_id: int, outcome: Outcome, *, now: datetime
) -> None:
    """Close a score that meets the same error again and again, such as a locked grade in Moodle."""
    if row.tries < TRIED_ENOUGH:
        return
    session.flush()  # the last answer counts, too
    tries, since = session.execute(
        select(func.count(), func.min(Receipt.received_at)).where(
            Receipt.outgoing_score_id == row.id, Receipt.status == outcome.status
        )
    ).one()
    others = (
        select(OutgoingScore.id)
        .join(Person, Person.id == OutgoingScore.person_id)
        .join(Receipt, Receipt.outgoing_score_id == OutgoingScore.id)
        .where(
            Person.registration_id == registration_id,
            OutgoingScore.delivery == Delivery.SENT,
            Receipt.received_at >= since,
        )
    )
    takes_others = bool(session.scalar(select(exists(others))))
    if is_hopeless(tries, now - since, takes_others=takes_others):
        row.delivery = Delivery.REFUSED


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


def _is_overtaken(session: Session, row: OutgoingScore) -> bool:
    found = select(OutgoingScore.id).where(OutgoingScore.id == row.id, has_newer())
    return session.scalar(found) is not None
