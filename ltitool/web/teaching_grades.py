"""The grades of a class: what was sent, what the gradebook said, and what differs there."""

from collections.abc import Callable
from math import ceil

from flask import (
    Blueprint,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from ltitool.actions import resending, standing
from ltitool.core.errors import NotFound
from ltitool.core.grades import Finding
from ltitool.core.roles import Role
from ltitool.storage.queries import grades as queries
from ltitool.storage.queries.grades import GradeRow
from ltitool.web.grade_lines import Line, tally_of
from ltitool.web.settings_room import instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.transaction import after_commit, db, now
from ltitool.web.visit import here

bp = Blueprint("grades", __name__, url_prefix="/grades")

ON_A_PAGE = 50
DONE = {
    "again": lazy_gettext("On their way again."),
    "kept": lazy_gettext("The grade in the LMS stays. Nothing more is sent for this person."),
    "ours": lazy_gettext("Our score is on its way, over the grade in the LMS."),
    "asked": lazy_gettext("The grades are being read from the LMS. Load this page again soon."),
}
VIEWS: dict[str, tuple[object, Callable[[GradeRow], bool]]] = {
    "": (lazy_gettext("Everybody"), lambda _row: True),
    "failed": (lazy_gettext("Not taken"), lambda row: row.is_failing),
    "changed": (
        lazy_gettext("Different in the LMS"),
        lambda row: row.finding is not Finding.AGREES,
    ),
    "waiting": (lazy_gettext("On their way"), lambda row: row.is_waiting),
}


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show what became of every score."""
    activity = here().activity
    lines = _lines()
    view = request.args.get("show", "")
    _words, belongs = VIEWS.get(view, VIEWS[""])
    found = [line for line in lines if belongs(line.row)]
    last_page = max(1, ceil(len(found) / ON_A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), last_page)
    return render_template(
        "teaching/grades.html",
        activity=activity,
        tally=tally_of(lines),
        pause=queries.pause_of(db(), activity),
        reading=queries.reading_of(db(), activity),
        is_shared=queries.shares_its_column(db(), activity),
        is_switched_off=not activity.context.deployment.registration.is_enabled,
        lines=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        found=len(found),
        view=view if view in VIEWS else "",
        views=[
            (name, str(words), sum(belongs(line.row) for line in lines))
            for name, (words, belongs) in VIEWS.items()
        ],
        page=page,
        last_page=last_page,
        is_instructor=here().role is Role.INSTRUCTOR,
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/status")
def status() -> ResponseReturnValue:
    """Show how far the sending has come, for the page that asks again; 304 while nothing moves."""
    tally = tally_of(_lines())
    pause = queries.pause_of(db(), here().activity)
    page = render_template("teaching/_grades_status.html", tally=tally, pause=pause)
    answer = jsonify(page=page)
    until = pause.until_at.isoformat() if pause else ""
    answer.set_etag(f"{tally.sent}-{tally.waiting}-{tally.failing}-{tally.undecided}-{until}")
    return answer.make_conditional(request)


@bp.post("/again")
def send_failed_again() -> ResponseReturnValue:
    """Send everything again that was not taken."""
    instructors_only()
    resending.send_failed_again(db(), here().activity, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", done="again"), 303)


@bp.post("/<int:person_id>/again")
def send_again(person_id: int) -> ResponseReturnValue:
    """Send one score again."""
    instructors_only()
    person = _learner(person_id)
    resending.send_again(db(), here().activity, person, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", done="again"), 303)


@bp.post("/<int:person_id>/keep")
def keep_theirs(person_id: int) -> ResponseReturnValue:
    """Let the grade of the LMS stay."""
    instructors_only()
    person = _learner(person_id)
    resending.keep_theirs(db(), here().activity, person, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", done="kept"), 303)


@bp.get("/<int:person_id>/ours")
def confirm_ours(person_id: int) -> ResponseReturnValue:
    """Say what sending our score over the LMS's grade does, and ask."""
    instructors_only()
    line = next((one for one in _lines() if one.row.person_id == _learner(person_id)), None)
    return render_template("teaching/grades_ours.html", line=line, activity=here().activity)


@bp.post("/<int:person_id>/ours")
def send_ours(person_id: int) -> ResponseReturnValue:
    """Send our score over the grade of the LMS."""
    instructors_only()
    people = [_learner(person_id)]
    resending.send_ours(db(), here().activity, people, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", done="ours"), 303)


@bp.post("/read")
def read() -> ResponseReturnValue:
    """Have the grades read back from the LMS."""
    instructors_only()
    activity_id = here().activity_id
    standing.ask(db(), activity_id, now=now())
    after_commit(lambda: current_app.extensions["jobs"].ask_for_grades(activity_id))
    return redirect(url_for(".show", done="asked"), 303)


def _lines() -> list[Line]:
    """Return the class: what wants somebody first, then by name."""
    rows = queries.grades_of(db(), here().activity)
    lines = [Line(row, label(row.name, row.person_id)) for row in rows]
    return sorted(
        lines,
        key=lambda line: (
            not (line.row.is_failing or line.row.is_undecided),
            not line.row.name,
            line.name.casefold(),
            line.row.person_id,
        ),
    )


def _learner(person_id: int) -> int:
    if all(row.person_id != person_id for row in queries.grades_of(db(), here().activity)):
        raise NotFound("There is no such person in this activity.")
    return person_id
