"""Letting an activity go by another script while people are on their way."""

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from ltitool.core.errors import NotOpen
from ltitool.core.script import Script, Talk
from ltitool.core.scripts import script_of
from ltitool.storage.tables import (
    Activity,
    GroupMember,
    Participant,
    Post,
    Thread,
    VoiceShown,
)


def change(session: Session, activity: Activity, script: Script, *, now: datetime) -> None:
    """Let an activity go by this script; raises NotOpen where that would take a talk away."""
    before = script_of(activity.script)
    if before.talk is not script.talk and has_been_talked(session, activity):
        raise NotOpen(
            "Somebody has written in the talk already, so people go on talking the way they do."
        )
    activity.script = script.id
    if before.talk is script.talk:
        return
    _wait_anew(session, activity, script, now=now)


def has_been_talked(session: Session, activity: Activity) -> bool:
    """Whether anybody has written in a talk of this activity."""
    written = exists().where(
        Post.thread_id == Thread.id,
        Thread.activity_id == activity.id,
        Post.person_id.is_not(None),
    )
    return bool(session.scalar(select(written)))


def _wait_anew(session: Session, activity: Activity, script: Script, *, now: datetime) -> None:
    """Let those who have decided wait for a group where there are groups, else for none."""
    own = Participant.activity_id == activity.id
    session.execute(update(Participant).where(own).values(waiting_since_at=None))
    if script.talk is not Talk.GROUP:
        return
    has_locked = exists().where(
        VoiceShown.activity_id == activity.id, VoiceShown.person_id == Participant.person_id
    )
    has_group = exists().where(
        GroupMember.activity_id == activity.id,
        GroupMember.person_id == Participant.person_id,
        GroupMember.until_at.is_(None),
    )
    session.execute(
        update(Participant)
        .where(
            own,
            Participant.is_preview.is_(False),
            Participant.alone.is_(None),
            has_locked,
            ~has_group,
        )
        .values(waiting_since_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()  # what is loaded of these people is old
