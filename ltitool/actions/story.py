"""Living through the story: asking, deciding, locking, reading others' reasons, starting again."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ltitool.actions import alone, drafts, groups, progress, threads
from ltitool.actions.reader import Reader
from ltitool.core.errors import AlreadyDone, InputRefused, NotFound, NotOpen
from ltitool.core.script import Phase, Round, Talk
from ltitool.core.voices import Voice, draw_voices
from ltitool.core.walk import Taken, Walk, follow
from ltitool.storage.queries import story as queries
from ltitool.storage.queries.naming import naming_of
from ltitool.storage.tables import Attempt, Consult, Decision, VoiceShown

PEERS_CONSIDERED = 60


@dataclass(frozen=True)
class Answer:
    """What a person answers to a decision."""

    choice_id: str
    rationale: str = ""
    own_change: str = ""
    confidence: int | None = None
    lenses: tuple[str, ...] = ()


def path_of(attempt: Attempt | None) -> list[Taken]:
    """Return the locked first answers of an attempt, in the order they were given."""
    if attempt is None:
        return []
    return [
        Taken(decision.decision_id, decision.choice_id)
        for decision in attempt.decisions
        if decision.round is Round.FIRST and decision.locked_at is not None
    ]


def current_attempt(session: Session, reader: Reader, *, now: datetime) -> Attempt:
    """Return the attempt being played; the first is begun when there is none."""
    attempts = queries.attempts_of(session, reader.activity.id, reader.person_id)
    return attempts[-1] if attempts else _begin(session, reader, now=now)


def restart(session: Session, reader: Reader, *, now: datetime) -> Attempt:
    """Begin the story anew; what was committed first stays for the record.

    An attempt without an answer is as new as one can be, so beginning twice is beginning once.
    """
    attempts = queries.attempts_of(session, reader.activity.id, reader.person_id)
    if attempts and not attempts[-1].decisions:
        return attempts[-1]
    return _begin(session, reader, now=now)


def ask(session: Session, reader: Reader, scene_id: str, consult_id: str, *, now: datetime) -> None:
    """Record a question asked before deciding; asking twice is asking once."""
    attempt = current_attempt(session, reader, now=now)
    step = follow(reader.scenario, path_of(attempt)).step(scene_id)
    if consult_id not in {consult.id for consult in step.consults}:
        raise NotFound("There is no such question here.")
    if session.get(Consult, (attempt.id, scene_id, consult_id)) is None:
        session.add(
            Consult(attempt_id=attempt.id, scene_id=scene_id, consult_id=consult_id, asked_at=now)
        )


def decide(
    session: Session, reader: Reader, decision_id: str, answer: Answer, *, now: datetime
) -> Decision:
    """Keep an answer to the decision the story has stopped at; it may be changed until locked."""
    attempt = current_attempt(session, reader, now=now)
    walk = follow(reader.scenario, path_of(attempt))
    _require_choice(walk, decision_id, answer.choice_id)
    kept = _answer_to(attempt, decision_id)
    if kept is None:
        kept = Decision(
            attempt_id=attempt.id,
            round=Round.FIRST,
            decision_id=decision_id,
            naming=naming_of(session, reader.activity, reader.person_id, Phase.DECIDE),
        )
        session.add(kept)
    kept.choice_id = answer.choice_id
    kept.rationale = answer.rationale
    kept.own_change = answer.own_change
    kept.confidence = answer.confidence
    kept.lenses = list(answer.lenses)
    kept.decided_at = now
    drafts.forget(session, reader, f"decide:{decision_id}")
    session.flush()  # so that two tabs at once end with one row
    return kept


def lock(session: Session, reader: Reader, decision_id: str, *, now: datetime) -> None:
    """Lock the kept answer, which opens the next scene; locking twice is locking once.

    Raises NotOpen where nothing is kept, or its story was left meanwhile.
    """
    attempt = current_attempt(session, reader, now=now)
    kept = _answer_to(attempt, decision_id)
    if kept is None:
        raise NotOpen("There is no answer to lock in yet.")
    if kept.locked_at is not None:
        return
    _require_choice(follow(reader.scenario, path_of(attempt)), decision_id, kept.choice_id)
    if decision_id == reader.scenario.talk_decision.id:
        _require_not_left(session, reader, attempt)
    kept.locked_at = now
    session.flush()  # the draw and the count below must see it
    is_first_commitment = reader.participant.waiting_since_at is None and not _has_voices(
        session, reader
    )
    if decision_id == reader.scenario.talk_decision.id and is_first_commitment:
        _draw_voices(session, reader, kept)
        alone.settle(session, reader, now=now)
    progress.remeasure(session, reader, now=now)


def read_reasons(
    session: Session, reader: Reader, *, hardest: int | None = None, now: datetime
) -> None:
    """Record that this person has read others' reasons, which opens the talk.

    `hardest` is the position of the reason they found hardest to answer, if they say so.
    """
    if not _has_voices(session, reader):
        raise NotOpen("Others’ reasons open when your own answer is locked.")
    _mark_hardest(session, reader, hardest)
    if reader.participant.read_reasons_at is None:
        reader.participant.read_reasons_at = now
    if not reader.participant.is_preview:
        _open_talk(session, reader, now=now)
    progress.remeasure(session, reader, now=now)


def _mark_hardest(session: Session, reader: Reader, position: int | None) -> None:
    own = (
        VoiceShown.activity_id == reader.activity.id,
        VoiceShown.person_id == reader.person_id,
    )
    shown = session.scalars(select(VoiceShown).where(*own)).all()
    if position is not None and position not in {voice.position for voice in shown}:
        raise InputRefused("There is no such reason here. Mark one of those on the page.")
    for voice in shown:
        voice.is_hardest = voice.position == position


def _open_talk(session: Session, reader: Reader, *, now: datetime) -> None:
    match reader.script.talk:
        case Talk.GROUP:
            groups.form_due(session, reader.activity, reader.scenario, now=now)
            threads.ensure_thread(session, reader, now=now)
        case Talk.SOLO:
            alone.open_talk(session, reader, now=now)
        case Talk.ROOM:
            pass  # nothing is written here


def _begin(session: Session, reader: Reader, *, now: datetime) -> Attempt:
    last = session.scalar(
        select(func.max(Attempt.number)).where(
            Attempt.activity_id == reader.activity.id, Attempt.person_id == reader.person_id
        )
    )
    attempt = Attempt(
        activity_id=reader.activity.id,
        person_id=reader.person_id,
        number=(last or 0) + 1,
        scenario_version_id=reader.version.id,
        started_at=now,
        is_after_reading=reader.participant.read_reasons_at is not None,
        decisions=[],
    )
    session.add(attempt)
    session.flush()  # its id is needed, and two at once must end with one row
    return attempt


def _answer_to(attempt: Attempt, decision_id: str) -> Decision | None:
    return next(
        (
            decision
            for decision in attempt.decisions
            if decision.round is Round.FIRST and decision.decision_id == decision_id
        ),
        None,
    )


def _require_choice(walk: Walk, decision_id: str, choice_id: str) -> None:
    here = walk.here.scene.decision
    if any(taken.decision_id == decision_id for taken in walk.taken):
        raise AlreadyDone("This answer is locked; the next scene has been opened.")
    if here is None or here.id != decision_id or walk.here.taken is not None:
        raise NotOpen("The story has not come to this question yet.")
    if choice_id not in {choice.id for choice in walk.here.choices}:
        raise InputRefused("That is not one of the answers offered here.")


def _require_not_left(session: Session, reader: Reader, attempt: Attempt) -> None:
    """Raise NotOpen where the story is left, or reset, just as the answer to it is locked."""
    groups.lock(session, reader.activity)
    session.refresh(attempt, ["voided_at"])
    if attempt.voided_at is not None:
        raise NotOpen("This story was left a moment ago.")


def _has_voices(session: Session, reader: Reader) -> bool:
    return bool(queries.voices_shown(session, reader.activity.id, reader.person_id))


def _draw_voices(session: Session, reader: Reader, own: Decision) -> None:
    decision = reader.scenario.talk_decision
    peers = _peers(session, reader)
    voices = draw_voices(
        own.choice_id,
        [choice.id for choice in decision.choices if choice.seed is not None],
        [Voice(choice_id, row_id, in_group) for row_id, choice_id, in_group in peers],
        Random(f"{reader.activity.seed}:voices:{reader.person_id}"),
    )
    session.add_all(
        VoiceShown(
            activity_id=reader.activity.id,
            person_id=reader.person_id,
            position=position,
            choice_id=voice.choice_id,
            decision_row_id=voice.decision_row_id,
        )
        for position, voice in enumerate(voices)
    )
    session.flush()  # the page and the next lock must see them


def _peers(session: Session, reader: Reader) -> list[tuple[int, str, bool]]:
    """Return answers that could be shown; the class gives none to a story that it does not read."""
    if reader.participant.other_story is not None:
        return []
    decision_id = reader.scenario.talk_decision.id
    return queries.peers_answers(
        session, reader.activity.id, reader.person_id, decision_id, PEERS_CONSIDERED
    )
