"""The staff of a course: who is an instructor, who a tutor, where the platform leaves it open."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import staff as actions
from ltitool.core.errors import InputRefused
from ltitool.core.roles import Role
from ltitool.storage.queries import teaching as queries
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show everybody who was ever staff here, and for instructors what can be changed."""
    return render_template(
        "teaching/staff.html",
        staff=[
            (row, label(row.name, row.person_id))
            for row in queries.staff_of(db(), here().activity.context_id)
        ],
        own_id=here().person_id,
        is_instructor=here().role is Role.INSTRUCTOR,
        form=PlainForm(),
        is_saved="saved" in request.args,
    )


@bp.post("/<int:person_id>")
def choose(person_id: int) -> ResponseReturnValue:
    """Say whether somebody is an instructor or a tutor."""
    instructors_only()
    wanted = request.form.get("role", "")
    if wanted not in {Role.INSTRUCTOR, Role.TUTOR}:
        raise InputRefused("Staff are instructors or tutors.")
    actions.choose_role(
        db(), here().activity, person_id, Role(wanted), actor_id=here().person_id, now=now()
    )
    return redirect(url_for(".show", saved=1), 303)
