"""What a person can do about their group: choose one, and read the talk of one they have left."""

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.actions import groups
from ltitool.core.errors import NotFound
from ltitool.core.groups import GroupSource, has_place
from ltitool.core.script import Phase
from ltitool.storage.queries import membership
from ltitool.storage.queries import talk as queries
from ltitool.storage.queries import teaching_groups as group_queries
from ltitool.web.forms import PlainForm
from ltitool.web.place import place, reader
from ltitool.web.thread import strands
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story

bp = Blueprint("group", __name__, url_prefix="/group")
NEW = "new"


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the groups that have a place, by name and number; who is in them is not told."""
    place().require(Phase.TALK)
    if not can_choose():
        return redirect(url_for("visit.talk.show"), 303)
    sizes = membership.sizes_in(db(), here().activity_id)
    cap = here().activity.group_cap
    names = {row.id: row.name for row in group_queries.groups_in(db(), here().activity_id)}
    offers = [
        (
            str(group_id),
            _("%(group)s group", group=names[group_id]),
            ngettext("one person so far", "%(num)d people so far", people),
        )
        for group_id, people in sizes.items()
        if has_place(people, cap, list(sizes.values()))
    ]
    if has_place(0, cap, list(sizes.values())):
        offers.append((NEW, _("A new group"), _("you are the first")))
    return render_template(
        "talk/choose.html", offers=offers, cap=cap, form=PlainForm(), **_around()
    )


@bp.post("/")
def choose() -> ResponseReturnValue:
    """Join the chosen group; a lost race says so."""
    place().require(Phase.TALK)
    wanted = request.form.get("group", "")
    is_id = wanted.isascii() and wanted.isdecimal() and len(wanted) < len("1000000000")
    if wanted != NEW and not is_id:
        return redirect(url_for(".show"), 303)
    groups.choose(db(), reader(), int(wanted) if is_id else None, now=now())
    return redirect(url_for("visit.talk.show"), 303)


@bp.get("/<int:group_id>")
def earlier(group_id: int) -> ResponseReturnValue:
    """Show the talk of a group one was in, until one left; nothing can be written there."""
    talks = membership.earlier_talks(db(), here().activity_id, here().person_id)
    found = next((one for one in talks if one.group.id == group_id), None)
    if found is None:
        raise NotFound("There is no such talk of yours.")
    posts = queries.posts_in(db(), found.thread_id, found.until_at)
    return render_template(
        "talk/earlier.html",
        talk_of=found,
        said=strands(posts, story(), here().person_id),
        **_around(),
    )


def can_choose() -> bool:
    """Whether this person is to choose a group now."""
    participant = place().participant
    return (
        here().activity.group_source is GroupSource.CHOSEN
        and participant is not None
        and participant.waiting_since_at is not None
        and not participant.is_preview
    )


def _around() -> dict[str, object]:
    return {"steps": place().steps, "current_phase": Phase.TALK, "scenario": place().scenario}


def grouped_by() -> datetime | None:
    """Return when a person who waits is in a group at the latest."""
    participant = place().participant
    since = participant.waiting_since_at if participant else None
    return since + timedelta(hours=here().activity.group_wait_hours) if since else None
