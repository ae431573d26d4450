"""What is new for one person, on the front page; and which kinds of notice they want."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from ltitool.actions import inbox as actions
from ltitool.core.errors import InputRefused
from ltitool.core.inbox import Happened, NoticeKind, due_soon, unseen
from ltitool.core.script import Phase
from ltitool.storage.queries import inbox as queries
from ltitool.web.forms import PlainForm
from ltitool.web.place import place, reader
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("inbox", __name__, url_prefix="/notices")

KINDS = {
    NoticeKind.REPLY: lazy_gettext("Somebody has answered you"),
    NoticeKind.STAFF: lazy_gettext("The teaching staff have written in your talk"),
    NoticeKind.HIDDEN: lazy_gettext("A post of yours was hidden"),
    NoticeKind.GROUP: lazy_gettext("You are in a group, or in another one"),
    NoticeKind.OPENED: lazy_gettext("A part has opened"),
    NoticeKind.DUE: lazy_gettext("It is due within two days"),
}


@dataclass(frozen=True)
class Notice:
    """One line of the inbox, and where it leads."""

    words: str
    at: datetime
    url: str | None


@bp.post("/seen")
def see() -> ResponseReturnValue:
    """Keep that everything up to the moment of the page has been seen."""
    typed = request.form.get("until", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len("9999999999")):
        raise InputRefused(_("That moment cannot be read."))
    until = datetime.fromtimestamp(int(typed), UTC)
    actions.see(db(), reader(), min(until, now()))
    return redirect(url_for("visit.activity.front"), 303)


@bp.get("/kinds")
def kinds() -> ResponseReturnValue:
    """Show which kinds of notice this person gets."""
    mark = queries.mark_of(db(), here().activity_id, here().person_id)
    return render_template(
        "activity/notices.html",
        kinds=[(kind.value, words) for kind, words in KINDS.items()],
        muted=mark.muted if mark else [],
        form=PlainForm(),
    )


@bp.post("/kinds")
def choose() -> ResponseReturnValue:
    """Keep which kinds of notice this person gets."""
    wanted = set(request.form.getlist("kind"))
    actions.choose(db(), reader(), [kind for kind in NoticeKind if kind.value in wanted])
    return redirect(url_for("visit.activity.front"), 303)


def notices() -> list[Notice]:
    """Return what is new for the person of this visit; nothing for those who only look."""
    visit, where = here(), place()
    if where.participant is None or visit.is_preview:
        return []
    mark = queries.mark_of(db(), visit.activity_id, visit.person_id)
    seen_until = mark.seen_until_at if mark else None
    happened = [
        *queries.happened_to(db(), visit.activity_id, visit.person_id, seen_until),
        *_opened(),
        *due_soon(where.completion.due_at, now(), is_left=where.next_step is not None),
    ]
    return [_told(one) for one in unseen(happened, seen_until, mark.muted if mark else ())]


def _opened() -> list[Happened]:
    """Return the last part that a date or an instructor has opened and that is still to do."""
    found = []
    for step in place().steps:
        gate = place().gates.get(step.state.phase)
        at = (gate.opened_at or gate.opens_at) if gate else None
        if at is not None and at <= now() and step.url and not step.state.is_done:
            found.append(Happened(NoticeKind.OPENED, at, words=step.label))
    return found[-1:]


def _told(one: Happened) -> Notice:
    url = None
    if one.post_id is not None:
        url = url_for("visit.talk.find", post_id=one.post_id)
    elif one.kind is NoticeKind.GROUP:
        url = next((s.url for s in place().steps if s.state.phase is Phase.TALK), None)
    return Notice(_words(one), one.at, url)


def _words(one: Happened) -> str:
    if one.kind is NoticeKind.REPLY:
        return str(ngettext("One answer to you", "%(num)d answers to you", one.number))
    if one.kind is NoticeKind.HIDDEN:
        return str(
            ngettext(
                "Staff have hidden a post of yours, with a reason",
                "Staff have hidden %(num)d posts of yours, with reasons",
                one.number,
            )
        )
    if one.kind is NoticeKind.GROUP:
        return str(_("You are in %(group)s group now", group=one.words))
    if one.kind is NoticeKind.OPENED:
        return str(_("“%(part)s” is open now", part=one.words))
    return str(KINDS[one.kind])
