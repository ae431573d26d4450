"""What the staff of an activity did, newest first, for its instructors.

Whoever stands under an alias is not named here, whatever was done to what they wrote.
"""

from flask import Blueprint, render_template, request

from ltitool.core.errors import NotAllowed
from ltitool.core.roles import Role
from ltitool.core.staff_acts import Sort, StaffAct, taken_back
from ltitool.storage.queries import staff_acts as queries
from ltitool.storage.queries import teaching as teaching_queries
from ltitool.web.paging import page_asked_for
from ltitool.web.staff_acts_words import SORTS, Teller
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("log", __name__, url_prefix="/log")


@bp.before_request
def _for_instructors() -> None:
    if here().role is not Role.INSTRUCTOR:
        raise NotAllowed("Only instructors read what the staff did.")


@bp.get("/")
def show() -> str:
    """Show what was done, by whom and why; narrowed to a sort, to who did it, to whom it was."""
    acts = queries.acts_in(db(), here().activity_id)
    sort, by = request.args.get("sort", ""), request.args.get("by", type=int)
    whom = _whom()
    page = page_asked_for([one for one in acts if _fits(one, sort, by, whom)])
    return render_template(
        "teaching/log.html",
        page=page,
        teller=Teller.of(page.rows),
        taken_back=taken_back(acts),
        is_empty=not acts,
        sorts=SORTS,
        sort=sort if sort in set(Sort) else "",
        staff=_staff(),
        by=by,
        whom=whom,
    )


def _fits(act: StaffAct, sort: str, by: int | None, whom: tuple[int, str] | None) -> bool:
    is_sort = sort not in set(Sort) or act.sort == sort
    return is_sort and by in {None, act.actor_id} and (whom is None or whom[0] in act.people)


def _staff() -> list[tuple[int, str]]:
    staff = teaching_queries.staff_of(db(), here().activity.context_id)
    return [(one.person_id, label(one.name, one.person_id)) for one in staff]


def _whom() -> tuple[int, str] | None:
    """Return the person whose page led here; nobody of elsewhere has a name in this course."""
    person_id = request.args.get("person", 0, type=int)
    found = teaching_queries.learner_in(db(), here().activity, person_id) if person_id else None
    return (found[0].id, label(found[0].name, found[0].id)) if found else None
