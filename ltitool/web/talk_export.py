"""The talk to keep: the thread of one's own group as a page to print and as Markdown.

It holds what its reader may read on the thread's pages, with aliases, and nothing besides.
"""

import re
from typing import Any

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from ltitool.core.errors import NotFound
from ltitool.core.script import Phase
from ltitool.storage.queries import membership
from ltitool.storage.queries import positions as position_queries
from ltitool.storage.queries import talk as queries
from ltitool.web.place import place
from ltitool.web.thread import Said, strands
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("export", __name__, url_prefix="/talk/export")

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_BEGINS_SOMETHING = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


@bp.get("/")
def page() -> ResponseReturnValue:
    """Show the whole thread on one page, for printing."""
    return render_template("talk/export.html", **_thread())


@bp.get("/markdown")
def markdown() -> ResponseReturnValue:
    """Hand the whole thread out as a Markdown file."""
    answer = make_response(render_template("talk/export.md", **_thread(), plain=plain))
    answer.headers["Content-Type"] = "text/markdown; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="group-talk.md"'
    return answer


def plain(text: str) -> str:
    """Return a typed text that a reader of Markdown shows as it was typed."""
    escaped = _MEANS_SOMETHING.sub(r"\\\1", text)
    return _BEGINS_SOMETHING.sub(r"\1\\\2", escaped)


def _thread() -> dict[str, Any]:
    place().require(Phase.TALK)
    visit, scenario = here(), place().scenario
    group = membership.group_of(db(), visit.activity_id, visit.person_id)
    thread = queries.thread_of(db(), visit.activity_id, visit.person_id, group)
    if thread is None:
        raise NotFound("There is no talk to keep here.")
    posts = strands(queries.posts_in(db(), thread.id), scenario, visit.person_id)
    said: list[Said] = [one for strand in posts for one in strand.posts]
    positions = position_queries.positions_in(db(), thread.id)
    return {
        "group": group,
        "strands": posts,
        "audiences": list(dict.fromkeys(one.post.audience for one in said if one.post.audience)),
        "position": positions[0] if positions else None,
        "steps": place().steps,
        "current_phase": Phase.TALK,
    }
