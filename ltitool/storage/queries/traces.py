"""What people have left in an activity: of one person, or of the whole class in as many questions.

Times, lengths and ids; no text is read here.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from ltitool.core.completion import Done
from ltitool.core.script import Round, Talk
from ltitool.core.scripts import script_of
from ltitool.core.talk import PostState
from ltitool.core.traces import TO_STAFF, LockedAnswer, Said, Traces
from ltitool.core.walk import Taken
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Decision,
    GroupMember,
    Participant,
    Position,
    Post,
    Reflection,
    StaffMark,
    Thread,
)

Found = defaultdict[int, Traces]


def traces_in(session: Session, activity_id: int, person_id: int | None = None) -> Found:
    """Return what everybody has left here, by person; or what one person has."""
    found: Found = defaultdict(Traces)
    whose = _Whose(activity_id, person_id)
    _read_answers(session, whose, found)
    _read_posts(session, whose, found)
    _read_places(session, whose, found)
    _read_positions(session, whose, found)
    _read_reflections(session, whose, found)
    _read_marks(session, whose, found)
    return found


@dataclass(frozen=True)
class _Whose:
    """An activity, and one person in it where one is meant."""

    activity_id: int
    person_id: int | None

    def are(
        self,
        activity: InstrumentedAttribute[int],
        person: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    ) -> ColumnElement[bool]:
        """Return the condition that rows with these two columns are theirs."""
        if self.person_id is None:
            return activity == self.activity_id
        return and_(activity == self.activity_id, person == self.person_id)


def _read_answers(session: Session, whose: _Whose, found: Found) -> None:
    question = (
        select(
            Attempt.person_id,
            Attempt.number,
            Decision.round,
            Decision.decision_id,
            Decision.choice_id,
            Decision.locked_at,
        )
        .join(Attempt, Decision.attempt_id == Attempt.id)
        .where(
            whose.are(Attempt.activity_id, Attempt.person_id),
            Attempt.voided_at.is_(None),
            Decision.locked_at.is_not(None),
        )
        .order_by(Attempt.number, Decision.id)
    )
    for row in session.execute(question):
        person_id, number, when, decision_id, choice_id, locked_at = row
        if locked_at is not None:
            answer = LockedAnswer(Round(when), Taken(decision_id, choice_id), locked_at)
            found[person_id].attempts.setdefault(number, []).append(answer)


def _read_posts(session: Session, whose: _Whose, found: Found) -> None:
    """Read the posts that count; what staff have hidden counts, what was withdrawn does not."""
    parent = aliased(Post)
    to = case(
        (Post.parent_id.is_(None), ""),
        (parent.person_id.is_(None), literal("voice ") + parent.voice),
        (and_(parent.by_staff.is_(True), Thread.person_id.is_not(None)), TO_STAFF),
        else_=cast(parent.person_id, String),
    )
    question = (
        select(Post.person_id, Post.posted_at, Post.words, to)
        .join(Thread, Post.thread_id == Thread.id)
        .outerjoin(parent, Post.parent_id == parent.id)
        .where(
            whose.are(Thread.activity_id, Post.person_id),
            Post.person_id.is_not(None),
            Post.counts.is_(True),
            Post.state != PostState.WITHDRAWN,
            parent.person_id.is_distinct_from(Post.person_id),
        )
    )
    for row in session.execute(question):
        person_id, posted_at, words, whom = row
        if person_id is not None:
            found[person_id].said.append(Said(posted_at, words, whom))


def _read_places(session: Session, whose: _Whose, found: Found) -> None:
    question = (
        select(
            Participant.person_id,
            Participant.read_reasons_at,
            Participant.alone,
            Participant.asks_fewer_words,
            Activity.script,
        )
        .join(Activity, Activity.id == Participant.activity_id)
        .where(whose.are(Participant.activity_id, Participant.person_id))
    )
    for person_id, read_reasons_at, alone, asks_fewer, script in session.execute(question):
        found[person_id].read_reasons_at = read_reasons_at
        found[person_id].is_alone = alone is not None or script_of(script).talk is Talk.SOLO
        found[person_id].asks_fewer_words = asks_fewer
        found[person_id].is_catching_up = alone is not None and script_of(script).talk is Talk.ROOM


def _read_positions(session: Session, whose: _Whose, found: Found) -> None:
    """Read when the groups people are in, or were in at the time, said where they stand."""
    question = (
        select(GroupMember.person_id, func.min(Position.filed_at))
        .join(Thread, Thread.group_id == GroupMember.group_id)
        .join(Position, Position.thread_id == Thread.id)
        .where(
            whose.are(GroupMember.activity_id, GroupMember.person_id),
            or_(GroupMember.until_at.is_(None), Position.filed_at <= GroupMember.until_at),
        )
        .group_by(GroupMember.person_id)
    )
    for person_id, filed_at in session.execute(question):
        found[person_id].stand_filed_at = filed_at


def _read_reflections(session: Session, whose: _Whose, found: Found) -> None:
    question = select(
        Reflection.person_id, Reflection.reflect_id, Reflection.first_written_at
    ).where(whose.are(Reflection.activity_id, Reflection.person_id))
    for row in session.execute(question):
        found[row[0]].reflections[row[1]] = row[2]


def _read_marks(session: Session, whose: _Whose, found: Found) -> None:
    question = select(
        StaffMark.person_id, StaffMark.rule, StaffMark.amount, StaffMark.given_at
    ).where(whose.are(StaffMark.activity_id, StaffMark.person_id))
    for row in session.execute(question):
        person_id, rule, amount, given_at = row
        found[person_id].given[rule] = Done(amount, (given_at,))
