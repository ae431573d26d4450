"""What is arranged for one person, without a reason and without their peers: alone, fewer words."""

from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import alone, audit, groups, progress, talk
from ltitool.actions.reader import Reader
from ltitool.core.errors import InputRefused, NotOpen
from ltitool.core.script import Alone, Talk
from ltitool.storage.queries import story as queries


def put_alone(session: Session, reader: Reader, *, actor_id: int, now: datetime) -> None:
    """Let one person work alone from now on; what they wrote in a group stays with it.

    Staff arrange it for others, and anybody for themselves, without a reason.
    """
    groups.lock(session, reader.activity)
    participant = reader.participant
    session.refresh(participant)
    if participant.alone is not None:
        return  # sent twice
    if reader.script.talk is not Talk.GROUP and not alone.has_missed_it(reader):
        raise InputRefused("There is no group talk in this activity.")
    groups.leave(session, reader.activity, [reader.person_id], now=now)
    participant.alone = Alone.CHOSEN if actor_id == reader.person_id else Alone.STAFF
    participant.waiting_since_at = None
    if participant.read_reasons_at is not None:
        alone.open_talk(session, reader, now=now)
    _note(session, "works alone", reader, actor_id, now)
    progress.remeasure(session, reader, now=now)


def give_group(session: Session, reader: Reader, *, actor_id: int, now: datetime) -> None:
    """Take that back; raises NotOpen once something is written for them and staff only."""
    groups.lock(session, reader.activity)
    participant = reader.participant
    session.refresh(participant)
    if participant.alone is None:
        return  # sent twice
    if participant.other_story is not None:
        raise NotOpen(groups.OTHER_STORY)
    if alone.has_written(session, reader):
        raise NotOpen(
            "Something is written in their own talk already, for them and the teaching staff only. "
            "It cannot come into a group, so they go on alone."
        )
    participant.alone = None
    has_locked = queries.voices_shown(session, reader.activity.id, reader.person_id)
    if has_locked and reader.script.talk is Talk.GROUP:
        participant.waiting_since_at = now
        session.flush()  # those who wait are asked for
        groups.form_due(session, reader.activity, reader.scenario, now=now)
    _note(session, "gets a group", reader, actor_id, now)
    progress.remeasure(session, reader, now=now)


def ask_fewer_words(session: Session, reader: Reader, *, actor_id: int, now: datetime) -> None:
    """Ask half as many words of one person, also for what they have posted already."""
    if reader.participant.asks_fewer_words:
        return  # sent twice
    reader.participant.asks_fewer_words = True
    talk.recount(session, reader)
    _note(session, "fewer words asked", reader, actor_id, now)
    progress.remeasure(session, reader, now=now)


def ask_all_words(session: Session, reader: Reader, *, actor_id: int, now: datetime) -> None:
    """Ask as many words as of anybody from now on.

    Raises InputRefused where something would not count any more that has counted.
    """
    if not reader.participant.asks_fewer_words:
        return  # sent twice
    before = _counted(session, reader)
    reader.participant.asks_fewer_words = False
    if _counted(session, reader) < before:
        raise InputRefused(
            "Something they have written counts only because fewer words were asked of them, and "
            "nothing is taken back. So it stays as it is."
        )
    _note(session, "all words asked", reader, actor_id, now)
    progress.remeasure(session, reader, now=now)


def _counted(session: Session, reader: Reader) -> int:
    """Return what this person’s work makes today, in hundredths."""
    measured = progress.measured_in(
        session, reader.activity, reader.scenario, person_id=reader.person_id
    )
    return sum(one.completion.measured_hundredths for one in measured)


def _note(session: Session, action: str, reader: Reader, actor_id: int, now: datetime) -> None:
    audit.note(
        session,
        action,
        activity=reader.activity,
        actor_id=actor_id,
        details={"person": reader.person_id},
        now=now,
    )
