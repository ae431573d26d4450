"""My progress and grade: what is asked, what is done, what was sent; and one's own posts."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from ltitool.core.policy import Rule
from ltitool.core.script import Talk
from ltitool.core.talk import PostState
from ltitool.storage.queries import accounts
from ltitool.storage.queries import progress as queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.queries import teaching_groups as own_queries
from ltitool.storage.queries.teaching_groups import OwnPost
from ltitool.web.credit_words import versions
from ltitool.web.ledger import Book, ledger_of, score_lines
from ltitool.web.place import place
from ltitool.web.record import record_page
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("progress", __name__, url_prefix="/progress")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show each milestone with what met it, the sum, the scores sent, and one's own posts."""
    visit, where = here(), place()
    posts = own_queries.posts_by(db(), visit.activity_id, visit.person_id)
    override = accounts.standing_override(db(), visit.activity_id, visit.person_id)
    book = Book(where.done, _links(posts), short(posts), override)
    ledger = ledger_of(where.completion, book)
    return render_template(
        "progress.html",
        ledger=ledger,
        next_step=where.next_step,
        due_at=ledger.due_at,
        posting=where.completion.rules.policy.posting,
        has_column=visit.activity.line_item_url is not None,
        scores=score_lines(queries.scores_of(db(), visit.activity_id, visit.person_id)),
        posts=posts,
        is_alone=where.script.talk is Talk.SOLO,
        voices=_voices(),
    )


@bp.get("/record")
def record() -> ResponseReturnValue:
    """Show all that one's grade came from and all that was sent, for printing."""
    visit, where = here(), place()
    posts = own_queries.posts_by(db(), visit.activity_id, visit.person_id)
    override = accounts.standing_override(db(), visit.activity_id, visit.person_id)
    book = Book(where.done, {}, short(posts), override)
    return record_page(visit.person, visit.activity, where.completion, book)


@bp.get("/rules")
def rules() -> ResponseReturnValue:
    """Show the rules of today and all that have stood here before them."""
    rows = queries.every_version(db(), here().activity_id)
    return render_template("credit_rules.html", versions=versions(rows))


def short(posts: list[OwnPost]) -> frozenset[Rule]:
    """Return what was written and does not count."""
    return frozenset(
        Rule.REPLIES if one.post.parent_id else Rule.POSTS
        for one in posts
        if not one.post.counts
        and one.post.state is not PostState.WITHDRAWN
        and one.to_person_id != one.post.person_id
    )


def _links(posts: list[OwnPost]) -> dict[Rule, str]:
    """Return where to read again what met each milestone."""
    links = {
        Rule.STORY_PLAYED: url_for("visit.story.here"),
        Rule.REASONS_READ: url_for("visit.reasons.show"),
        Rule.CORE_DECIDED: url_for("visit.story.here"),
        Rule.DECIDED_AGAIN: url_for("visit.again.show"),
        Rule.REFLECTIONS: url_for("visit.reflect.show"),
    }
    thread_id = _own_thread_id()
    for one in reversed(posts):
        rule = Rule.POSTS if one.post.parent_id is None else Rule.REPLIES
        # After a move to another group one's own posts are read on this page alone.
        is_there = one.post.thread_id == thread_id
        if one.post.counts:
            there = url_for("visit.talk.find", post_id=one.post.id)
            links[rule] = there if is_there else f"#post-{one.post.id}"
    return links


def _own_thread_id() -> int | None:
    thread = talk_queries.own_thread(db(), here().activity_id, here().person_id)
    return thread.id if thread else None


def _voices() -> dict[str, str]:
    """Return who in the story speaks for each choice, by the choice."""
    scenario = place().scenario
    return {
        choice.id: scenario.character(choice.seed.who).name
        for choice in scenario.talk_decision.choices
        if choice.seed is not None
    }
