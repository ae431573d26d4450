"""Groups as teachers see them: the talk with its aliases, and hiding a post with a reason."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import moderation as actions
from ltitool.core.errors import NotFound
from ltitool.core.talk import PostState
from ltitool.storage.queries import positions as position_queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.queries import teaching_groups as queries
from ltitool.storage.queries import thread as thread_queries
from ltitool.storage.tables import Post, TalkGroup
from ltitool.web.audience import readers
from ltitool.web.forms import PostForm, row_id
from ltitool.web.paging import page_asked_for
from ltitool.web.teaching_forms import ReasonForm
from ltitool.web.thread import NOTHING_SAID, author_of, read_page
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story

bp = Blueprint("groups", __name__, url_prefix="/groups")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show every group with how much is said in it, and how many people wait for one."""
    activity = here().activity
    return render_template(
        "teaching/groups.html",
        page=page_asked_for(queries.groups_in(db(), activity.id)),
        waiting=queries.waiting_number(db(), activity.id),
        activity=activity,
    )


@bp.get("/<int:group_id>")
def group(group_id: int) -> ResponseReturnValue:
    """Show the talk of a group as its people read it, with what was hidden and why."""
    answered = row_id(request.args.get("reply"))
    return group_page(group_here(group_id), PostForm.fresh("", answered))


@bp.get("/<int:group_id>/posts/<int:post_id>")
def find(group_id: int, post_id: int) -> ResponseReturnValue:
    """Lead to a post on the page of the talk where it stands today."""
    post = _any_post(group_id, post_id)
    page, anchor = thread_queries.page_with(db(), post), f"post-{post_id}"
    number = page if page > 1 else None
    return redirect(url_for(".group", group_id=group_id, page=number, _anchor=anchor))


@bp.get("/<int:group_id>/posts/<int:post_id>/hide")
def confirm_hide(group_id: int, post_id: int) -> ResponseReturnValue:
    """Say what hiding does, and ask why."""
    return _hide_page(group_here(group_id), _post(group_id, post_id), _form())


@bp.post("/<int:group_id>/posts/<int:post_id>/hide")
def hide(group_id: int, post_id: int) -> ResponseReturnValue:
    """Hide a post from its readers; its author sees it with the reason."""
    post = _post(group_id, post_id)
    form = _form()
    if not form.validate_on_submit():
        return _hide_page(group_here(group_id), post, form), 422
    actions.hide(_act(), post.id, form.words)
    return redirect(url_for(".find", group_id=group_id, post_id=post_id), 303)


@bp.post("/<int:group_id>/posts/<int:post_id>/show")
def show_again(group_id: int, post_id: int) -> ResponseReturnValue:
    """Take back a hiding."""
    post = _post(group_id, post_id)
    actions.show_again(_act(), post.id)
    return redirect(url_for(".find", group_id=group_id, post_id=post_id), 303)


def group_page(group: TalkGroup, form: PostForm) -> str:
    """Return the page of a group with what somebody on the staff is writing."""
    thread = queries.thread_of_group(db(), group.id)
    wanted = request.args.get("page", 1, type=int)
    page = read_page(thread, story(), here().person_id, wanted) if thread else NOTHING_SAID
    parent = None
    if thread and form.parent_id:
        parent = talk_queries.read_post(db(), thread.id, form.parent_id)
    form.text.label.text = _("Your reply") if parent else _("Your post")
    return render_template(
        "teaching/group.html",
        group=group,
        thread=thread,
        form=form,
        parent=author_of(parent, story()) if parent else "",
        audience=readers(group),
        aliases=queries.shown_in(db(), group, here().activity.naming),
        page=page,
        positions=position_queries.positions_in(db(), thread.id) if thread else [],
        statements=position_queries.statements_of_group(db(), thread.id) if thread else [],
        revisions=talk_queries.revisions_in(db(), thread.id) if thread else {},
    )


def group_here(group_id: int) -> TalkGroup:
    """Return a group of this activity; raises NotFound."""
    found = queries.group_in(db(), here().activity_id, group_id)
    if found is None:
        raise NotFound("There is no such group in this activity.")
    return found


def _post(group_id: int, post_id: int) -> Post:
    """Return a person's post in this group's talk, unless its author has taken it back."""
    found = _any_post(group_id, post_id)
    if found.person_id is None or found.state is PostState.WITHDRAWN:
        raise NotFound("There is no such post in this group.")
    return found


def _any_post(group_id: int, post_id: int) -> Post:
    """Return what stands in this group's talk, by a person or a voice of the story."""
    thread = queries.thread_of_group(db(), group_here(group_id).id)
    found = (
        talk_queries.post_within(db(), here().activity_id, thread.id, post_id) if thread else None
    )
    if found is None:
        raise NotFound("There is no such post in this group.")
    return found


def _act() -> actions.Act:
    return actions.Act(db(), here().activity, here().person_id, now())


def _form() -> ReasonForm:
    return ReasonForm.asking(_("Why this post is hidden"))


def _hide_page(group: TalkGroup, post: Post, form: ReasonForm) -> str:
    return render_template("teaching/hide.html", group=group, post=post, form=form)
