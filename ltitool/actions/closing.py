"""After the talk: deciding again, which raises the curtain, and reflecting."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import drafts, progress
from ltitool.actions.reader import Reader
from ltitool.actions.story import Answer
from ltitool.core.errors import AlreadyDone, NotOpen
from ltitool.core.script import Phase, Round
from ltitool.storage.queries import story as queries
from ltitool.storage.queries.naming import naming_of
from ltitool.storage.tables import Decision, Reflection


@dataclass(frozen=True)
class Cited:
    """Whose argument was taken most seriously; nobody's in particular where all are empty."""

    post_id: int | None = None
    voice: str = ""
    """A scripted voice, named by its choice."""
    position: int | None = None
    """One of the others' reasons that were drawn for this person."""


def decide_again(
    session: Session, reader: Reader, answer: Answer, cited: Cited, *, now: datetime
) -> Decision:
    """Record the second answer to the talk decision, locked at once; the curtain rises."""
    attempts = queries.attempts_of(session, reader.activity.id, reader.person_id)
    talk_decision = reader.scenario.talk_decision
    if queries.second_answer(attempts, talk_decision.id) is not None:
        raise AlreadyDone("You have decided again already. That answer stands.")
    first = queries.first_commitment(attempts, talk_decision.id)
    if first is None:
        raise NotOpen("Decide again opens after your first answer and the talk.")
    talk_decision.choice(answer.choice_id)
    again = Decision(
        attempt_id=first.attempt_id,
        round=Round.AGAIN,
        decision_id=talk_decision.id,
        choice_id=answer.choice_id,
        rationale=answer.rationale,
        own_change=answer.own_change,
        confidence=answer.confidence,
        lenses=list(answer.lenses),
        decided_at=now,
        locked_at=now,
        naming=naming_of(session, reader.activity, reader.person_id, Phase.AGAIN),
        cited_post_id=cited.post_id,
        cited_voice=cited.voice,
        cited_position=cited.position,
    )
    session.add(again)
    drafts.forget(session, reader, "again")
    session.flush()  # so that two tabs at once end with one row
    progress.remeasure(session, reader, now=now)
    return again


def reflect(
    session: Session, reader: Reader, reflect_id: str, text: str, reading: str, *, now: datetime
) -> None:
    """Keep an answer to a closing question; it may be written again."""
    key = (reader.activity.id, reader.person_id, reflect_id)
    kept = session.get(Reflection, key)
    if kept is None:
        kept = Reflection(
            activity_id=reader.activity.id,
            person_id=reader.person_id,
            reflect_id=reflect_id,
            first_written_at=now,
            naming=naming_of(session, reader.activity, reader.person_id, Phase.REFLECT),
        )
        session.add(kept)
    kept.text, kept.reading, kept.written_at = text, reading, now
    drafts.forget(session, reader, f"reflect:{reflect_id}")
    session.flush()  # the count below must see it
    progress.remeasure(session, reader, now=now)
