"""What staff do in a talk: lock it, pin a post, write as staff."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import moderation as actions
from ltitool.core.errors import NotOpen
from ltitool.web.forms import PostForm
from ltitool.web.teaching_talks import act, any_post_here, talk_here, talk_page, to_post

bp = Blueprint("thread", __name__, url_prefix="/talks/<int:thread_id>")


@bp.post("/lock")
def lock(thread_id: int) -> ResponseReturnValue:
    """Let nobody but staff write in this talk."""
    actions.lock(act(), talk_here(thread_id).thread)
    return redirect(url_for("visit.teaching.talks.show", thread_id=thread_id), 303)


@bp.post("/unlock")
def unlock(thread_id: int) -> ResponseReturnValue:
    """Let people write in this talk again."""
    actions.unlock(act(), talk_here(thread_id).thread)
    return redirect(url_for("visit.teaching.talks.show", thread_id=thread_id), 303)


@bp.post("/posts/<int:post_id>/pin")
def pin(thread_id: int, post_id: int) -> ResponseReturnValue:
    """Set a post at the head of the talk, or leave it where it stands."""
    post = any_post_here(thread_id, post_id)
    if request.form.get("pinned") == "no":
        actions.unpin(act(), post.id)
    else:
        actions.pin(act(), post.id)
    return to_post(post)


@bp.post("/say")
def say(thread_id: int) -> ResponseReturnValue:
    """Write in this talk as staff."""
    talk, form = talk_here(thread_id), PostForm.fresh()
    if not form.validate_on_submit():
        return talk_page(talk, form), 422
    if request.form.get("readers", talk.audience) != talk.audience or not talk.is_read:
        raise NotOpen(
            _(
                "Who reads this talk has changed since you opened it, so nothing was posted. Open "
                "the talk again, see who reads it now, and post this there if you like."
            )
        )
    words = actions.StaffWords(
        form.words, talk.audience, form.submission_id.data or "", form.parent_id
    )
    return to_post(actions.write(act(), talk.thread, words))
