"""What staff set and mend: the story, the date, an attempt, a group, a score that was refused."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from ltitool.actions import audit, credit, gates, groups, progress, scripts
from ltitool.actions.library import scenario_of
from ltitool.actions.reader import Reader
from ltitool.core.delivery import Delivery, earliest_sending, next_timestamp
from ltitool.core.errors import InputRefused, NotFound, NotOpen
from ltitool.core.plan import Plan
from ltitool.core.roles import Role
from ltitool.core.scenario import Scenario
from ltitool.core.scripts import script_of
from ltitool.storage.queries import progress as progress_queries
from ltitool.storage.queries import story as queries
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Decision,
    Membership,
    OutgoingScore,
    Participant,
    Post,
    ScenarioVersion,
    TalkGroup,
    Visit,
)


def configure(
    session: Session,
    activity: Activity,
    *,
    version: ScenarioVersion,
    plan: Plan,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Choose the story and how the activity is run.

    Raises NotOpen when another story is chosen after somebody has decided.
    """
    before = (activity.scenario_version_id, plan_of(session, activity))
    script = script_of(plan.script)
    if before[0] is not None and _changes_what_is_open(before[1], plan):
        gates.keep_used(session, activity, now=now)
    if activity.scenario_version_id != version.id:
        if has_been_decided(session, activity):
            raise NotOpen("Somebody has decided already, so this activity keeps its story.")
        activity.scenario_version_id = version.id
        activity.scenario_version = version
        activity.script = script.id
    scripts.change(session, activity, script, now=now)
    activity.due_at = plan.due_at
    activity.time_zone = checked_zone(plan.time_zone)
    _write_talk(session, activity, plan)
    activity.asks_stand = plan.asks_stand
    gates.write(session, activity, plan.gates)
    scenario = scenario_of(version)
    credit.set_rules(session, activity, scenario, plan.policy, actor_id=actor_id, now=now)
    if (activity.scenario_version_id, plan_of(session, activity)) == before:
        return
    audit.note(
        session,
        "activity configured",
        activity=activity,
        actor_id=actor_id,
        details={
            "version": version.hash,
            "script": script.id,
            "group_source": plan.group_source.value,
            "group_wait_hours": plan.group_wait_hours,
            "naming": plan.naming.value,
            "keep_days": plan.keep_days,
        },
        now=now,
    )


def _changes_what_is_open(before: Plan, after: Plan) -> bool:
    return (before.script, before.due_at, before.gates) != (
        after.script,
        after.due_at,
        after.gates,
    )


def _write_talk(session: Session, activity: Activity, plan: Plan) -> None:
    """Keep what is set about groups and names; it changes no group and no post that there is.

    Raises NotOpen when what people wrote would be kept for longer than they were told.
    """
    if plan.keep_days > activity.keep_days and has_been_decided(session, activity):
        raise NotOpen("People have been told how long their words are kept; it can be less only.")
    activity.group_source = plan.group_source
    activity.group_wait_hours = plan.group_wait_hours
    activity.group_cap = plan.group_cap
    activity.platform_groups = list(plan.platform_groups)
    activity.naming = plan.naming
    activity.keep_days = plan.keep_days


def checked_zone(name: str) -> str:
    """Return the name of a time zone that exists; raises InputRefused."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InputRefused(f"“{name}” is not the name of a time zone.") from unknown


def has_been_decided(session: Session, activity: Activity) -> bool:
    """Whether any learner's answer stands here; from then on the story is fixed."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Decision.attempt_id == Attempt.id,
                    Attempt.activity_id == activity.id,
                    Participant.activity_id == Attempt.activity_id,
                    Participant.person_id == Attempt.person_id,
                    Participant.is_preview.is_(False),
                )
            )
        )
    )


def reset_attempt(
    session: Session,
    reader: Reader,
    reason: str,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Let one learner start over: every attempt is kept for the record and counts for nothing."""
    attempts = queries.attempts_of(session, reader.activity.id, reader.person_id)
    if not attempts:
        raise InputRefused("There is no attempt to reset.")
    for attempt in attempts:
        attempt.voided_at = now
    audit.note(
        session,
        "attempt reset",
        activity=reader.activity,
        actor_id=actor_id,
        details={"person": reader.person_id, "reason": reason},
        now=now,
    )
    progress.remeasure(session, reader, now=now)


def move(session: Session, reader: Reader, group_id: int, *, actor_id: int, now: datetime) -> None:
    """Move one learner to another group, and note who did it."""
    groups.move(session, reader, group_id, now=now)
    audit.note(
        session,
        "person moved",
        activity=reader.activity,
        actor_id=actor_id,
        details={"person": reader.person_id, "group": group_id},
        now=now,
    )


def merge(
    session: Session,
    activity: Activity,
    scenario: Scenario,
    group_ids: Sequence[int],
    *,
    actor_id: int,
    now: datetime,
) -> TalkGroup:
    """Let the people of some groups go on in a new one, and note who did it."""
    made = groups.merge(session, activity, scenario, group_ids, now=now)
    audit.note(
        session,
        "groups merged",
        activity=activity,
        actor_id=actor_id,
        details={"groups": list(group_ids), "group": made.id},
        now=now,
    )
    return made


def reveal(
    session: Session, activity: Activity, post: Post, reason: str, *, actor_id: int, now: datetime
) -> int:
    """Return who wrote a post under an alias, and note who asked and why."""
    assert post.person_id is not None
    audit.note(
        session,
        "author revealed",
        activity=activity,
        actor_id=actor_id,
        details={"post": post.id, "person": post.person_id, "reason": reason},
        now=now,
    )
    return post.person_id


def send_again(session: Session, reader: Reader, *, actor_id: int, now: datetime) -> OutgoingScore:
    """Write a refused score anew, with a newer timestamp; the refused one stays for the record.

    Raises InputRefused when the newest score was not refused.
    """
    activity = reader.activity
    last = (
        progress_queries.newest_score(
            session, activity.id, reader.person_id, activity.line_item_url
        )
        if activity.line_item_url
        else None
    )
    if last is None or last.delivery is not Delivery.REFUSED:
        raise InputRefused("There is no refused score to send again.")
    scored_at = next_timestamp(now, last.scored_at)
    again = OutgoingScore(
        activity_id=activity.id,
        person_id=reader.person_id,
        line_item_url=last.line_item_url,
        score_hundredths=last.score_hundredths,
        maximum=last.maximum,
        scored_at=scored_at,
        rules_number=last.rules_number,
        comment=last.comment,
        next_try_at=max(now, earliest_sending(scored_at)),
        written_at=now,
    )
    session.add(again)
    session.info["score_written"] = True
    audit.note(
        session,
        "score sent again",
        activity=activity,
        actor_id=actor_id,
        details={"person": reader.person_id},
        now=now,
    )
    return again


def choose_role(
    session: Session,
    activity: Activity,
    person_id: int,
    role: Role,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Say whether somebody on the staff of this course is an instructor or a tutor.

    Raises NotFound for anybody else, and InputRefused for oneself: nobody locks themselves out.
    """
    if person_id == actor_id:
        raise InputRefused("Another instructor can change your own role; you cannot.")
    if not role.is_staff:
        raise InputRefused("Staff are instructors or tutors.")
    row = session.scalar(
        select(Membership).where(
            Membership.context_id == activity.context_id,
            Membership.person_id == person_id,
            Membership.was_staff.is_(True),
        )
    )
    if row is None:
        raise NotFound("There is no such person on the staff of this course.")
    if row.chosen_role is role:
        return
    row.chosen_role = role
    session.execute(
        update(Visit)
        .where(
            Visit.person_id == person_id,
            Visit.role.in_([Role.INSTRUCTOR, Role.TUTOR]),
            Visit.activity_id.in_(
                select(Activity.id).where(Activity.context_id == activity.context_id)
            ),
        )
        .values(role=role)
    )
    audit.note(
        session,
        "role chosen",
        activity=activity,
        actor_id=actor_id,
        details={"person": person_id, "role": role.value},
        now=now,
    )
