"""One person as teachers see them: their ledger under their name, and what staff can do for them.

Their alias, their posts and the times of those are left out: they would tell who is who.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from ltitool.actions import alone, groups, resending
from ltitool.actions import mending as actions
from ltitool.actions.reader import Reader
from ltitool.core.completion import Completion, measure
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.roles import Role
from ltitool.core.script import Talk
from ltitool.core.scripts import script_of
from ltitool.storage.queries import accounts, membership
from ltitool.storage.queries import progress as progress_queries
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import teaching as queries
from ltitool.storage.queries import teaching_groups as group_queries
from ltitool.storage.tables import Participant, Person, TalkGroup
from ltitool.web import labels
from ltitool.web.forms import PlainForm
from ltitool.web.ledger import Book, ledger_of, score_lines
from ltitool.web.progress import short as own_short
from ltitool.web.record import record_page
from ltitool.web.settings_room import instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.teaching_forms import MoveForm, ReasonForm
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("people", __name__, url_prefix="/people")

DONE = {
    "moved": lazy_gettext("Moved."),
    "reset": lazy_gettext("The attempt was reset. This person starts over when they come next."),
    "revealed": lazy_gettext("This is who wrote that. That you asked, and why, is logged."),
    "sent": lazy_gettext("The score is on its way again."),
    "alone": lazy_gettext("They are on their own now, and their front page says so."),
    "group": lazy_gettext("They talk with a group again."),
    "fewer": lazy_gettext("Half as many words are asked of them now. Their front page says so."),
    "all": lazy_gettext("As many words are asked of them as of anybody."),
}
"""What the page says after something was done here."""


@bp.get("/<int:person_id>")
def show(person_id: int) -> ResponseReturnValue:
    """Show a person's ledger, their group by its name, and what can be done."""
    person, participant = _learner(person_id)
    return _page(person, participant, _move_form(person_id))


@bp.get("/<int:person_id>/record")
def record(person_id: int) -> ResponseReturnValue:
    """Show all that a person's grade came from and all that was sent, for printing."""
    person, _participant = _learner(person_id)
    measured = _measured(person_id)
    if measured is None:
        raise NotFound("There is no record of this person yet.")
    return record_page(person, here().activity, *measured)


@bp.get("/<int:person_id>/move")
def confirm_move(person_id: int) -> ResponseReturnValue:
    """Say what moving this person does to who can read what, and ask."""
    person, _participant = _learner(person_id)
    wanted = request.args.get("group", type=int)
    if wanted is None:
        return redirect(url_for(".show", person_id=person_id), 303)
    return render_template(
        "teaching/move.html",
        name=label(person.name, person.id),
        person_id=person.id,
        group=groups.open_group(db(), here().activity, wanted),
        today=_group(person_id),
        form=PlainForm(),
    )


@bp.post("/<int:person_id>/move")
def move(person_id: int) -> ResponseReturnValue:
    """Move a person to another group."""
    person, participant = _learner(person_id)
    form = _move_form(person_id)
    if not form.validate_on_submit():
        return _page(person, participant, form), 422
    actions.move(db(), reader_of(person_id), form.group.data, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", person_id=person_id, done="moved"), 303)


@bp.get("/<int:person_id>/reset")
def confirm_reset(person_id: int) -> ResponseReturnValue:
    """Say what a reset does, and ask why."""
    instructors_only()
    person, _participant = _learner(person_id)
    return _reset_page(person, _reset_form())


@bp.post("/<int:person_id>/reset")
def reset(person_id: int) -> ResponseReturnValue:
    """Let a person start over."""
    instructors_only()
    person, _participant = _learner(person_id)
    form = _reset_form()
    if not form.validate_on_submit():
        return _reset_page(person, form), 422
    actions.reset_attempt(
        db(), reader_of(person_id), form.words, actor_id=here().person_id, now=now()
    )
    return redirect(url_for(".show", person_id=person_id, done="reset"), 303)


@bp.post("/<int:person_id>/send-again")
def send_again(person_id: int) -> ResponseReturnValue:
    """Send a refused score once more."""
    instructors_only()
    activity, learner = here().activity, reader_of(person_id)
    resending.send_again(db(), activity, learner.person_id, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", person_id=person_id, done="sent"), 303)


def _learner(person_id: int) -> tuple[Person, Participant | None]:
    found = queries.learner_in(db(), here().activity, person_id)
    if found is None:
        raise NotFound("There is no such person in this activity.")
    return found


def reader_of(person_id: int) -> Reader:
    """Return a learner of this activity; raises NotFound, and InputRefused before they came."""
    _person, participant = _learner(person_id)
    if participant is None:
        raise InputRefused("This person has not opened the activity yet.")
    return Reader.of(here().activity, participant)


def _group(person_id: int) -> TalkGroup | None:
    return membership.group_of(db(), here().activity_id, person_id)


def _move_form(person_id: int) -> MoveForm:
    today = _group(person_id)
    return MoveForm.among(
        [
            (group.id, _people_in(group))
            for group in group_queries.groups_in(db(), here().activity_id)
            if group.is_open and (today is None or group.id != today.id)
        ]
    )


def _people_in(group: group_queries.GroupRow) -> str:
    return str(
        ngettext("%(name)s, one person", "%(name)s, %(num)d people", group.people, name=group.name)
    )


def _reset_form() -> ReasonForm:
    return ReasonForm.asking(_("Why this attempt is reset"))


def _measured(person_id: int) -> tuple[Completion, Book] | None:
    activity = here().activity
    account = accounts.accounts_in(db(), activity, person_id).get(person_id)
    if account is None or activity.scenario_version is None:
        return None
    rules = progress_queries.rules_of(db(), activity.id)
    completion = measure(rules, account.done, account.terms)
    override = accounts.standing_override(db(), activity.id, person_id)
    short = own_short(group_queries.posts_by(db(), activity.id, person_id))
    return completion, Book(account.done, short=short, override=override)


def _page(person: Person, participant: Participant | None, form: MoveForm) -> str:
    activity = here().activity
    scores = score_lines(progress_queries.scores_of(db(), activity.id, person.id))
    measured = _measured(person.id)
    ledger = ledger_of(*measured) if measured else None
    return render_template(
        "teaching/person.html",
        name=label(person.name, person.id),
        person_id=person.id,
        activity=activity,
        entered_at=participant.entered_at if participant else None,
        participant=participant,
        why_alone=labels.WHY_ALONE,
        has_group_talk=script_of(activity.script).talk is Talk.GROUP,
        goes_on_alone=participant is not None and _goes_on_alone(participant),
        ledger=ledger,
        due_at=ledger.due_at if ledger else None,
        posting=progress_queries.rules_of(db(), activity.id).policy.posting,
        has_column=activity.line_item_url is not None,
        scores=scores,
        group=_group(person.id),
        has_locked=bool(story_queries.voices_shown(db(), activity.id, person.id)),
        has_attempt=bool(story_queries.attempts_of(db(), activity.id, person.id)),
        form=form,
        is_instructor=here().role is Role.INSTRUCTOR,
        done=DONE.get(request.args.get("done", "")),
    )


def _goes_on_alone(participant: Participant) -> bool:
    """Whether nothing of theirs could come into a group any more."""
    if participant.alone is None:
        return False
    learner = Reader.of(here().activity, participant)
    return participant.other_story is not None or alone.has_written(db(), learner)


def _reset_page(person: Person, form: ReasonForm) -> str:
    return render_template(
        "teaching/reset.html", name=label(person.name, person.id), person_id=person.id, form=form
    )
