"""A newer version of the story: what changed, whom it reaches, and taking it over."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ltitool.actions import updates
from ltitool.actions.stories import scenario_of
from ltitool.core.errors import NotFound
from ltitool.core.plan import Plan
from ltitool.core.versions import changes, structural_changes
from ltitool.storage.queries import library as queries
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import SettingsPart, instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here
from ltitool.web.visit import version as playing

bp = Blueprint("version", __name__, url_prefix="/version")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show what a newer version says otherwise, and before a migration who is affected."""
    activity, before = here().activity, playing()
    newer = updates.newer_version(db(), activity)
    if newer is None:
        entry = queries.entry_played(db(), activity.context_id, before)
        return render_template("library/newest.html", before=before, entry=entry, log=_log())
    old, new = scenario_of(before), scenario_of(newer)
    is_fix = updates.is_text_fix(before, newer)
    reached = [] if is_fix else updates.affected(db(), activity, newer)
    return render_template(
        "library/update.html",
        before=before,
        newer=newer,
        scenario=new,
        changes=changes(old, new),
        structural=structural_changes(old, new),
        is_fix=is_fix,
        obstacle="" if is_fix else updates.obstacle(db(), activity, newer),
        begin_again=[_name(one) for one in reached if not one.goes_on],
        go_on=[_name(one) for one in reached if one.goes_on],
        form=PlainForm(),
        log=_log(),
    )


@bp.post("/")
def take() -> ResponseReturnValue:
    """Take the newer version over, for everybody in this activity."""
    instructors_only()
    newer = updates.newer_version(db(), here().activity)
    if newer is None or str(newer.id) != request.form.get("version"):
        raise NotFound("There is no such newer version.")
    updates.roll_out(
        db(),
        here().activity,
        newer,
        may_migrate="migrate" in request.form,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(url_for(".show", taken=1), 303)


def _name(one: updates.Affected) -> str:
    return label(one.participant.person.name, one.participant.person_id)


def _log() -> list[tuple[str, str, object]]:
    """Return which versions this activity has taken over: from, to, and when."""
    rows = queries.updates_of(db(), here().activity_id)
    ids = {row.details[end] for row in rows for end in ("from", "to")}
    numbers = queries.numbers_of(db(), ids)
    return [
        (
            numbers.get(row.details["from"], "?"),
            numbers.get(row.details["to"], "?"),
            row.happened_at,
        )
        for row in rows
    ]


def _sentence(_plan: Plan) -> str:
    before = playing()
    if updates.newer_version(db(), here().activity) is not None:
        return str(_("Version %(version)s; there is a newer one.", version=before.version))
    return str(_("Version %(version)s, the newest.", version=before.version))


PART = SettingsPart(
    lazy_gettext("The version of the story"), "visit.teaching.version.show", _sentence
)
