"""For teachers: who is where, who needs one, and the way to people, groups and settings."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import copies
from ltitool.core.errors import NotFound
from ltitool.core.phases import Moment
from ltitool.core.policy import GIVEN_BY_STAFF
from ltitool.core.scripts import script_of
from ltitool.storage.queries import grades as grade_queries
from ltitool.storage.queries import progress as progress_queries
from ltitool.storage.queries import teaching as queries
from ltitool.storage.queries.concerns import open_number
from ltitool.storage.queries.plan import gates_of
from ltitool.storage.tables import Activity
from ltitool.web import (
    library,
    teaching_allowances,
    teaching_answers,
    teaching_arranging,
    teaching_credit,
    teaching_grades,
    teaching_grouping,
    teaching_groups,
    teaching_log,
    teaching_marks,
    teaching_merging,
    teaching_moderation,
    teaching_naming,
    teaching_note,
    teaching_people,
    teaching_question,
    teaching_room,
    teaching_settings,
    teaching_staff,
    teaching_stand,
    teaching_talks,
    teaching_thread,
    teaching_version,
)
from ltitool.web.forms import PlainForm
from ltitool.web.paging import page_asked_for
from ltitool.web.settings_room import instructors_only
from ltitool.web.teaching_class import VIEWS, Learner, Where, learners, needs
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, staff_only

bp = Blueprint("teaching", __name__, url_prefix="/teaching")
bp.before_request(staff_only)
for part in (
    teaching_people,
    teaching_allowances,
    teaching_arranging,
    teaching_groups,
    teaching_talks,
    teaching_answers,
    teaching_thread,
    teaching_moderation,
    teaching_settings,
    teaching_credit,
    teaching_grades,
    teaching_marks,
    teaching_room,
    teaching_merging,
    teaching_grouping,
    teaching_naming,
    teaching_question,
    teaching_stand,
    teaching_note,
    teaching_staff,
    teaching_log,
    teaching_version,
    library,
):
    bp.register_blueprint(part.bp)


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show where the class stands, who needs a teacher, and the people, fifty on a page."""
    activity = here().activity
    if activity.scenario_version is None:
        earlier = copies.earlier_ones(db(), activity)
        return render_template("teaching/choose.html", earlier=earlier, form=PlainForm())
    rules = progress_queries.rules_of(db(), activity.id)
    moment = Moment(now(), activity.due_at, gates_of(db(), activity.id))
    everybody = learners(
        queries.class_of(db(), activity), rules, script_of(activity.script), moment
    )
    view, wanted = request.args.get("where", ""), request.args.get("q", "").strip()
    found = _found(everybody, view, wanted)
    return render_template(
        "teaching/overview.html",
        in_windows=queries.in_windows_of_their_own(db(), activity.id, now()),
        activity=activity,
        origin=_untold_origin(activity),
        number=len(everybody),
        started=sum(one.where is not Where.NOT_STARTED for one in everybody),
        finished=sum(one.where is Where.FINISHED for one in everybody),
        concerns=open_number(db(), activity.id),
        needs=needs(everybody, grade_queries.alerts(db(), activity)),
        page=page_asked_for(found),
        view=view if view in VIEWS else "",
        views=_views(everybody),
        wanted=wanted,
        has_marks=any(step.rule in GIVEN_BY_STAFF for step in rules.policy.asked),
    )


@bp.post("/keep-copy")
def keep_copy() -> ResponseReturnValue:
    """Say that the settings that were copied along are right."""
    instructors_only()
    copies.keep(db(), here().activity, actor_id=here().person_id, now=now())
    return redirect(url_for(".show"), 303)


@bp.get("/continue-from/<int:activity_id>")
def confirm_continue(activity_id: int) -> ResponseReturnValue:
    """Say what continuing from an earlier activity does, and ask."""
    instructors_only()
    earlier = _earlier(activity_id)
    return render_template("teaching/continue.html", earlier=earlier, form=PlainForm())


@bp.post("/continue-from/<int:activity_id>")
def continue_from(activity_id: int) -> ResponseReturnValue:
    """Let this link take an earlier one's place, with everybody's work."""
    instructors_only()
    _earlier(activity_id)
    copies.continue_from(db(), here().activity, activity_id, actor_id=here().person_id, now=now())
    return redirect(url_for(".show"), 303)


def _earlier(activity_id: int) -> Activity:
    found = copies.earlier_ones(db(), here().activity)
    for one in found:
        if one.id == activity_id:
            return one
    raise NotFound("There is no such earlier activity in this course.")


def _untold_origin(activity: Activity) -> Activity | None:
    """Return where the settings come from, until an instructor has said that they are right."""
    if activity.copied_from_id is None or activity.copy_kept_at is not None:
        return None
    return db().get(Activity, activity.copied_from_id)


def _found(people: list[Learner], view: str, wanted: str) -> list[Learner]:
    _words, belongs = VIEWS.get(view, VIEWS[""])
    letters = wanted.casefold()
    return [one for one in people if belongs(one) and letters in one.label.casefold()]


def _views(people: list[Learner]) -> list[tuple[str, str, int]]:
    return [
        (name, str(words), sum(belongs(one) for one in people))
        for name, (words, belongs) in VIEWS.items()
    ]
