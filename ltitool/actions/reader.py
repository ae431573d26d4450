"""A learner's place in an activity: made at the first entry, handed to every action afterwards."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.names import draw_alias
from ltitool.core.scenario import Scenario
from ltitool.core.script import Script
from ltitool.core.scripts import script_for
from ltitool.storage.queries import story as queries
from ltitool.storage.tables import Activity, Participant


@dataclass(frozen=True)
class Reader:
    """Who is acting, where: one person in one activity with its story."""

    activity: Activity
    participant: Participant
    scenario: Scenario

    @property
    def script(self) -> Script:
        """The script as this person goes through it."""
        return script_for(self.activity.script, is_alone=self.participant.alone is not None)

    @property
    def person_id(self) -> int:
        """The person's id."""
        return self.participant.person_id


def ensure_participant(
    session: Session, activity: Activity, person_id: int, *, is_preview: bool, now: datetime
) -> Participant:
    """Return this person's place in the activity, made with a fresh alias when there is none.

    Who was once staff here stays a preview.
    """
    found = queries.participant_of(session, activity.id, person_id)
    if found is not None:
        found.is_preview = found.is_preview or is_preview
        return found
    taken = set(
        session.scalars(select(Participant.alias).where(Participant.activity_id == activity.id))
    )
    chance = Random(f"{activity.seed}:alias:{person_id}")
    participant = Participant(
        activity_id=activity.id,
        person_id=person_id,
        alias=draw_alias(taken, len(taken), chance),
        is_preview=is_preview,
        entered_at=now,
    )
    session.add(participant)
    session.flush()  # so that two first entries at once end with one row
    return participant


def choose_language(reader: Reader, language: str) -> None:
    """Keep the language in which this person reads the story from now on."""
    reader.participant.language = language
