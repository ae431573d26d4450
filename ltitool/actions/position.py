"""Where we stand: a group files it together; any member may say what the class should hear."""

from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import drafts, progress
from ltitool.actions.reader import Reader
from ltitool.core.errors import AlreadyDone, InputRefused, NotFound, NotOpen
from ltitool.core.position import Outcome, opening
from ltitool.core.talk import LONGEST
from ltitool.storage.queries import membership
from ltitool.storage.queries import positions as queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.tables import MinorityStatement, Position, Thread


def file(
    session: Session,
    reader: Reader,
    outcome: Outcome,
    text: str,
    *,
    base: int,
    audience: str,
    now: datetime,
) -> Position:
    """Say where one's group stands, in place of wording number `base`.

    Raises AlreadyDone if somebody has filed another wording since; both are kept by the page.
    """
    thread = _open_thread(session, reader, now=now)
    _check_length(text)
    earlier = queries.positions_in(session, thread.id)
    latest = earlier[0] if earlier else None
    if latest is not None and (latest.outcome, latest.text) == (outcome, text):
        return latest  # sent twice, or by two who agree to the letter
    if (latest.number if latest else 0) != base:
        raise AlreadyDone("Somebody in your group has changed this while you were writing.")
    made = Position(
        thread_id=thread.id,
        number=base + 1,
        outcome=outcome,
        text=text,
        audience=audience,
        person_id=reader.person_id,
        filed_at=now,
    )
    session.add(made)
    drafts.forget(session, reader, "stand")
    session.flush()  # of two at once one loses here, and reads what the other wrote
    for participant in queries.participants_of(session, reader.activity.id, thread):
        progress.remeasure(session, Reader(reader.activity, participant, reader.scenario), now=now)
    return made


def state_for_class(
    session: Session, reader: Reader, text: str, *, audience: str, now: datetime
) -> MinorityStatement:
    """Keep what this member wants the whole class to hear; writing again replaces it."""
    thread = _open_thread(session, reader, now=now)
    _check_length(text)
    kept = queries.statement_of(session, thread.id, reader.person_id)
    if kept is None:
        kept = MinorityStatement(thread_id=thread.id, person_id=reader.person_id)
        session.add(kept)
    kept.text, kept.audience, kept.written_at = text, audience, now
    drafts.forget(session, reader, "minority")
    return kept


def take_back(session: Session, reader: Reader) -> None:
    """Take one's own statement out of what the class hears."""
    kept = queries.statement_of(session, thread_of(session, reader).id, reader.person_id)
    if kept is not None:
        session.delete(kept)


def thread_of(session: Session, reader: Reader) -> Thread:
    """Return the thread of this person's group; raises NotFound where groups are not asked."""
    if not reader.activity.asks_stand:
        raise NotFound("Groups are not asked where they stand here.")
    group = membership.group_of(session, reader.activity.id, reader.person_id)
    thread = (
        talk_queries.thread_of(session, reader.activity.id, reader.person_id, group)
        if group
        else None
    )
    if thread is None:
        raise NotOpen("“Where we stand” opens when you have a group.")
    return thread


def _open_thread(session: Session, reader: Reader, *, now: datetime) -> Thread:
    thread = thread_of(session, reader)
    assert thread.group_id is not None
    members = queries.members_of(session, thread.group_id)
    heard = queries.heard_in(session, thread.id)
    if not opening(members, heard, thread.opened_at, now).is_open:
        raise NotOpen("“Where we stand” opens when everybody has posted once, or after a day.")
    return thread


def _check_length(text: str) -> None:
    if not text or len(text) > LONGEST:
        raise InputRefused("Write something, in fewer than 20,000 letters.")
