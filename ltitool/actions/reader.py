"""A learner's place in an activity: made at the first entry, handed to every action afterwards."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions.stories import scenario_of, story_of
from ltitool.core.errors import NotReady
from ltitool.core.names import draw_alias
from ltitool.core.scenario import Scenario
from ltitool.core.script import Script
from ltitool.core.scripts import script_for
from ltitool.core.talk import least_words
from ltitool.storage.launches import add_if_new
from ltitool.storage.queries import story as queries
from ltitool.storage.tables import Activity, Participant, ScenarioVersion


def version_for(activity: Activity, participant: Participant | None) -> ScenarioVersion:
    """Return what somebody lives through here: their class's story, or another one they chose.

    Raises NotReady while nobody has chosen a story for the class.
    """
    other = participant.other_story if participant is not None else None
    found = other.version if other is not None else activity.scenario_version
    if found is None:
        raise NotReady("Nobody has chosen a story for this link yet.")
    return found


@dataclass(frozen=True)
class Reader:
    """Who is acting, where: one person in one activity with the story they live through."""

    activity: Activity
    participant: Participant
    scenario: Scenario

    @classmethod
    def of(cls, activity: Activity, participant: Participant) -> "Reader":
        """Return a learner with the story they live through, in its own language."""
        other = participant.other_story
        story = story_of(activity) if other is None else scenario_of(other.version)
        return cls(activity, participant, story)

    @property
    def version(self) -> ScenarioVersion:
        """The version of the story that they live through."""
        return version_for(self.activity, self.participant)

    @property
    def script(self) -> Script:
        """The script as this person goes through it."""
        return script_for(self.activity.script, is_alone=self.participant.alone is not None)

    @property
    def least_words(self) -> int:
        """How many words a post of this person needs, whatever else is asked of it."""
        return least_words(fewer=self.participant.asks_fewer_words)

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
    chance = Random(f"{activity.seed}:alias:{person_id}")
    while found is None:
        _add_with_alias(session, activity, person_id, chance, is_preview=is_preview, now=now)
        found = queries.participant_of(session, activity.id, person_id)
    return found


def choose_language(reader: Reader, language: str) -> None:
    """Keep the language in which this person reads the story from now on."""
    reader.participant.language = language


def _add_with_alias(
    session: Session,
    activity: Activity,
    person_id: int,
    chance: Random,
    *,
    is_preview: bool,
    now: datetime,
) -> None:
    """Make a place under a free alias, unless somebody who enters at the same time takes it."""
    taken = set(
        session.scalars(select(Participant.alias).where(Participant.activity_id == activity.id))
    )
    values = {
        "activity_id": activity.id,
        "person_id": person_id,
        "alias": draw_alias(taken, len(taken), chance),
        "is_preview": is_preview,
        "entered_at": now,
    }
    add_if_new(session, Participant, values)
