"""Another story for one person, taken without a reason, for the same credit.

It is lived through alone, and told to nobody but the teaching staff: what is written in it is left
out of what the class reads and of every figure about it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from ltitool.actions import audit, drafts, groups, progress, updates
from ltitool.actions.reader import Reader
from ltitool.actions.stories import scenario_of, story_of
from ltitool.core.errors import NotFound, NotOpen
from ltitool.core.policy import Rule
from ltitool.core.scenario import Scenario
from ltitool.core.script import Alone
from ltitool.storage.queries import library as library_queries
from ltitool.storage.queries import progress as progress_queries
from ltitool.storage.queries import story as queries
from ltitool.storage.tables import (
    Activity,
    Attempt,
    OtherStory,
    Participant,
    ScenarioVersion,
    VoiceShown,
)


def offered(session: Session, activity: Activity) -> list[ScenarioVersion]:
    """Return the stories of the course's library that can stand in for that of the class.

    One that asks for no reflection cannot, where the class is asked for one.
    """
    playing = activity.scenario_version
    if playing is None:
        return []
    asks = bool(scenario_of(playing).required_reflections)
    return [
        version
        for version in library_queries.offered(session, activity.context_id)
        if version.scenario_id != playing.scenario_id
        and bool(scenario_of(version).required_reflections) >= asks
    ]


def can_take(participant: Participant) -> bool:
    """Whether somebody may still begin another story: until they have read others' reasons.

    From then on they talk about this one; they can do that on their own.
    """
    return participant.read_reasons_at is None and not participant.is_preview


def can_go_back(session: Session, reader: Reader) -> bool:
    """Whether somebody may return to the story of their class as they left it.

    Not once they have locked an answer in the other one, nor where reasons were drawn for them
    already, in either.
    """
    other = reader.participant.other_story
    if other is None or _has_locked(queries.attempts_of(session, *_whose(reader))):
        return False
    if queries.voices_shown(session, *_whose(reader)):  # of an attempt that staff have reset
        return False
    talk_id = story_of(reader.activity).talk_decision.id
    return not _has_locked(_set_aside(session, reader, other), talk_id)


def take(session: Session, reader: Reader, version_id: int, *, now: datetime) -> None:
    """Let somebody begin another story; what they have earned stays theirs.

    Raises NotOpen once they have read others' reasons, NotFound for what is not offered.
    """
    groups.lock(session, reader.activity)
    session.refresh(reader.participant)
    if reader.version.id == version_id:
        return  # sent twice
    offers = {version.id: version for version in offered(session, reader.activity)}
    if version_id not in offers:
        raise NotFound("There is no such story to take here.")
    if reader.participant.is_preview:
        raise NotOpen("Only students of the course can take another story.")
    if not can_take(reader.participant):
        raise NotOpen("You have read others’ reasons about this story, so you go on with it.")
    _keep_earned(session, reader)
    for attempt in queries.attempts_of(session, *_whose(reader)):
        attempt.voided_at = now
    _leave_talk(session, reader, now=now)
    told = _begin(session, reader, offers[version_id], now=now)
    _note(session, "another story taken", told, now)


def go_back(session: Session, reader: Reader, *, now: datetime) -> None:
    """Let somebody go on in the story of their class where they left it; raises NotOpen."""
    groups.lock(session, reader.activity)
    session.refresh(reader.participant)
    other = reader.participant.other_story
    if other is None:
        return  # sent twice
    if not can_go_back(session, reader):
        raise NotOpen("You have answered in this story already, so you go on with it.")
    for attempt in queries.attempts_of(session, *_whose(reader)):
        attempt.voided_at = now
    _take_up(session, reader.activity, _set_aside(session, reader, other))
    reader.participant.other_story = None
    session.delete(other)
    if reader.participant.alone is Alone.OTHER_STORY:
        reader.participant.alone = None
    session.flush()  # the class's story is measured
    told = Reader.of(reader.activity, reader.participant)
    _note(session, "back to the story of the class", told, now)


def join_class(session: Session, activity: Activity) -> None:
    """Let whoever took the story that the class has now live through it with the class.

    For a class whose story changes, which it does only before anybody has decided.
    """
    playing = activity.scenario_version
    assert playing is not None
    is_same = OtherStory.version.has(ScenarioVersion.scenario_id == playing.scenario_id)
    took_it = select(Participant).join(OtherStory).where(Participant.activity_id == activity.id)
    for who in session.scalars(took_it.where(is_same)).all():
        for attempt in queries.attempts_of(session, activity.id, who.person_id):
            attempt.scenario_version_id = playing.id
        session.delete(who.other_story)
        who.other_story = None
        if who.alone is Alone.OTHER_STORY:
            who.alone = None
    session.flush()  # the class is measured


def _begin(session: Session, reader: Reader, version: ScenarioVersion, *, now: datetime) -> Reader:
    participant = reader.participant
    scenario = scenario_of(version)
    other = participant.other_story or OtherStory(left_at=now)
    other.version, other.asks = version, _asked(scenario)
    participant.other_story = other
    participant.alone = participant.alone or Alone.OTHER_STORY
    for decision in scenario.decisions:
        drafts.forget(session, reader, f"decide:{decision.id}")
    session.flush()  # the new story is measured
    return Reader(reader.activity, participant, scenario)


def _asked(scenario: Scenario) -> dict[str, int]:
    return {
        Rule.CORE_DECIDED.value: len(scenario.core_decisions),
        Rule.REFLECTIONS.value: len(scenario.required_reflections),
    }


def _leave_talk(session: Session, reader: Reader, *, now: datetime) -> None:
    """Forget the group, and the reasons that were drawn about the story that is left."""
    groups.leave(session, reader.activity, [reader.person_id], now=now)
    reader.participant.waiting_since_at = None
    session.execute(
        delete(VoiceShown).where(
            VoiceShown.activity_id == reader.activity.id,
            VoiceShown.person_id == reader.person_id,
        )
    )


def _keep_earned(session: Session, reader: Reader) -> None:
    row = progress_queries.progress_of(session, *_whose(reader))
    measured = progress.measured_in(
        session, reader.activity, reader.scenario, person_id=reader.person_id
    )
    earned = sum(one.completion.measured_hundredths for one in measured)
    if row is not None:
        row.floor_hundredths = max(row.floor_hundredths, earned)


def _set_aside(session: Session, reader: Reader, other: OtherStory) -> Sequence[Attempt]:
    """Return the attempts on the story of the class that were left for another one."""
    return session.scalars(
        select(Attempt)
        .where(
            Attempt.activity_id == reader.activity.id,
            Attempt.person_id == reader.person_id,
            Attempt.voided_at == other.left_at,
        )
        .options(selectinload(Attempt.decisions))
    ).all()


def _take_up(session: Session, activity: Activity, left: Sequence[Attempt]) -> None:
    """Let attempts go on in the story of the class, which may have a newer version meanwhile."""
    playing = activity.scenario_version
    assert playing is not None  # only what stands in for it can be taken back
    story = story_of(activity)
    for attempt in left:
        begun = session.get_one(ScenarioVersion, attempt.scenario_version_id)
        if begun.scenario_id == playing.scenario_id and updates.fits(story, attempt):
            attempt.voided_at = None
            attempt.scenario_version_id = playing.id


def _has_locked(attempts: Sequence[Attempt], decision_id: str = "") -> bool:
    return any(
        given.locked_at is not None and decision_id in {"", given.decision_id}
        for attempt in attempts
        for given in attempt.decisions
    )


def _whose(reader: Reader) -> tuple[int, int]:
    return reader.activity.id, reader.person_id


def _note(session: Session, action: str, reader: Reader, now: datetime) -> None:
    audit.note(
        session,
        action,
        activity=reader.activity,
        actor_id=reader.person_id,
        details={"person": reader.person_id, "version": reader.version.id},
        now=now,
    )
    progress.remeasure(session, reader, now=now)
