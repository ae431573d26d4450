"""Making one group of two that have become small, and finding out who wrote a post."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import groups, mending
from ltitool.core.errors import NotFound
from ltitool.core.mixing import LARGEST, SMALLEST
from ltitool.storage.queries import membership
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.queries import teaching_groups as queries
from ltitool.storage.tables import Post, TalkGroup
from ltitool.web.revealing import reveal_page, under_an_alias, why
from ltitool.web.teaching_forms import MoveForm, ReasonForm
from ltitool.web.teaching_talks import talk_here
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story

bp = Blueprint("merging", __name__)


@bp.get("/groups/<int:group_id>/merge")
def confirm(group_id: int) -> ResponseReturnValue:
    """Say what merging does to who can read what, and ask with which group."""
    return _page(groups.open_group(db(), here().activity, group_id), _form(group_id))


@bp.post("/groups/<int:group_id>/merge")
def merge(group_id: int) -> ResponseReturnValue:
    """Let the people of two groups go on in a new one."""
    form = _form(group_id)
    if not form.validate_on_submit():
        return _page(groups.open_group(db(), here().activity, group_id), form), 422
    made = mending.merge(
        db(),
        here().activity,
        story(),
        [group_id, form.group.data],
        actor_id=here().person_id,
        now=now(),
    )
    thread = queries.thread_of_group(db(), made.id)
    return redirect(url_for("visit.teaching.talks.show", thread_id=thread.id), 303)


@bp.get("/talks/<int:thread_id>/posts/<int:post_id>/author")
def confirm_reveal(thread_id: int, post_id: int) -> ResponseReturnValue:
    """Say what finding out means, and ask why."""
    post, alias = _sealed(thread_id, post_id)
    return _reveal_page(post, alias, why())


@bp.post("/talks/<int:thread_id>/posts/<int:post_id>/author")
def reveal(thread_id: int, post_id: int) -> ResponseReturnValue:
    """Note who asks and why, and lead to the person's page; the alias does not stand there."""
    post, alias = _sealed(thread_id, post_id)
    form = why()
    if not form.validate_on_submit():
        return _reveal_page(post, alias, form), 422
    assert post.person_id is not None
    mending.reveal(
        db(),
        here().activity,
        {"post": post.id},
        post.person_id,
        reason=form.words,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(
        url_for("visit.teaching.people.show", person_id=post.person_id, done="revealed"), 303
    )


def _form(group_id: int) -> MoveForm:
    rows = queries.groups_in(db(), here().activity_id)
    own = next((row.people for row in rows if row.id == group_id), 0)
    form = MoveForm.among(
        [
            (row.id, f"{row.name} ({row.people})")
            for row in rows
            if row.id != group_id and row.people and row.people + own <= LARGEST
        ]
    )
    form.group.label.text = _("Merge with")
    return form


def _page(group: TalkGroup, form: MoveForm) -> str:
    people = len(membership.members_of(db(), group.id))
    return render_template(
        "teaching/merge.html",
        group=group,
        thread=queries.thread_of_group(db(), group.id),
        people=people,
        least=SMALLEST,
        form=form,
    )


def _sealed(thread_id: int, post_id: int) -> tuple[Post, str]:
    """Return a person's post under an alias, where this visitor may find out who it is."""
    thread = talk_here(thread_id).thread
    found = talk_queries.read_post(db(), thread.id, post_id)
    if found is None or found.post.person_id is None or found.post.by_staff:
        raise NotFound("There is no such post in this talk.")
    under_an_alias(found.post.naming)
    return found.post, found.author


def _reveal_page(post: Post, alias: str, form: ReasonForm) -> str:
    return reveal_page(
        alias,
        post.text,
        form,
        action=url_for(".reveal", thread_id=post.thread_id, post_id=post.id),
        back=url_for("visit.teaching.talks.find", thread_id=post.thread_id, post_id=post.id),
        room="groups",
    )
