"""Groups as teachers see them, and beside them the talks that people have by themselves."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import grouping
from ltitool.core.script import Talk
from ltitool.core.scripts import script_of
from ltitool.storage.queries import own_talks as own_queries
from ltitool.storage.queries import teaching_groups as queries
from ltitool.web.paging import page_asked_for
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("groups", __name__, url_prefix="/groups")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show every group with how much is said in it, and how many people wait for one."""
    activity = here().activity
    return render_template(
        "teaching/groups.html",
        page=page_asked_for(queries.groups_in(db(), activity.id)),
        waiting=queries.waiting_number(db(), activity.id),
        own_talks=own_queries.own_talks_number(db(), activity),
        is_aloud=script_of(activity.script).talk is Talk.ROOM,
    )


@bp.post("/")
def form() -> ResponseReturnValue:
    """Put everybody who waits into a group now."""
    grouping.form_now(db(), here().activity, actor_id=here().person_id, now=now())
    return redirect(url_for("visit.teaching.groups.show"), 303)


@bp.get("/own")
def own() -> ResponseReturnValue:
    """Show the talks that people have by themselves with voices of the story."""
    return render_template(
        "teaching/own_talks.html",
        page=page_asked_for(own_queries.own_talks_in(db(), here().activity)),
    )
