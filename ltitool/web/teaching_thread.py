"""What staff do in the talk of a group: lock it, pin a post, write as staff."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import moderation as actions
from ltitool.core.errors import InputRefused, NotFound
from ltitool.storage.queries import teaching_groups as queries
from ltitool.storage.tables import TalkGroup, Thread
from ltitool.web.audience import readers
from ltitool.web.forms import PostForm
from ltitool.web.teaching_groups import group_here, group_page
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("thread", __name__, url_prefix="/groups/<int:group_id>")


@bp.post("/lock")
def lock(group_id: int) -> ResponseReturnValue:
    """Let nobody but staff write in this talk."""
    actions.lock(_act(), _thread(group_id))
    return redirect(url_for("visit.teaching.groups.group", group_id=group_id), 303)


@bp.post("/unlock")
def unlock(group_id: int) -> ResponseReturnValue:
    """Let people write in this talk again."""
    actions.unlock(_act(), _thread(group_id))
    return redirect(url_for("visit.teaching.groups.group", group_id=group_id), 303)


@bp.post("/posts/<int:post_id>/pin")
def pin(group_id: int, post_id: int) -> ResponseReturnValue:
    """Set a post at the head of the talk, or leave it where it stands."""
    _require_post(group_id, post_id)
    if request.form.get("pinned") == "no":
        actions.unpin(_act(), post_id)
    else:
        actions.pin(_act(), post_id)
    return _to(group_id, post_id)


@bp.post("/say")
def say(group_id: int) -> ResponseReturnValue:
    """Write in this talk as staff."""
    form = PostForm.fresh()
    if not form.validate_on_submit():
        return group_page(group_here(group_id), form), 422
    words = actions.StaffWords(
        form.words, readers(group_here(group_id)), form.submission_id.data or "", form.parent_id
    )
    return _to(group_id, actions.write(_act(), _thread(group_id), words).id)


def _act() -> actions.Act:
    return actions.Act(db(), here().activity, here().person_id, now())


def _thread(group_id: int) -> Thread:
    group: TalkGroup = group_here(group_id)
    thread = queries.thread_of_group(db(), group.id)
    if thread is None:
        raise InputRefused(_("There is no talk in this group yet."))
    return thread


def _require_post(group_id: int, post_id: int) -> None:
    if not queries.has_post(db(), group_here(group_id).id, post_id):
        raise NotFound("There is no such post in this group.")


def _to(group_id: int, post_id: int) -> ResponseReturnValue:
    return redirect(url_for("visit.teaching.groups.find", group_id=group_id, post_id=post_id), 303)
