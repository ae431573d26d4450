"""What people find wrong with a story of the course: ticking it off, and taking that back."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import story_reports as actions
from ltitool.core.errors import NotFound
from ltitool.storage.queries import story_reports as queries
from ltitool.web.library_room import bp, entry_here
from ltitool.web.settings_room import instructors_only
from ltitool.web.transaction import db, now
from ltitool.web.visit import here


@bp.post("/<int:entry_id>/reports/<int:report_id>")
def see_to(entry_id: int, report_id: int) -> ResponseReturnValue:
    """Say that a report has been seen to, or that it has not."""
    instructors_only()
    report = queries.report_of(db(), entry_here(entry_id), report_id)
    if report is None:
        raise NotFound("There is no such report of this story.")
    act = actions.open_again if "again" in request.form else actions.see_to
    act(db(), here().activity, report, actor_id=here().person_id, now=now())
    return redirect(url_for(".story", entry_id=entry_id, _anchor=f"report-{report_id}"), 303)
