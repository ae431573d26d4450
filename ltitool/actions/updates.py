"""A newer version of the story for an activity that runs: a text fix for everybody, or a migration.

Whoever has decided keeps what they decided. A text fix changes no structure, so it reaches attempts
that are under way; another structure is taken only by a migration, which says before it is done
who goes on and who has to begin again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, selectinload

from ltitool.actions import audit, progress
from ltitool.actions.library import newest_of
from ltitool.actions.reader import Reader
from ltitool.actions.stories import scenario_of, story_of
from ltitool.actions.story import path_of
from ltitool.core.errors import InputRefused, NotOpen, ToolError
from ltitool.core.scenario import Scenario
from ltitool.core.talk_about import about, choosable
from ltitool.core.versions import structure_hash
from ltitool.core.walk import follow
from ltitool.storage.queries.library import entry_played
from ltitool.storage.tables import Activity, Attempt, Participant, ScenarioVersion, VoiceShown


@dataclass(frozen=True)
class Affected:
    """Somebody with an attempt under way, and what a migration does to it."""

    participant: Participant
    attempts: Sequence[Attempt]
    goes_on: bool
    """Whether every answer fits the newer version; else the person begins again."""


def newer_version(session: Session, activity: Activity) -> ScenarioVersion | None:
    """Return the newest version that the course has of the story, if its activity plays an older.

    What another course keeps on its own shelf is never offered.
    """
    playing = activity.scenario_version
    entry = entry_played(session, activity.context_id, playing) if playing is not None else None
    newest = newest_of(session, entry) if entry is not None else None
    return newest if newest is not None and playing is not None and newest.id > playing.id else None


def is_text_fix(before: ScenarioVersion, after: ScenarioVersion) -> bool:
    """Whether only words differ, so that an attempt can go on in either."""
    return structure_hash(scenario_of(before)) == structure_hash(scenario_of(after))


def affected(session: Session, activity: Activity, version: ScenarioVersion) -> list[Affected]:
    """Return everybody with an attempt that counts, those who would begin again first.

    Who lives through another story goes on with that as it is.
    """
    scenario = scenario_of(version)
    rows = session.scalars(
        select(Attempt)
        .where(Attempt.activity_id == activity.id, Attempt.voided_at.is_(None))
        .order_by(Attempt.person_id, Attempt.number)
        .options(selectinload(Attempt.decisions))
    ).all()
    people = session.scalars(
        select(Participant)
        .where(Participant.activity_id == activity.id, ~Participant.other_story.has())
        .options(selectinload(Participant.person))
    ).all()
    found = []
    for participant in people:
        own = [row for row in rows if row.person_id == participant.person_id]
        if own:
            goes_on = all(fits(scenario, attempt) for attempt in own)
            found.append(Affected(participant, own, goes_on))
    return sorted(found, key=lambda one: (one.goes_on, one.participant.person_id))


def obstacle(session: Session, activity: Activity, version: ScenarioVersion) -> str:
    """Return what keeps a running activity from another structure, or nothing."""
    assert activity.scenario_version is not None
    old, new = story_of(activity), scenario_of(version)
    if activity.talk_about and activity.talk_about not in {one.id for one in choosable(new)}:
        return "Nobody could talk any more about the question that was chosen for this activity."
    new = about(new, activity.talk_about)
    if len(old.core_decisions) != len(new.core_decisions) or len(old.required_reflections) != len(
        new.required_reflections
    ):
        return "It asks more or fewer questions, and so for other credit than people were told."
    if _private(old) - _private(new):
        return "A closing question that is for its author alone would not be any more."
    has_voices = session.scalar(select(exists().where(VoiceShown.activity_id == activity.id)))
    if has_voices and not _talks_about_the_same(old, new):
        return "The question people talk about has changed, and they have read each other on it."
    return ""


def roll_out(
    session: Session,
    activity: Activity,
    version: ScenarioVersion,
    *,
    may_migrate: bool,
    actor_id: int,
    now: datetime,
) -> int:
    """Let an activity play a newer version of its story; return how many have to begin again.

    Raises NotOpen for another structure unless that was asked for.
    """
    playing = activity.scenario_version
    if playing is None or not _is_newer(session, activity, playing, version):
        raise InputRefused("That is not a newer version of the story of this activity.")
    is_fix = is_text_fix(playing, version)
    if not is_fix and not may_migrate:
        raise NotOpen("The story runs otherwise in that version: look at who is affected first.")
    if not is_fix and (why := obstacle(session, activity, version)):
        raise NotOpen(why)
    reached = [] if is_fix else affected(session, activity, version)
    again = [one for one in reached if not one.goes_on]
    for one in again:
        for attempt in one.attempts:
            attempt.voided_at = now
    activity.scenario_version = version
    session.flush()  # who begins again keeps the version they played, for the record
    session.execute(
        update(Attempt)
        .where(
            Attempt.activity_id == activity.id,
            Attempt.voided_at.is_(None),
            Attempt.scenario_version_id == playing.id,
        )
        .values(scenario_version_id=version.id)
    )
    for one in again:
        progress.remeasure(session, Reader.of(activity, one.participant), now=now)
    _note(session, activity, (playing, version), again, is_fix=is_fix, actor_id=actor_id, now=now)
    return len(again)


def _note(
    session: Session,
    activity: Activity,
    versions: tuple[ScenarioVersion, ScenarioVersion],
    again: Sequence[Affected],
    *,
    is_fix: bool,
    actor_id: int,
    now: datetime,
) -> None:
    audit.note(
        session,
        "text fix rolled out" if is_fix else "story migrated",
        activity=activity,
        actor_id=actor_id,
        details={
            "from": versions[0].id,
            "to": versions[1].id,
            "begin again": [one.participant.person_id for one in again],
        },
        now=now,
    )


def _is_newer(
    session: Session, activity: Activity, playing: ScenarioVersion, version: ScenarioVersion
) -> bool:
    entry = entry_played(session, activity.context_id, playing)
    return entry is not None and version.entry_id == entry.id and version.id > playing.id


def fits(scenario: Scenario, attempt: Attempt) -> bool:
    """Whether the answers of an attempt could have been given in this version."""
    try:
        follow(scenario, path_of(attempt))
        for decision in attempt.decisions:
            scenario.decision(decision.decision_id).choice(decision.choice_id)
            for lens in decision.lenses:
                scenario.lens(lens)
    except ToolError:
        return False
    return True


def _talks_about_the_same(old: Scenario, new: Scenario) -> bool:
    before, after = old.talk_decision, new.talk_decision
    seeded = {choice.id for choice in after.choices if choice.seed is not None}
    return before.id == after.id and seeded >= {c.id for c in before.choices if c.seed is not None}


def _private(scenario: Scenario) -> set[str]:
    return {question.id for question in scenario.reflect if question.private}
