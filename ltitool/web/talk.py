"""The group talk: one thread, posts and replies."""

from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import drafts
from ltitool.actions import talk as actions
from ltitool.actions.reader import Reader
from ltitool.core.completion import Rule
from ltitool.core.scenario import Scenario
from ltitool.core.script import Phase
from ltitool.core.talk import EDIT_WINDOW, MIN_WORDS, PostState, can_edit
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import talk as queries
from ltitool.storage.tables import Post, TalkGroup
from ltitool.web.forms import PlainForm, PostForm
from ltitool.web.place import place, reader
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("talk", __name__, url_prefix="/talk")


@dataclass
class Said:
    """A post as this reader meets it."""

    post: Post
    author: str
    is_mine: bool
    is_voice: bool
    can_edit: bool
    replies: list["Said"] = field(default_factory=list)
    to: str = ""
    """Whom a reply answers, where that is not the post it stands under."""

    @property
    def is_readable(self) -> bool:
        """Whether its words are shown; a hidden post is shown to its author alone."""
        return self.post.state is PostState.STANDING or (
            self.is_mine and self.post.state is PostState.HIDDEN
        )


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the thread, what is left to do, and a form to write in."""
    place().require(Phase.TALK)
    visit = here()
    draft = story_queries.draft_of(db(), visit.activity_id, visit.person_id, "talk")
    reply_to = request.args.get("reply", type=int)
    text = str(draft.fields.get("text", "")) if draft else ""
    return _page(PostForm.fresh(text, reply_to), saved_at=draft.saved_at if draft else None)


@bp.post("/")
def post() -> ResponseReturnValue:
    """Post or reply, or keep what was typed as a draft."""
    place().require(Phase.TALK)
    form = PostForm.fresh()
    if "later" in request.form:
        drafts.save(db(), reader(), "talk", {"text": form.text.data}, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page(form), 422
    made = actions.post(
        db(),
        reader(),
        text=form.words,
        parent_id=form.parent_id,
        submission_id=form.submission_id.data or "",
        audience=audience(_group()),
        now=now(),
    )
    return redirect(url_for(".show", _anchor=f"post-{made.id}"), 303)


@bp.get("/<int:post_id>/edit")
def edit(post_id: int) -> ResponseReturnValue:
    """Show one's own post in a form."""
    own = actions.own_post(db(), _looking(), post_id)
    return _edit_page(own, PostForm.fresh(own.text))


@bp.post("/<int:post_id>/edit")
def save(post_id: int) -> ResponseReturnValue:
    """Change the words of one's own post."""
    form = PostForm.fresh()
    if not form.validate_on_submit():
        return _edit_page(actions.own_post(db(), reader(), post_id), form), 422
    actions.edit(db(), reader(), post_id, form.words, now=now())
    return redirect(url_for(".show", _anchor=f"post-{post_id}"), 303)


@bp.get("/<int:post_id>/withdraw")
def confirm_withdraw(post_id: int) -> ResponseReturnValue:
    """Say what withdrawing does, and ask."""
    own = actions.own_post(db(), _looking(), post_id)
    return render_template("talk/withdraw.html", post=own, form=PlainForm(), **_around())


@bp.post("/<int:post_id>/withdraw")
def withdraw(post_id: int) -> ResponseReturnValue:
    """Take back one's own post."""
    actions.withdraw(db(), reader(), post_id, now=now())
    return redirect(url_for(".show", _anchor=f"post-{post_id}"), 303)


def audience(group: TalkGroup | None) -> str:
    """Return who can read a post written now, as the page says above the button."""
    if group is None:
        return _(
            "The group you will be in, three to six people with any who join later, "
            "and the teaching staff of this course."
        )
    return _(
        "The people of %(group)s group, three to six with any who join later, "
        "and the teaching staff of this course.",
        group=group.name,
    )


def strands(posts: list[queries.ReadPost], scenario: Scenario, person_id: int | None) -> list[Said]:
    """Return the posts of a thread with their replies under them, as `person_id` reads them."""
    decision = scenario.talk_decision
    said: dict[int, Said] = {}
    tops: list[Said] = []
    for read in posts:
        post = read.post
        seed = decision.choice(post.voice).seed if post.voice else None
        is_mine = person_id is not None and post.person_id == person_id
        one = Said(
            post,
            scenario.character(seed.who).name if seed else read.alias,
            is_mine=is_mine,
            is_voice=seed is not None,
            can_edit=is_mine
            and post.state is PostState.STANDING
            and can_edit(post.posted_at, now()),
        )
        said[post.id] = one
        top = _top(post, said)
        if top is None:
            tops.append(one)
            continue
        parent = said.get(post.parent_id or 0)
        one.to = parent.author if parent and parent is not top else ""
        top.replies.append(one)
    return tops


def _top(post: Post, said: dict[int, Said]) -> Said | None:
    """Return the post at the head of the strand that this one replies into."""
    found: Said | None = None
    parent_id = post.parent_id
    while parent_id is not None and parent_id in said:
        found = said[parent_id]
        parent_id = found.post.parent_id
    return found


def _looking() -> Reader:
    """Return who looks, for a GET: a person without a place here has no posts either."""
    where = place()
    if where.participant is None:
        where.require(Phase.TALK)
    assert where.participant is not None
    return Reader(here().activity, where.participant, where.scenario)


def _group() -> TalkGroup | None:
    return queries.group_of(db(), here().activity_id, here().person_id)


def _around() -> dict[str, object]:
    return {"steps": place().steps, "current_phase": Phase.TALK, "scenario": place().scenario}


def _page(form: PostForm, saved_at: object = None) -> str:
    visit, where = here(), place()
    group = _group()
    thread = queries.thread_of(db(), visit.activity_id, visit.person_id, group)
    posts = queries.posts_in(db(), thread.id) if thread else []
    said = strands(posts, where.scenario, visit.person_id)
    parent = next((p for p in _all(said) if p.post.id == form.parent_id), None)
    waiting = where.participant.waiting_since_at if where.participant else None
    return render_template(
        "talk/thread.html",
        form=form,
        saved_at=saved_at,
        group=group,
        said=said,
        parent=parent if parent and parent.is_readable else None,
        audience=audience(group),
        least=MIN_WORDS,
        minutes=EDIT_WINDOW // timedelta(minutes=1),
        left=[
            credit
            for credit in where.completion.credits
            if credit.milestone.rule in {Rule.POSTS, Rule.REPLIES}
        ],
        grouped_by=waiting + timedelta(hours=visit.activity.group_wait_hours) if waiting else None,
        prompts=where.scenario.discussion.get(where.scenario.talk_decision.id, ())
        if where.scenario.discussion
        else (),
        alias=where.participant.alias if where.participant else "",
        **_around(),
    )


def _edit_page(own: Post, form: PostForm) -> str:
    return render_template(
        "talk/edit.html", post=own, form=form, until=own.posted_at + EDIT_WINDOW, **_around()
    )


def _all(said: list[Said]) -> list[Said]:
    return [one for top in said for one in (top, *top.replies)]
