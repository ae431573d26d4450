"""The outbox: claiming scores that are due, sending them, and keeping what the platform said.

Claiming and recording happen in transactions of their caller; sending happens between them, in
none. A row is held by a lease while it is sent: when its worker dies, the lease runs out.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from random import Random

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from ltitool.actions.registrations import platform_of
from ltitool.core.delivery import Delivery, earliest_sending, next_timestamp, retry_delay
from ltitool.core.errors import PlatformError
from ltitool.lti.answers import is_rate_limit
from ltitool.lti.connector import Connector
from ltitool.lti.platform import Platform
from ltitool.lti.scores import Score, read_result, send_score
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

SAME = 0.005
"""Shares of the maximum that differ by less are the same grade, rounded."""

PERMANENT = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.GONE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}


@dataclass(frozen=True)
class Errand:
    """One score to send now."""

    row_id: int
    platform: Platform
    score: Score
    last_sent_share: float | None
    """What the platform accepted last for this person, as a share of the maximum."""


@dataclass(frozen=True)
class Outcome:
    """What became of an errand."""

    row_id: int
    delivery: Delivery
    status: int | None
    words: str
    retry_after: float | None = None
    is_out_of_date: bool = False
    """The platform holds a later timestamp, and no teacher's change: a newer row must follow."""


def claim(session: Session, *, now: datetime, limit: int) -> list[Errand]:
    """Take what is due under a lease, one row for a person and gradebook column at a time."""
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
            ~held,
        )
        .order_by(OutgoingScore.next_try_at, OutgoingScore.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(
        update(OutgoingScore)
        .where(OutgoingScore.id.in_(due.scalar_subquery()))
        .values(lease_until_at=now + LEASE)
        .returning(OutgoingScore.id)
        .execution_options(synchronize_session=False)
    ).all()
    return _errands(session, taken) if taken else []


def deliver(
    errands: Sequence[Errand], connector_for: Callable[[Platform], Connector], *, threads: int
) -> list[Outcome]:
    """Send a batch with a few threads, one score at a time for each person."""
    key = _person_key
    by_person = [list(group) for _key, group in groupby(sorted(errands, key=key), key=key)]
    with ThreadPoolExecutor(threads, thread_name_prefix="scores") as pool:
        done = pool.map(lambda group: [_send(one, connector_for) for one in group], by_person)
        return [outcome for outcomes in done for outcome in outcomes]


def record(session: Session, outcomes: Iterable[Outcome], *, now: datetime, chance: Random) -> None:
    """Keep what the platform said to a batch, and when the failed ones are tried again."""
    by_row = {outcome.row_id: outcome for outcome in outcomes}
    rows = session.scalars(select(OutgoingScore).where(OutgoingScore.id.in_(by_row)))
    for row in rows:
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
            if outcome.is_out_of_date and was_newest:
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


def _errands(session: Session, row_ids: Sequence[int]) -> list[Errand]:
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
        )
        for row, sub, activity, share in rows
    ]


def _person_key(errand: Errand) -> tuple[int, str]:
    return errand.platform.registration_id, errand.score.sub


def _send(errand: Errand, connector_for: Callable[[Platform], Connector]) -> Outcome:
    try:
        words = send_score(connector_for(errand.platform), errand.score)
    except PlatformError as refusal:
        return _refused(errand, refusal, connector_for)
    return Outcome(errand.row_id, Delivery.SENT, HTTPStatus.OK, words)


def _refused(
    errand: Errand, refusal: PlatformError, connector_for: Callable[[Platform], Connector]
) -> Outcome:
    words = str(refusal)
    if refusal.status not in PERMANENT or is_rate_limit(refusal):
        return Outcome(errand.row_id, Delivery.WAITING, refusal.status, words, refusal.retry_after)
    is_conflict = refusal.status == HTTPStatus.CONFLICT
    is_teachers = is_conflict and _was_changed_there(errand, connector_for)
    if is_teachers:
        words += " The grade was changed in the LMS; that change stands."
    return Outcome(
        errand.row_id,
        Delivery.REFUSED,
        refusal.status,
        words,
        is_out_of_date=is_conflict and not is_teachers,
    )


def _was_changed_there(errand: Errand, connector_for: Callable[[Platform], Connector]) -> bool:
    """Whether the gradebook shows another value than the one it took from us last."""
    score = errand.score
    try:
        stands = read_result(connector_for(errand.platform), score.line_item_url, score.sub)
    except PlatformError:
        return False
    if stands is None:
        return False
    ours = {errand.last_sent_share, score.hundredths / (score.maximum * 100)} - {None}
    return not any(known is not None and abs(stands - known) < SAME for known in ours)


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
