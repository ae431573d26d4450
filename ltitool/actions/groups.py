"""Putting those who wait into groups; moving one person to another group, merging groups.

None of it gives a post a reader whom its words did not name when it was written.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ltitool.actions import progress, threads
from ltitool.actions.reader import Reader
from ltitool.core import groups as rules
from ltitool.core.errors import InputRefused, NotFound, NotOpen
from ltitool.core.mixing import LARGEST
from ltitool.core.names import draw_group_name
from ltitool.core.scenario import Scenario
from ltitool.storage.queries import grouping as grouping_queries
from ltitool.storage.queries import membership
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.queries.positions import positions_in
from ltitool.storage.tables import Activity, GroupMember, Participant, TalkGroup

TWO = 2
OTHER_STORY = "They live through another story than their class, so no group could talk with them."


def lock(session: Session, activity: Activity) -> None:
    """Let those who change the groups of an activity come one after another.

    Not against rows that point at the activity: both write such rows, and would wait for each
    other.
    """
    locked = select(Activity.id).where(Activity.id == activity.id)
    session.execute(locked.with_for_update(key_share=True))


def form_due(
    session: Session,
    activity: Activity,
    scenario: Scenario,
    *,
    now: datetime,
    is_over: bool = False,
) -> bool:
    """Put into groups whose time has come, by the source that is set; return whether any were.

    `is_over` ends the waiting of everybody.
    """
    lock(session, activity)
    waiting = membership.waiting_in(session, activity.id)
    if not waiting:
        return False
    stances = membership.stances(session, activity.id, scenario.talk_decision.id)
    grouping = plan_of(session, activity).grouping
    if is_over:
        grouping = replace(grouping, wait_hours=0)
    labels = grouping_queries.labels_in(session, activity, grouping)
    existing = grouping_queries.groups_today(session, activity.id, stances)
    changed = rules.form(
        grouping_queries.waiting_with(waiting, stances, labels),
        existing,
        grouping,
        Counter(labels.values()),
        now=now,
        chance=Random(f"{activity.seed}:groups:{len(existing)}:{len(waiting)}"),
    )
    by_person = {person.person_id: person for person in waiting}
    for group in changed:
        joining = [by_person[person] for person in group.members if person in by_person]
        _join(session, activity, scenario, group, joining, now=now)
    return bool(changed)


def move(session: Session, reader: Reader, group_id: int, *, now: datetime) -> None:
    """Move one person to another group; what they wrote stays with those who could read it.

    They can still read what was said in the old one until now, and will read the new one's talk:
    its people were told that others may join. Raises InputRefused where it is full.
    """
    activity = reader.activity
    lock(session, activity)
    if reader.participant.other_story is not None:
        raise NotOpen(OTHER_STORY)
    group = open_group(session, activity, group_id)
    today = membership.group_of(session, activity.id, reader.person_id)
    if today is not None and today.id == group.id:
        raise InputRefused("This person is in that group already.")
    if not story_queries.voices_shown(session, activity.id, reader.person_id):
        raise InputRefused("This person has not locked an answer yet, so they cannot talk.")
    if len(membership.members_of(session, group.id)) >= LARGEST:
        raise InputRefused(f"{group.name} group is full: its people were told of six at most.")
    leave(session, activity, [reader.person_id], now=now)
    _join(session, activity, reader.scenario, rules.Group(group.id), [reader.participant], now=now)


def merge(
    session: Session, activity: Activity, scenario: Scenario, ids: Sequence[int], *, now: datetime
) -> TalkGroup:
    """Let the people of some groups go on in a new one, with a talk of its own; return it.

    The old talks stay as they are: their people can read them, and nobody else from the others.
    Raises InputRefused for more than six people, or fewer than two groups.
    """
    lock(session, activity)
    old = [open_group(session, activity, one) for one in dict.fromkeys(ids)]
    people = membership.members_among(session, [group.id for group in old])
    if len(old) < TWO:
        raise InputRefused("Choose two groups that are to become one.")
    if not people:
        raise InputRefused("There is nobody in these groups.")
    if len(people) > LARGEST:
        raise InputRefused(f"Together they are {len(people)} people; a group holds six at most.")
    leave(session, activity, [person.person_id for person in people], now=now)
    for group in old:
        group.closed_at = now
    label = old[0].label if len({group.label for group in old}) == 1 else ""
    return _join(session, activity, scenario, rules.Group(None, label=label), people, now=now)


def choose(session: Session, reader: Reader, group_id: int | None, *, now: datetime) -> None:
    """Let somebody who waits join the group they have chosen, or begin one (None).

    Raises NotOpen where people do not choose, where the group has filled up a moment ago, or where
    the others are to have three people first.
    """
    activity = reader.activity
    lock(session, activity)
    session.refresh(reader.participant)
    if membership.group_of(session, activity.id, reader.person_id) is not None:
        return  # sent twice, or put into a group meanwhile
    if activity.group_source is not rules.GroupSource.CHOSEN:
        raise NotOpen("Groups are not chosen in this activity.")
    if reader.participant.waiting_since_at is None or reader.participant.is_preview:
        raise NotOpen("You have not locked your answer yet.")
    sizes = membership.sizes_in(session, activity.id)
    if group_id is not None:
        group_id = open_group(session, activity, group_id).id
    members = sizes.get(group_id, 0) if group_id is not None else 0
    if group_id is not None and not members:
        raise NotFound("There is nobody in this group any more.")
    if not rules.has_place(members, activity.group_cap, list(sizes.values())):
        raise NotOpen("That place was taken a moment ago. Choose another group.")
    joined = rules.Group(group_id)
    _join(session, activity, reader.scenario, joined, [reader.participant], now=now)


def open_group(session: Session, activity: Activity, group_id: int) -> TalkGroup:
    """Return a group of this activity that people can be in; raises NotFound."""
    group = session.scalar(
        select(TalkGroup).where(
            TalkGroup.id == group_id,
            TalkGroup.activity_id == activity.id,
            TalkGroup.closed_at.is_(None),
        )
    )
    if group is None:
        raise NotFound("There is no such group in this activity.")
    return group


def leave(session: Session, activity: Activity, people: Sequence[int], *, now: datetime) -> None:
    """Let these people be in no group from now on; what they wrote stays with it."""
    session.execute(
        update(GroupMember)
        .where(
            GroupMember.activity_id == activity.id,
            GroupMember.person_id.in_(people),
            GroupMember.until_at.is_(None),
        )
        .values(until_at=now)
    )


def _join(
    session: Session,
    activity: Activity,
    scenario: Scenario,
    wanted: rules.Group,
    joining: Sequence[Participant],
    *,
    now: datetime,
) -> TalkGroup:
    group = _group(session, activity, wanted, now=now)
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
    thread = threads.ensure_thread(session, Reader(activity, joining[0], scenario), now=now)
    threads.bring_posts(session, activity, joining, thread)
    if positions_in(session, thread.id):  # what their new group has filed counts for them, too
        for participant in joining:
            progress.remeasure(session, Reader(activity, participant, scenario), now=now)
    return group


def _group(
    session: Session, activity: Activity, wanted: rules.Group, *, now: datetime
) -> TalkGroup:
    if wanted.id is not None:
        return session.get_one(TalkGroup, wanted.id)
    taken = set(session.scalars(select(TalkGroup.name).where(TalkGroup.activity_id == activity.id)))
    name = draw_group_name(taken, len(taken), Random(f"{activity.seed}:name:{len(taken)}"))
    group = TalkGroup(activity_id=activity.id, name=name, label=wanted.label, formed_at=now)
    session.add(group)
    session.flush()  # its id is needed
    return group
