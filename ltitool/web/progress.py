"""My progress and grade: what is asked, what is done, what was sent; and one's own posts."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from ltitool.core.completion import Rule, personal_due
from ltitool.storage.queries import progress as queries
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.queries import teaching_groups as own_queries
from ltitool.storage.queries.teaching_groups import OwnPost
from ltitool.web.deeds import Deeds
from ltitool.web.ledger import ledger_of, score_lines
from ltitool.web.place import place
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("progress", __name__, url_prefix="/progress")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show each milestone with what met it, the sum, the scores sent, and one's own posts."""
    visit, where = here(), place()
    posts = own_queries.posts_by(db(), visit.activity_id, visit.person_id)
    reflections = story_queries.reflections_of(db(), visit.activity_id, visit.person_id)
    deeds = Deeds(where.attempts, posts, list(reflections.values()))
    entered_at = where.participant.entered_at if where.participant else visit.created_at
    return render_template(
        "progress.html",
        ledger=ledger_of(where.completion, deeds, _links(posts)),
        next_step=where.next_step,
        due_at=personal_due(visit.activity.due_at, entered_at),
        has_column=visit.activity.line_item_url is not None,
        scores=score_lines(queries.scores_of(db(), visit.activity_id, visit.person_id)),
        posts=posts,
        voices=_voices(),
    )


def _links(posts: list[OwnPost]) -> dict[Rule, str]:
    """Return where to read again what met each milestone."""
    links = {
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
    visit = here()
    group = talk_queries.group_of(db(), visit.activity_id, visit.person_id)
    thread = talk_queries.thread_of(db(), visit.activity_id, visit.person_id, group)
    return thread.id if thread else None


def _voices() -> dict[str, str]:
    """Return who in the story speaks for each choice, by the choice."""
    scenario = place().scenario
    return {
        choice.id: scenario.character(choice.seed.who).name
        for choice in scenario.talk_decision.choices
        if choice.seed is not None
    }
