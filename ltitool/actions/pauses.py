"""Leaving alone a platform that does not answer, in every process, until it does again.

After a failure that is about the platform, nothing is claimed for it for a while; then one score
is tried, and what that one meets decides for all.
"""

from datetime import datetime
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ltitool.actions.sending import Outcome
from ltitool.core.delivery import Delivery, pause_delay
from ltitool.storage.tables import OutgoingScore, Person, PlatformPause


def note(
    session: Session,
    registration_id: int,
    outcomes: list[Outcome],
    *,
    now: datetime,
    chance: Random,
) -> None:
    """Begin, lengthen or end a platform's pause after what a batch has met."""
    tried = [outcome for outcome in outcomes if not outcome.is_untried]
    if not tried:
        return
    kept = session.get(PlatformPause, registration_id, with_for_update=True)
    failure = next((outcome for outcome in tried if outcome.is_about_platform), None)
    if kept is not None and all(outcome.delivery is Delivery.WAITING for outcome in tried):
        failure = failure or tried[-1]  # what was tried after a pause decides for all
    if failure is not None:
        _begin(session, registration_id, kept, failure, now=now, chance=chance)
    elif kept is not None:
        session.delete(kept)
        _go_on(session, registration_id, now=now)


def _begin(
    session: Session,
    registration_id: int,
    kept: PlatformPause | None,
    failure: Outcome,
    *,
    now: datetime,
    chance: Random,
) -> None:
    pause = kept or PlatformPause(
        registration_id=registration_id, failures=0, began_at=now, until_at=now
    )
    session.add(pause)
    pause.failures += 1
    delay = pause_delay(pause.failures, chance.random(), failure.retry_after)
    pause.until_at = now + delay
    pause.status, pause.words = failure.status, failure.words


def _go_on(session: Session, registration_id: int, *, now: datetime) -> None:
    """Let what has waited for the platform wait no longer."""
    people = select(Person.id).where(Person.registration_id == registration_id)
    session.execute(
        update(OutgoingScore)
        .where(
            OutgoingScore.delivery == Delivery.WAITING,
            OutgoingScore.tries > 0,
            OutgoingScore.next_try_at > now,
            OutgoingScore.person_id.in_(people),
        )
        .values(next_try_at=now)
        .execution_options(synchronize_session=False)
    )
