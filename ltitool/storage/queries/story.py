"""One person's way through an activity: attempts, answers, drafts, reasons shown, reflections."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Exists, String, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from ltitool.core.script import Round
from ltitool.storage.tables import (
    Attempt,
    Consult,
    Decision,
    Draft,
    GroupMember,
    OtherStory,
    Participant,
    Reflection,
    VoiceShown,
)

# Every learner's page asks these two; building a question takes longer than asking it.
_PARTICIPANT = (
    select(Participant)
    .where(
        Participant.activity_id == bindparam("activity_id"),
        Participant.person_id == bindparam("person_id"),
    )
    .options(joinedload(Participant.other_story).joinedload(OtherStory.version))
)
_DRAFTS = select(Draft).where(
    Draft.activity_id == bindparam("activity_id"),
    Draft.person_id == bindparam("person_id"),
    func.substr(Draft.place, 1, func.length(bindparam("prefix", type_=String())))
    == bindparam("prefix"),
)
_ATTEMPTS = (
    select(Attempt)
    .where(
        Attempt.activity_id == bindparam("activity_id"),
        Attempt.person_id == bindparam("person_id"),
        Attempt.voided_at.is_(None),
    )
    .order_by(Attempt.number)
    .options(selectinload(Attempt.decisions))
    .execution_options(populate_existing=True)
)


def participant_of(session: Session, activity_id: int, person_id: int) -> Participant | None:
    """Return what this person has in the activity beside their words."""
    return session.scalar(_PARTICIPANT, {"activity_id": activity_id, "person_id": person_id})


def attempts_of(session: Session, activity_id: int, person_id: int) -> Sequence[Attempt]:
    """Return the attempts that count, oldest first, with their decisions."""
    whose = {"activity_id": activity_id, "person_id": person_id}
    return session.scalars(_ATTEMPTS, whose).all()


def first_commitment(attempts: Sequence[Attempt], decision_id: str) -> Decision | None:
    """Return the first locked answer to this decision; later attempts never replace it."""
    return next(
        (
            decision
            for attempt in attempts
            for decision in attempt.decisions
            if decision.decision_id == decision_id
            and decision.round is Round.FIRST
            and decision.locked_at is not None
        ),
        None,
    )


def second_answer(attempts: Sequence[Attempt], decision_id: str) -> Decision | None:
    """Return the answer given after the talk."""
    return next(
        (
            decision
            for attempt in attempts
            for decision in attempt.decisions
            if decision.decision_id == decision_id and decision.round is Round.AGAIN
        ),
        None,
    )


def consults_asked(session: Session, attempt_id: int) -> set[tuple[str, str]]:
    """Return (scene, consult) of every question asked in this attempt."""
    rows = session.execute(
        select(Consult.scene_id, Consult.consult_id).where(Consult.attempt_id == attempt_id)
    )
    return {(scene_id, consult_id) for scene_id, consult_id in rows}


def consults_in(session: Session, attempt_ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    """Return (scene, consult) of every question asked, by attempt."""
    rows = session.execute(
        select(Consult.attempt_id, Consult.scene_id, Consult.consult_id).where(
            Consult.attempt_id.in_(attempt_ids)
        )
    )
    found: dict[int, set[tuple[str, str]]] = {}
    for attempt_id, scene_id, consult_id in rows:
        found.setdefault(attempt_id, set()).add((scene_id, consult_id))
    return found


def draft_of(session: Session, activity_id: int, person_id: int, place: str) -> Draft | None:
    """Return what this person has typed here and not sent."""
    return session.get(Draft, (activity_id, person_id, place))


@dataclass(frozen=True)
class ShownVoice:
    """One of the reasons drawn for a person; `rationale` is None for a scripted voice."""

    position: int
    choice_id: str
    rationale: str | None
    is_hardest: bool
    """Whether this person has marked it as the hardest to answer."""


def voices_shown(session: Session, activity_id: int, person_id: int) -> list[ShownVoice]:
    """Return the reasons drawn for this person, in the order drawn."""
    rows = session.execute(
        select(VoiceShown.position, VoiceShown.choice_id, Decision.rationale, VoiceShown.is_hardest)
        .outerjoin(Decision, VoiceShown.decision_row_id == Decision.id)
        .where(VoiceShown.activity_id == activity_id, VoiceShown.person_id == person_id)
        .order_by(VoiceShown.position)
    )
    return [ShownVoice(*row) for row in rows]


def reflections_of(session: Session, activity_id: int, person_id: int) -> dict[str, Reflection]:
    """Return this person's answers to the closing questions, by question."""
    rows = session.scalars(
        select(Reflection).where(
            Reflection.activity_id == activity_id, Reflection.person_id == person_id
        )
    )
    return {row.reflect_id: row for row in rows}


def peers_answers(
    session: Session, activity_id: int, person_id: int, decision_id: str, limit: int
) -> list[tuple[int, str, bool]]:
    """Return (row, choice, whether in a group) of what other learners here have locked first.

    Those of people in a group come first, then the newest; nobody is among them twice, and nobody
    who lives through another story.
    """
    is_in_group = exists().where(
        GroupMember.activity_id == Attempt.activity_id,
        GroupMember.person_id == Attempt.person_id,
        GroupMember.until_at.is_(None),
    )
    rows = session.execute(
        select(Decision.id, Decision.choice_id, is_in_group)
        .join(Attempt, Decision.attempt_id == Attempt.id)
        .join(
            Participant,
            (Participant.activity_id == Attempt.activity_id)
            & (Participant.person_id == Attempt.person_id),
        )
        .where(
            Attempt.activity_id == activity_id,
            Attempt.person_id != person_id,
            Attempt.voided_at.is_(None),
            Attempt.is_after_reading.is_(False),
            Participant.is_preview.is_(False),
            ~Participant.other_story.has(),
            Decision.decision_id == decision_id,
            Decision.round == Round.FIRST,
            Decision.locked_at.is_not(None),
            Decision.rationale != "",
            ~_has_locked_before(),
        )
        .order_by(is_in_group.desc(), Decision.id.desc())
        .limit(limit)
    )
    return [(row_id, choice_id, in_group) for row_id, choice_id, in_group in rows]


def _has_locked_before() -> Exists:
    """Whether the person of a row has locked another answer to the same decision before it."""
    attempt, decision = aliased(Attempt), aliased(Decision)
    return exists().where(
        attempt.activity_id == Attempt.activity_id,
        attempt.person_id == Attempt.person_id,
        attempt.voided_at.is_(None),
        decision.attempt_id == attempt.id,
        decision.decision_id == Decision.decision_id,
        decision.round == Round.FIRST,
        decision.locked_at.is_not(None),
        decision.id < Decision.id,
    )


def drafts_at(session: Session, activity_id: int, person_id: int, prefix: str) -> dict[str, Draft]:
    """Return this person's drafts whose place begins so, by place."""
    whose = {"activity_id": activity_id, "person_id": person_id, "prefix": prefix}
    return {row.place: row for row in session.scalars(_DRAFTS, whose)}
