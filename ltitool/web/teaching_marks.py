"""The class list on which an instructor notes who was there, and gives marks by hand."""

from dataclasses import dataclass
from math import ceil

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import marking as actions
from ltitool.core.policy import FULL_MARK, GIVEN_BY_STAFF, Rule
from ltitool.storage.queries import marks as queries
from ltitool.storage.queries import progress as progress_queries
from ltitool.web.forms import PlainForm, row_id
from ltitool.web.settings_room import instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story

bp = Blueprint("marks", __name__, url_prefix="/marks")
bp.before_request(instructors_only)

ON_A_PAGE = 100
LONGEST = len(str(FULL_MARK))


@dataclass(frozen=True)
class Line:
    """One learner as the list prints them, or as the form was filled in."""

    person_id: int
    name: str
    was_there: bool
    had: str
    """The mark that stood when the page was made, as typed."""
    is_there: bool
    mark: str

    @property
    def is_faulty(self) -> bool:
        """Whether what was typed is no mark."""
        typed = self.mark.strip()
        is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST
        return bool(typed) and not (is_number and int(typed) <= FULL_MARK)

    @property
    def changes(self) -> dict[tuple[int, Rule], int | None]:
        """What was changed on this page; the rest stays as it is, whoever has noted it."""
        found: dict[tuple[int, Rule], int | None] = {}
        if self.is_there != self.was_there:
            found[self.person_id, Rule.ATTENDED_LIVE] = 1 if self.is_there else None
        if self.mark.strip() != self.had:
            typed = self.mark.strip()
            found[self.person_id, Rule.INSTRUCTOR_MARK] = int(typed) if typed else None
        return found


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the class with what is noted of each."""
    return _page(_kept())


@bp.post("/")
def save() -> ResponseReturnValue:
    """Note what was changed on the page."""
    lines = _typed()
    if any(line.is_faulty for line in lines):
        return _page(lines), 422
    number = actions.note(
        _sheet(), {key: amount for line in lines for key, amount in line.changes.items()}
    )
    return _back(noted=number)


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Take one's last change back."""
    return _back(undone=actions.undo(_sheet()))


def _sheet() -> actions.Sheet:
    return actions.Sheet(db(), here().activity, story(), here().person_id, now())


def _back(*, noted: int | None = None, undone: int | None = None) -> ResponseReturnValue:
    page, wanted = request.values.get("page", 1, type=int), request.values.get("q", "")
    there = url_for(".show", page=page, q=wanted or None, noted=noted, undone=undone)
    return redirect(there, 303)


def _rules() -> set[Rule]:
    asked = progress_queries.rules_of(db(), here().activity_id).policy.asked
    return {step.rule for step in asked} & GIVEN_BY_STAFF


def _kept() -> list[Line]:
    """Return those the list is narrowed to, as things stand."""
    wanted = request.values.get("q", "").strip().casefold()
    lines = []
    for row in queries.noted_in(db(), here().activity):
        name = label(row.name, row.person_id)
        there, had = bool(row.there), "" if row.mark is None else str(row.mark)
        if wanted in name.casefold():
            lines.append(Line(row.person_id, name, there, had, there, had))
    return lines


def _typed() -> list[Line]:
    """Return the lines of the page that was sent, as it was filled in; unknown people are none."""
    form = request.form
    names = {line.person_id: line.name for line in _kept()}
    everybody = "everybody" in form
    lines = []
    for text in form.getlist("person"):
        person_id = row_id(text)
        if person_id is None or person_id not in names:
            continue
        lines.append(
            Line(
                person_id,
                names[person_id],
                form.get(f"was-there-{person_id}") == "1",
                form.get(f"had-{person_id}", ""),
                everybody or form.get(f"there-{person_id}") == "1",
                form.get(f"mark-{person_id}", form.get(f"had-{person_id}", "")),
            )
        )
    return lines


def _page(lines: list[Line]) -> str:
    last_page = max(1, ceil(len(lines) / ON_A_PAGE))
    page = min(max(request.values.get("page", 1, type=int), 1), last_page)
    is_sent = request.method == "POST"
    rules = _rules()
    return render_template(
        "teaching/marks.html",
        form=PlainForm(),
        lines=lines if is_sent else lines[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        found=len(lines),
        faulty=[line for line in lines if line.is_faulty],
        asks_there=Rule.ATTENDED_LIVE in rules,
        asks_mark=Rule.INSTRUCTOR_MARK in rules,
        can_undo=actions.can_undo(db(), here().activity, here().person_id),
        page=page,
        last_page=last_page,
        wanted=request.values.get("q", "").strip(),
        noted=request.args.get("noted", type=int),
        undone=request.args.get("undone", type=int),
        problem=_("Write a whole number from 0 to %(most)d") % {"most": FULL_MARK},
    )
