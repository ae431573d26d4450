"""What staff mend for people: an attempt, a group, two groups; and looking behind an alias."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit, groups, progress
from ltitool.actions.reader import Reader
from ltitool.core.errors import InputRefused
from ltitool.core.scenario import Scenario
from ltitool.storage.queries import story as queries
from ltitool.storage.tables import Activity, TalkGroup


def reset_attempt(
    session: Session,
    reader: Reader,
    reason: str,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Let one learner start over: every attempt is kept for the record and counts for nothing."""
    attempts = queries.attempts_of(session, reader.activity.id, reader.person_id)
    if not attempts:
        raise InputRefused("There is no attempt to reset.")
    for attempt in attempts:
        attempt.voided_at = now
    audit.note(
        session,
        "attempt reset",
        activity=reader.activity,
        actor_id=actor_id,
        details={"person": reader.person_id, "why": reason},
        now=now,
    )
    progress.remeasure(session, reader, now=now)


def move(session: Session, reader: Reader, group_id: int, *, actor_id: int, now: datetime) -> None:
    """Move one learner to another group, and note who did it."""
    groups.move(session, reader, group_id, now=now)
    audit.note(
        session,
        "person moved",
        activity=reader.activity,
        actor_id=actor_id,
        details={"person": reader.person_id, "group": group_id},
        now=now,
    )


def merge(
    session: Session,
    activity: Activity,
    scenario: Scenario,
    group_ids: Sequence[int],
    *,
    actor_id: int,
    now: datetime,
) -> TalkGroup:
    """Let the people of some groups go on in a new one, and note who did it."""
    made = groups.merge(session, activity, scenario, group_ids, now=now)
    audit.note(
        session,
        "groups merged",
        activity=activity,
        actor_id=actor_id,
        details={"groups": list(group_ids), "group": made.id},
        now=now,
    )
    return made


def reveal(
    session: Session,
    activity: Activity,
    what: Mapping[str, object],
    author_id: int,
    *,
    reason: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Note who asked who stands behind an alias, for which text and why.

    `what` tells the text by ids and kinds, never by its words.
    """
    audit.note(
        session,
        "author revealed",
        activity=activity,
        actor_id=actor_id,
        details={**what, "person": author_id, "why": reason},
        now=now,
    )
