"""Putting those who wait into groups, and moving one person to another."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ltitool.actions.reader import Reader
from ltitool.core import groups as rules
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.names import draw_group_name
from ltitool.core.scenario import Scenario
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import talk as queries
from ltitool.storage.tables import Activity, GroupMember, Participant, Post, TalkGroup, Thread


def form_due(session: Session, activity: Activity, scenario: Scenario, *, now: datetime) -> bool:
    """Group those who wait, if enough of them do or the first has waited long enough."""
    # Locked, so that two people who take a batch's last place come one after another; but not
    # against rows that point at the activity: both write such rows, and would wait for each other.
    locked = select(Activity.id).where(Activity.id == activity.id)
    session.execute(locked.with_for_update(key_share=True))
    waiting = queries.waiting_in(session, activity.id)
    since = [person.waiting_since_at for person in waiting if person.waiting_since_at]
    if not rules.is_due(since, timedelta(hours=activity.group_wait_hours), now):
        return False
    stances = queries.stances(session, activity.id, scenario.talk_decision.id)
    by_person = {person.person_id: person for person in waiting}
    existing = _existing(session, activity, stances)
    chance = Random(f"{activity.seed}:groups:{len(existing)}:{len(waiting)}")
    changed = rules.place({person: stances[person] for person in by_person}, existing, chance)
    for group in changed:
        joining = [by_person[person] for person in group.members if person in by_person]
        _join(session, activity, scenario, group.id, joining, now=now)
    return True


def ensure_thread(session: Session, reader: Reader, *, now: datetime) -> Thread:
    """Return the thread this person talks in, opened by a scripted voice when it is new."""
    group = queries.group_of(session, reader.activity.id, reader.person_id)
    found = queries.thread_of(session, reader.activity.id, reader.person_id, group)
    return found or _open_thread(session, reader, group, now=now)


def move(session: Session, reader: Reader, group_id: int, *, now: datetime) -> None:
    """Move one person to another group; what they wrote stays with those who could read it."""
    activity = reader.activity
    group = session.scalar(
        select(TalkGroup).where(TalkGroup.id == group_id, TalkGroup.activity_id == activity.id)
    )
    if group is None:
        raise NotFound("There is no such group in this activity.")
    today = queries.group_of(session, activity.id, reader.person_id)
    if today is not None and today.id == group.id:
        raise InputRefused("This person is in that group already.")
    if not story_queries.voices_shown(session, activity.id, reader.person_id):
        raise InputRefused("This person has not locked an answer yet, so they cannot talk.")
    _leave(session, activity, reader.person_id, now=now)
    _join(session, activity, reader.scenario, group.id, [reader.participant], now=now)


def _existing(session: Session, activity: Activity, stances: dict[int, str]) -> list[rules.Group]:
    by_group: dict[int, rules.Group] = {}
    for group_id, person_id in queries.current_members(session, activity.id):
        group = by_group.setdefault(group_id, rules.Group(group_id))
        group.take(person_id, stances.get(person_id, ""))
    return list(by_group.values())


def _join(
    session: Session,
    activity: Activity,
    scenario: Scenario,
    group_id: int | None,
    joining: Sequence[Participant],
    *,
    now: datetime,
) -> None:
    group = _group(session, activity, group_id, now=now)
    for participant in joining:
        participant.waiting_since_at = None
        session.add(
            GroupMember(
                group_id=group.id,
                activity_id=activity.id,
                person_id=participant.person_id,
                from_at=now,
            )
        )
    session.flush()  # unique current membership is checked here, and the thread asks for the group
    thread = ensure_thread(session, Reader(activity, joining[0], scenario), now=now)
    _bring_posts(session, activity, joining, thread)


def _group(
    session: Session, activity: Activity, group_id: int | None, *, now: datetime
) -> TalkGroup:
    if group_id is not None:
        return session.get_one(TalkGroup, group_id)
    taken = set(session.scalars(select(TalkGroup.name).where(TalkGroup.activity_id == activity.id)))
    name = draw_group_name(taken, len(taken), Random(f"{activity.seed}:name:{len(taken)}"))
    group = TalkGroup(activity_id=activity.id, name=name, formed_at=now)
    session.add(group)
    session.flush()  # its id is needed
    return group


def _leave(session: Session, activity: Activity, person_id: int, *, now: datetime) -> None:
    session.execute(
        update(GroupMember)
        .where(
            GroupMember.activity_id == activity.id,
            GroupMember.person_id == person_id,
            GroupMember.until_at.is_(None),
        )
        .values(until_at=now)
    )


def _open_thread(
    session: Session, reader: Reader, group: TalkGroup | None, *, now: datetime
) -> Thread:
    decision = reader.scenario.talk_decision
    thread = Thread(
        activity_id=reader.activity.id,
        group_id=group.id if group else None,
        person_id=None if group else reader.person_id,
        decision_id=decision.id,
        opened_at=now,
    )
    session.add(thread)
    session.flush()  # its id is needed
    owner = f"group:{group.id}" if group else f"person:{reader.person_id}"
    # Drawn by chance alone: a voice chosen for the answers of a group would tell what they are.
    voiced = [choice for choice in decision.choices if choice.seed is not None]
    if voiced:
        opening = Random(f"{reader.activity.seed}:opening:{owner}").choice(voiced)
        assert opening.seed is not None
        session.add(
            Post(
                thread_id=thread.id,
                voice=opening.id,
                text=opening.seed.text,
                counts=False,
                audience="",
                submission_id="",
                posted_at=now,
            )
        )
        session.flush()  # the first reply may come in this same request
    return thread


def _bring_posts(
    session: Session, activity: Activity, joining: Sequence[Participant], thread: Thread
) -> None:
    """Move what was written while waiting into the group's thread, as its authors were told.

    The scripted voices they answered come along, so that no reply loses what it replies to.
    """
    for participant in joining:
        own = queries.thread_of(session, activity.id, participant.person_id, None)
        if own is None:
            continue
        has_written = session.scalar(
            select(Post.id).where(Post.thread_id == own.id, Post.person_id.is_not(None)).limit(1)
        )
        if has_written:
            session.execute(
                update(Post).where(Post.thread_id == own.id).values(thread_id=thread.id)
            )
