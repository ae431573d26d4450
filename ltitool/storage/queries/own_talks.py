"""Talks that people have by themselves with voices of the story: as staff meet them, by aliases."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.audience import Naming, shown_as
from ltitool.core.script import Alone, Talk
from ltitool.core.scripts import script_for
from ltitool.core.talk import PostState
from ltitool.storage.tables import Activity, GroupMember, Participant, Person, Post, Thread
from ltitool.storage.types import UtcTime


class Stage(StrEnum):
    """What a talk by oneself is to its person today."""

    WAITS = "waits"
    """They wait for a group, and what stands here comes along into it."""
    ALONE = "alone"
    """They answer voices of the story, and the teaching staff read it."""
    LEFT = "left"
    """They talk elsewhere now; what stands here stays with those it was written for."""


@dataclass(frozen=True)
class OwnTalk:
    """The talk that one person has by themselves, in numbers."""

    thread_id: int
    participant_id: int
    name: str
    """As its person is shown in it: by alias, or by name."""
    stage: Stage
    replies: int
    last_reply_at: datetime | None
    is_locked: bool


def own_talks_in(session: Session, activity: Activity) -> list[OwnTalk]:
    """Return the talks people have by themselves here, the newest reply first.

    Whoever came into a group before they wrote anything has none.
    """
    said = _said(activity)
    rows = session.execute(
        _talks(activity, said)
        .where(_has_something(said))
        .order_by(said.c.last_at.desc().nulls_last(), Thread.id)
    )
    return [_read(row, activity) for row in rows]


def own_talks_number(session: Session, activity: Activity) -> int:
    """Return how many talks `own_talks_in` returns."""
    said = _said(activity)
    talks = _talks(activity, said).where(_has_something(said)).with_only_columns(func.count())
    return session.scalar(talks) or 0


def own_talk(session: Session, activity: Activity, thread_id: int) -> OwnTalk | None:
    """Return a talk that somebody has by themselves, by the id of its thread."""
    talks = _talks(activity, _said(activity)).where(Thread.id == thread_id)
    row = session.execute(talks).one_or_none()
    return _read(row, activity) if row else None


def _has_something(said: Subquery) -> ColumnElement[bool]:
    return or_(GroupMember.id.is_(None), said.c.first_id.is_not(None))


def _said(activity: Activity) -> Subquery:
    """Ask what people have written in talks of their own, besides what staff wrote there."""
    standing = func.count().filter(Post.state != PostState.WITHDRAWN)
    return (
        select(
            Post.thread_id,
            func.min(Post.id).label("first_id"),
            standing.label("number"),
            func.max(Post.posted_at, type_=UtcTime()).label("last_at"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.activity_id == activity.id, Post.person_id == Thread.person_id)
        .group_by(Post.thread_id)
        .subquery()
    )


def _talks(
    activity: Activity, said: Subquery
) -> Select[
    int, int, datetime | None, int | None, Alone | None, str, str, Naming | None, int, datetime
]:
    first = aliased(Post)
    return (
        select(
            Thread.id,
            Participant.id,
            Thread.locked_at,
            GroupMember.id,
            Participant.alone,
            Participant.alias,
            Person.name,
            first.naming,
            said.c.number,
            said.c.last_at,
        )
        .join(Person, Person.id == Thread.person_id)
        .join(
            Participant,
            and_(
                Participant.activity_id == Thread.activity_id,
                Participant.person_id == Thread.person_id,
                Participant.is_preview.is_(False),
            ),
        )
        .outerjoin(
            GroupMember,
            and_(
                GroupMember.activity_id == Thread.activity_id,
                GroupMember.person_id == Thread.person_id,
                GroupMember.until_at.is_(None),
            ),
        )
        .outerjoin(said, said.c.thread_id == Thread.id)
        .outerjoin(first, first.id == said.c.first_id)
        .where(Thread.activity_id == activity.id)
    )


def _read(
    row: Row[
        int, int, datetime | None, int | None, Alone | None, str, str, Naming | None, int, datetime
    ],
    activity: Activity,
) -> OwnTalk:
    thread_id, participant_id, locked_at, member_id, alone, alias, name, naming, number, last_at = (
        row
    )
    talk = script_for(activity.script, is_alone=alone is not None).talk
    stages = {Talk.SOLO: Stage.ALONE, Talk.GROUP: Stage.WAITS}
    return OwnTalk(
        thread_id,
        participant_id,
        shown_as(naming or activity.naming, name, alias),
        Stage.LEFT if member_id is not None else stages.get(talk, Stage.LEFT),
        number or 0,
        last_at,
        locked_at is not None,
    )
