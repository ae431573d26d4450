"""The group talk: one thread, posts and replies."""

from datetime import timedelta

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.actions import drafts
from ltitool.actions import talk as actions
from ltitool.actions.reader import Reader
from ltitool.core.errors import NotFound, NotOpen, TooOften
from ltitool.core.policy import Rule
from ltitool.core.script import Phase, Talk
from ltitool.core.talk import EDIT_WINDOW
from ltitool.core.words import quoted
from ltitool.storage.queries import membership
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import talk as queries
from ltitool.storage.queries import thread as thread_queries
from ltitool.storage.tables import Post, TalkGroup, Thread
from ltitool.web.asking import Question, first_open, real_case
from ltitool.web.audience import audience, naming_here, shown_wider
from ltitool.web.errors import STATUS
from ltitool.web.forms import PlainForm, PostForm, row_id
from ltitool.web.own_group import can_choose, grouped_by
from ltitool.web.place import place, reader
from ltitool.web.talk_task import asked_here, least_of, would_not_count
from ltitool.web.thread import NOTHING_SAID, Said, author_of, read_page, said_in
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("talk", __name__, url_prefix="/talk")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the thread, what is left to do, and a form to write in."""
    place().require(Phase.TALK)
    if place().script.talk is not Talk.GROUP:
        return redirect(url_for(place().endpoint(Phase.TALK)))
    visit = here()
    draft = story_queries.draft_of(db(), visit.activity_id, visit.person_id, "talk")
    kept = draft.fields if draft else {}
    reply_to = request.args.get("reply", kept.get("parent"), type=str)
    form = PostForm.fresh(
        str(kept.get("text", "")), row_id(reply_to), may_quote=bool(kept.get("may_quote"))
    )
    return _page(form, saved_at=draft.saved_at if draft else None)


@bp.post("/")
def post() -> ResponseReturnValue:
    """Post or reply, or keep what was typed as a draft."""
    place().require(Phase.TALK)
    form = PostForm.fresh()
    if "later" in request.form:
        fields = {"text": form.words, "parent": form.parent.data, "may_quote": form.may_quote.data}
        drafts.save(db(), reader(), "talk", fields, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page(form), 422
    wider, short = shown_wider(naming_here(_thread())), would_not_count(form, _written(form))
    if question := first_open(wider, short, real_case(form.words)):
        return _page(form, question=question), 422
    try:
        made = _post(form)
    except (NotOpen, TooOften) as refused:
        if here().is_preview or place().script.talk is not Talk.GROUP:
            raise
        return _page(form, refusal=str(refused)), STATUS[type(refused)]
    if seen_id := form.seen_in(made.thread_id):
        actions.see(db(), reader(), seen_id, now=now())
    return redirect(_address(made), 303)


def _post(form: PostForm) -> Post:
    return actions.post(
        db(),
        reader(),
        _written(form),
        submission_id=form.submission_id.data or "",
        audience=_audience(),
        now=now(),
    )


@bp.get("/<int:post_id>")
def find(post_id: int) -> ResponseReturnValue:
    """Lead to a post on the page where it stands today."""
    place().require(Phase.TALK)
    thread = _thread()
    found = queries.post_within(db(), here().activity_id, thread.id, post_id) if thread else None
    if found is None:
        raise NotFound("There is no such post in your group.")
    return redirect(_address(found))


@bp.get("/new")
def news() -> ResponseReturnValue:
    """Say what came in after a post, or 304 while it is still the same."""
    after = request.args.get("after", 0, type=int)
    found = thread_queries.news_for(db(), here().activity_id, here().person_id, after)
    words = ngettext("One new post", "%(num)d new posts", found.number) if found.number else ""
    answer = jsonify(words=words, url=url_for(".find", post_id=found.first_id) if words else "")
    answer.set_etag(f"{after}-{found.number}-{found.first_id}")
    return answer.make_conditional(request)


@bp.post("/seen")
def see() -> ResponseReturnValue:
    """Keep how far this person has read."""
    actions.see(db(), reader(), PostForm.fresh().seen_id or 0, now=now())
    return redirect(url_for(".show"), 303)


@bp.get("/<int:post_id>/edit")
def edit(post_id: int) -> ResponseReturnValue:
    """Show one's own post in a form."""
    own = actions.own_post(db(), _looking(), post_id)
    return _edit_page(own, PostForm.fresh(own.text, may_quote=own.may_quote))


@bp.post("/<int:post_id>/edit")
def save(post_id: int) -> ResponseReturnValue:
    """Change the words of one's own post."""
    form = PostForm.fresh()
    if not form.validate_on_submit():
        return _edit_page(actions.own_post(db(), reader(), post_id), form), 422
    if question := first_open(real_case(form.words)):
        return _edit_page(actions.own_post(db(), reader(), post_id), form, question), 422
    changed = actions.edit(db(), reader(), post_id, _written(form), now=now())
    return redirect(_address(changed), 303)


@bp.get("/<int:post_id>/withdraw")
def confirm_withdraw(post_id: int) -> ResponseReturnValue:
    """Say what withdrawing does, and ask."""
    own = actions.own_post(db(), _looking(), post_id)
    return render_template("talk/withdraw.html", post=own, form=PlainForm(), **_around())


@bp.post("/<int:post_id>/withdraw")
def withdraw(post_id: int) -> ResponseReturnValue:
    """Take back one's own post."""
    gone = actions.withdraw(db(), reader(), post_id, now=now())
    return redirect(_address(gone), 303)


def _audience() -> str:
    """Return who can read a post written now, as the page says above the button."""
    participant = place().participant
    if participant is None:
        return ""
    return audience(_group(), participant, naming_here(_thread()))


def _looking() -> Reader:
    """Return who looks, for a GET: a person without a place here has no posts either."""
    where = place()
    if where.participant is None:
        where.require(Phase.TALK)
    assert where.participant is not None
    return Reader(here().activity, where.participant, where.scenario)


def _group() -> TalkGroup | None:
    return membership.group_of(db(), here().activity_id, here().person_id)


def _thread() -> Thread | None:
    return queries.own_thread(db(), here().activity_id, here().person_id)


def _address(post: Post) -> str:
    """Return where a post stands today."""
    if place().script.talk is Talk.SOLO:
        return url_for("visit.alone.show", _anchor=f"post-{post.id}")
    page = thread_queries.page_with(db(), post)
    return url_for(".show", page=page if page > 1 else None, _anchor=f"post-{post.id}")


def _written(form: PostForm) -> actions.Written:
    return actions.Written(
        form.words, form.parent_id, form.thread_id, may_quote=bool(form.may_quote.data)
    )


def _parent(form: PostForm, thread: Thread | None) -> Said | None:
    """Return the post that is being answered, if it may be read."""
    if thread is None or form.parent_id is None:
        return None
    return said_in(thread, form.parent_id, place().scenario, here().person_id)


def _around() -> dict[str, object]:
    return {"steps": place().steps, "current_phase": Phase.TALK, "scenario": place().scenario}


def _page(
    form: PostForm,
    saved_at: object = None,
    *,
    question: Question | None = None,
    refusal: str = "",
) -> str:
    visit, where = here(), place()
    thread, group = _thread(), _group()
    pinned = queries.pinned_in(db(), thread.id) if thread else []
    wanted = request.args.get("page", 1, type=int)
    page = read_page(thread, where.scenario, visit.person_id, wanted) if thread else NOTHING_SAID
    parent = _parent(form, thread)
    if parent is not None and "quote" in request.args:
        form.text.data = f"{form.words}\n\n{quoted(parent.text)}\n\n".lstrip("\n")
    form.parent.data = str(parent.post.id) if parent else ""
    form.text.label.text = _("Your reply") if parent else _("Your post")
    form.thread.data, form.seen.data = str(thread.id if thread else ""), str(page.seen_id)
    return render_template(
        "talk/thread.html",
        form=form,
        saved_at=saved_at,
        question=question,
        refusal=refusal,
        is_locked=thread is not None and thread.locked_at is not None,
        pinned=pinned,
        authors=[author_of(one, where.scenario) for one in pinned],
        group=group,
        page=page,
        parent=parent,
        audience=_audience(),
        shown_as=naming_here(thread),
        least=least_of(Rule.REPLIES if parent else Rule.POSTS),
        minutes=EDIT_WINDOW // timedelta(minutes=1),
        left=asked_here(),
        grouped_by=grouped_by(),
        prompts=where.scenario.prompts(is_written=True),
        can_choose=can_choose(),
        earlier=membership.earlier_talks(db(), visit.activity_id, visit.person_id),
        **_around(),
    )


def _edit_page(own: Post, form: PostForm, question: Question | None = None) -> str:
    until = own.posted_at + EDIT_WINDOW
    told = {"post": own, "form": form, "until": until, "question": question}
    may_be_quoted = place().script.talk is Talk.GROUP
    return render_template("talk/edit.html", **told, may_be_quoted=may_be_quoted, **_around())
