"""A talk as teachers read it: of a group or of one person, by aliases; hiding a post in it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import moderation as actions
from ltitool.actions.drafts import staff_place
from ltitool.actions.reader import Reader
from ltitool.core.errors import NotFound
from ltitool.core.scenario import Scenario
from ltitool.core.talk import PostState
from ltitool.storage.queries import positions as position_queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.queries import teaching_groups as queries
from ltitool.storage.queries import thread as thread_queries
from ltitool.storage.queries.own_talks import OwnTalk, Stage, own_talk
from ltitool.storage.queries.story import draft_of
from ltitool.storage.tables import Participant, Post, TalkGroup, Thread
from ltitool.web.audience import readers, readers_of_own
from ltitool.web.forms import PostForm, row_id
from ltitool.web.revealing import can_find_out
from ltitool.web.teaching_forms import ReasonForm
from ltitool.web.thread import author_of, read_page
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story

bp = Blueprint("talks", __name__, url_prefix="/talks/<int:thread_id>")


@dataclass(frozen=True)
class StaffTalk:
    """A talk of this activity, whose it is, and the story its voices come from."""

    thread: Thread
    group: TalkGroup | None
    own: OwnTalk | None
    """Where it is the talk of one person."""
    scenario: Scenario
    has_other_story: bool = False
    """Whether its person lives through another story than the class."""

    @property
    def title(self) -> str:
        """What it is called."""
        if self.own is not None:
            return str(_("Talk of %(name)s", name=self.own.name))
        assert self.group is not None
        return str(_("%(group)s group", group=self.group.name))

    @property
    def audience(self) -> str:
        """Who reads what is written here now."""
        if self.own is not None and self.own.stage is Stage.ALONE:
            return readers_of_own()
        return readers(self.group)

    @property
    def is_read(self) -> bool:
        """Whether its people still come here to read."""
        return self.own is None or self.own.stage is not Stage.LEFT


@bp.get("/")
def show(thread_id: int) -> ResponseReturnValue:
    """Show a talk as its people read it, with what was hidden and why."""
    talk, answered = talk_here(thread_id), row_id(request.args.get("reply"))
    draft = draft_of(db(), here().activity_id, here().person_id, staff_place(thread_id))
    text = str(draft.fields.get("text", "")) if draft else ""
    return talk_page(
        talk, PostForm.fresh(text, answered), saved_at=draft.saved_at if draft else None
    )


@bp.get("/posts/<int:post_id>")
def find(thread_id: int, post_id: int) -> ResponseReturnValue:
    """Lead to a post on the page of the talk where it stands today."""
    post = any_post_here(thread_id, post_id)
    page, anchor = thread_queries.page_with(db(), post), f"post-{post_id}"
    number = page if page > 1 else None
    return redirect(url_for(".show", thread_id=thread_id, page=number, _anchor=anchor))


@bp.get("/posts/<int:post_id>/hide")
def confirm_hide(thread_id: int, post_id: int) -> ResponseReturnValue:
    """Say what hiding does, and ask why."""
    return _hide_page(post_here(thread_id, post_id), _form())


@bp.post("/posts/<int:post_id>/hide")
def hide(thread_id: int, post_id: int) -> ResponseReturnValue:
    """Hide a post from its readers; its author sees it with the reason."""
    post = post_here(thread_id, post_id)
    form = _form()
    if not form.validate_on_submit():
        return _hide_page(post, form), 422
    actions.hide(act(), post.id, form.words)
    return to_post(post)


@bp.post("/posts/<int:post_id>/show")
def show_again(thread_id: int, post_id: int) -> ResponseReturnValue:
    """Take back a hiding."""
    post = post_here(thread_id, post_id)
    actions.show_again(act(), post.id)
    return to_post(post)


def talk_page(talk: StaffTalk, form: PostForm, *, saved_at: datetime | None = None) -> str:
    """Return the page of a talk with what somebody on the staff is writing."""
    thread, group = talk.thread, talk.group
    wanted = request.args.get("page", 1, type=int)
    parent = None
    if form.parent_id:
        parent = talk_queries.read_post(db(), thread.id, form.parent_id)
    form.text.label.text = _("Your reply") if parent else _("Your post")
    return render_template(
        "teaching/talk.html",
        talk=talk,
        thread=thread,
        group=group,
        form=form,
        saved_at=saved_at,
        draft=staff_place(thread.id),
        parent=author_of(parent, talk.scenario) if parent else "",
        aliases=queries.shown_in(db(), group, here().activity.naming) if group else [],
        page=read_page(thread, talk.scenario, here().person_id, wanted),
        positions=position_queries.positions_in(db(), thread.id) if group else [],
        statements=position_queries.statements_of_group(db(), thread.id) if group else [],
        revisions=talk_queries.revisions_in(db(), thread.id),
        can_find_out=can_find_out,
    )


def talk_here(thread_id: int) -> StaffTalk:
    """Return a talk of this activity; raises NotFound."""
    activity = here().activity
    thread = queries.thread_in(db(), activity.id, thread_id)
    if thread is None:
        raise NotFound("There is no such talk in this activity.")
    if thread.group_id is not None:
        return StaffTalk(thread, db().get_one(TalkGroup, thread.group_id), None, story())
    own = own_talk(db(), activity, thread.id)
    whose = db().get(Participant, own.participant_id) if own else None
    if whose is None:
        raise NotFound("There is no such talk in this activity.")
    scenario = Reader.of(activity, whose).scenario
    return StaffTalk(thread, None, own, scenario, whose.other_story is not None)


def post_here(thread_id: int, post_id: int) -> Post:
    """Return a person's post in this talk; raises NotFound, also where its author took it back."""
    found = any_post_here(thread_id, post_id)
    if found.person_id is None or found.state is PostState.WITHDRAWN:
        raise NotFound("There is no such post in this talk.")
    return found


def any_post_here(thread_id: int, post_id: int) -> Post:
    """Return what stands in this talk, by a person or a voice; raises NotFound."""
    found = talk_queries.post_within(db(), here().activity_id, thread_id, post_id)
    if found is None:
        raise NotFound("There is no such post in this talk.")
    return found


def act() -> actions.Act:
    """Return who acts here."""
    return actions.Act(db(), here().activity, here().person_id, now())


def to_post(post: Post) -> ResponseReturnValue:
    """Lead to a post after something was done to it."""
    return redirect(
        url_for("visit.teaching.talks.find", thread_id=post.thread_id, post_id=post.id), 303
    )


def _form() -> ReasonForm:
    return ReasonForm.asking(_("Why this post is hidden"))


def _hide_page(post: Post, form: ReasonForm) -> str:
    return render_template("teaching/hide.html", post=post, form=form)
