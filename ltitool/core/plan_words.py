"""A plan as a link's custom parameters tell it: what a copy of the link takes along anywhere.

Whoever edits the course can change them, so each is read as something a stranger typed. Dates are
read and never told: those of a copy are its own.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from ltitool.core.audience import FOR_STAFF, Naming, apart
from ltitool.core.errors import InputRefused
from ltitool.core.groups import GroupSource
from ltitool.core.plan import Plan
from ltitool.core.policy import Policy
from ltitool.core.presets import DEFAULT, Preset, preset_of, with_preset
from ltitool.core.script import Phase
from ltitool.core.scripts import script_of

LONGEST_WAIT = 24 * 14
Kind = TypeVar("Kind", bound=StrEnum)


def told(plan: Plan) -> dict[str, str]:
    """Return what custom parameters can say of a plan; the rest stays with its activity."""
    words = {
        "script": plan.script,
        "time_zone": plan.time_zone,
        "group_wait_hours": str(plan.group_wait_hours),
        "names": plan.naming.value,
    }
    if plan.talk_about:
        words["talk_about"] = plan.talk_about
    words |= {f"names_{phase}": own.value for phase, own in plan.namings.items()}
    if plan.group_source.is_enough_by_name:
        words["groups"] = plan.group_source.value
    preset = preset_of(plan.policy) if plan.policy else Preset.TAKING_PART
    if preset is not Preset.OWN:
        words["credit"] = preset.value
    return words


def plan_from(custom: Mapping[str, str]) -> Plan:
    """Return the plan that custom parameters ask for; raises InputRefused for a broken one."""
    usual = Plan()
    naming = _one_of(Naming, custom.get("names", usual.naming))
    return Plan(
        script=script_of(custom.get("script", usual.script)).id,
        talk_about=custom.get("talk_about", usual.talk_about),
        due_at=_time(custom.get("due_at", "")),
        time_zone=custom.get("time_zone", usual.time_zone),
        group_source=_source(custom.get("groups", usual.group_source)),
        group_wait_hours=_hours(custom.get("group_wait_hours", str(usual.group_wait_hours))),
        naming=naming,
        namings=_namings(custom, naming),
        policy=_policy(custom["credit"]) if "credit" in custom else None,
    )


def _namings(custom: Mapping[str, str], naming: Naming) -> dict[Phase, Naming]:
    told = {phase: custom.get(f"names_{phase}", naming) for phase in FOR_STAFF}
    return apart(naming, {phase: _one_of(Naming, name) for phase, name in told.items()})


def _policy(name: str) -> Policy:
    preset = _one_of(Preset, name)
    if preset is Preset.OWN:
        raise InputRefused("Credit that is set part by part cannot be named by a link.")
    return with_preset(DEFAULT, preset)


def _source(name: str) -> GroupSource:
    source = _one_of(GroupSource, name)
    if not source.is_enough_by_name:
        raise InputRefused(f"Groups that are “{name}” cannot be named by a link.")
    return source


def _one_of(kinds: type[Kind], name: str) -> Kind:
    try:
        return kinds(name)
    except ValueError as unknown:
        offered = ", ".join(kinds)
        raise InputRefused(f"“{name}” is none of: {offered}.") from unknown


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as broken:
        raise InputRefused(f"“{text}” is not a date.") from broken
    if found.tzinfo is None:
        raise InputRefused(f"“{text}” names no time zone.")
    return found


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise InputRefused(f"“{text}” is not a number of hours.")
    return min(int(text), LONGEST_WAIT)
