"""What staff set: the story, and how the activity is run."""

from dataclasses import fields
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ltitool.actions import audit, credit, gates, other_story, scripts
from ltitool.actions.stories import scenario_of, story_of
from ltitool.core.audience import apart
from ltitool.core.errors import InputRefused, NotOpen
from ltitool.core.plan import Plan
from ltitool.core.scripts import script_of
from ltitool.core.talk_about import choosable
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Decision,
    Participant,
    ScenarioVersion,
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
        other_story.join_class(session, activity)
    _choose_question(session, activity, plan.talk_about, before[1].talk_about)
    scripts.change(session, activity, script, now=now)
    activity.due_at = plan.due_at
    activity.time_zone = checked_zone(plan.time_zone)
    _write_talk(session, activity, plan)
    activity.asks_stand = plan.asks_stand
    gates.write(session, activity, plan.gates)
    story = story_of(activity)
    credit.set_rules(session, activity, story, plan.policy, actor_id=actor_id, now=now)
    after = (activity.scenario_version_id, plan_of(session, activity))
    if after == before:
        return
    audit.note(
        session,
        "activity configured",
        activity=activity,
        actor_id=actor_id,
        details={
            "version": version.hash,
            "script": script.id,
            "talk_about": activity.talk_about,
            "group_source": plan.group_source.value,
            "group_wait_hours": plan.group_wait_hours,
            "naming": plan.naming.value,
            "namings": activity.namings,
            "keep_days": plan.keep_days,
            "changed": _changed(before, after),
        },
        now=now,
    )


def _changed(before: tuple[int | None, Plan], after: tuple[int | None, Plan]) -> list[str]:
    """Return by name what a change has set anew; the story, and parts of the plan."""
    story = ["story"] if before[0] != after[0] else []
    parts = [part.name for part in fields(Plan)]
    return story + [one for one in parts if getattr(before[1], one) != getattr(after[1], one)]


def _choose_question(session: Session, activity: Activity, wanted: str, before: str) -> None:
    """Keep which question people talk about; another story that lacks it has its author's.

    Raises NotOpen once somebody has decided, InputRefused for what nobody could talk about.
    """
    if wanted and not _can_be_talked_about(activity, wanted):
        if wanted != before:
            raise InputRefused(
                f"“{wanted}” is no question of this story that people can talk about."
            )
        wanted = ""
    if wanted != activity.talk_about and has_been_decided(session, activity):
        raise NotOpen("Somebody has decided already, so people talk about what they were told.")
    activity.talk_about = wanted


def _can_be_talked_about(activity: Activity, decision_id: str) -> bool:
    assert activity.scenario_version is not None
    offered = choosable(scenario_of(activity.scenario_version))
    return any(decision.id == decision_id for decision in offered)


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
    own = apart(plan.naming, plan.namings)
    activity.namings = {phase.value: naming.value for phase, naming in own.items()}
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
