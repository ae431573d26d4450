"""What an instructor sets: the story, one date, the time zone, how groups are formed."""

from dataclasses import dataclass, replace

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.actions import columns, stories
from ltitool.actions import teaching as actions
from ltitool.core.roles import Role
from ltitool.core.scenario import Scenario
from ltitool.core.script import Talk
from ltitool.core.scripts import script_of
from ltitool.storage.queries import library as library_queries
from ltitool.storage.tables import Activity, ScenarioVersion
from ltitool.web import (
    settings_phases,
    teaching_credit,
    teaching_grouping,
    teaching_naming,
    teaching_note,
    teaching_question,
    teaching_stand,
    teaching_version,
)
from ltitool.web.settings_room import SettingsPart, instructors_only, plan_here, preview
from ltitool.web.teaching_forms import (
    AS_THEY_COME,
    IN_BATCHES,
    LONGEST_WAIT,
    SettingsForm,
    time_zones,
)
from ltitool.web.transaction import after_commit, db, now
from ltitool.web.visit import here

bp = Blueprint("settings", __name__, url_prefix="/settings")
bp.register_blueprint(settings_phases.bp)

PARTS = (
    teaching_question.PART,
    settings_phases.PART,
    teaching_grouping.PART,
    teaching_stand.PART,
    teaching_naming.PART,
    teaching_credit.PART,
    teaching_note.PART,
    teaching_version.PART,
)
"""The pages of settings behind the first one, in the order in which it tells of them."""


@dataclass(frozen=True)
class Offer:
    """A story that can be chosen."""

    id: str
    version: ScenarioVersion
    scenario: Scenario
    is_chosen: bool
    is_on_shelf: bool
    """Whether the library of this course has it."""


@bp.get("")
def show() -> ResponseReturnValue:
    """Show what is set, in a form for instructors."""
    return _page(_form())


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep what is set."""
    instructors_only()
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    plan = replace(
        plan_here(),
        due_at=form.due_at,
        time_zone=form.zone,
        group_wait_hours=form.group_wait_hours,
    )
    asked = preview(plan)
    if asked is not None:
        return asked
    actions.configure(
        db(),
        here().activity,
        version=form.version,
        plan=plan,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(url_for(".show", saved=1), 303)


@bp.post("/column")
def make_column() -> ResponseReturnValue:
    """Ask for a gradebook column to be made."""
    instructors_only()
    activity = here().activity
    columns.ask(db(), activity, actor_id=here().person_id, now=now())
    after_commit(lambda: current_app.extensions["jobs"].ask_for_column(activity.id))
    return redirect(url_for(".show", _anchor="column-title"), 303)


def _form() -> SettingsForm:
    activity = here().activity
    return SettingsForm.of(activity, _versions(activity), here().locale)


def _versions(activity: Activity) -> list[ScenarioVersion]:
    """Return the newest of every story, and the one in use first if a newer one has come."""
    newest = library_queries.offered(db(), activity.context_id)
    chosen = activity.scenario_version
    return newest if chosen is None or chosen in newest else [chosen, *newest]


def _page(form: SettingsForm) -> str:
    activity = here().activity
    is_set = activity.scenario_version_id is not None
    zone = form.time_zone.data or activity.time_zone
    return render_template(
        "teaching/settings.html",
        form=form,
        offers=[
            Offer(
                key,
                version,
                stories.scenario_of(version),
                is_chosen=key == form.story.data,
                is_on_shelf=version.entry.context_id in {None, activity.context_id},
            )
            for key, version in form.offered.items()
        ],
        activity=activity,
        can_change=here().role is Role.INSTRUCTOR,
        is_fixed=actions.has_been_decided(db(), activity),
        is_saved="saved" in request.args and not form.errors,
        said=said(activity.group_wait_hours),
        had_column=activity.line_item_url is None and columns.had_one(db(), activity),
        parts=_parts() if is_set else [],
        has_groups=_has_groups(),
        **run_words(zone),
    )


def _parts() -> list[tuple[SettingsPart, str]]:
    """Return the parts that this visit may look at, each with what is set there."""
    plan, is_instructor = plan_here(), here().role is Role.INSTRUCTOR
    return [
        (part, part.sentence(plan))
        for part in PARTS
        if (is_instructor or part.is_for_tutors) and (_has_groups() or not part.is_for_groups)
    ]


def _has_groups() -> bool:
    """Whether people talk in groups here."""
    return script_of(here().activity.script).talk is Talk.GROUP


def run_words(zone: str) -> dict[str, object]:
    """Return what `teaching/_run.html` needs beside the form."""
    return {
        "zones": time_zones() if zone in time_zones() else (zone, *time_zones()),
        "zone": zone,
        "as_they_come": AS_THEY_COME,
        "in_batches": IN_BATCHES,
        "longest_wait": LONGEST_WAIT,
    }


def said(hours: int) -> str:
    """Return what the folded part sets, in one sentence."""
    if not hours:
        return _("People are put into groups as they come.")
    return ngettext(
        "Groups form when eight people wait, at the latest after one hour.",
        "Groups form when eight people wait, at the latest after %(num)d hours.",
        hours,
    )
