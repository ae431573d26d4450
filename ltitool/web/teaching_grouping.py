"""Where groups come from: the page on which an instructor chooses, and a list is looked over."""

import re
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField, ValidationError

from ltitool.actions import grouping as actions
from ltitool.core.group_list import MOST_LETTERS, MOST_LINES, Fault, GroupList, Problem, read_list
from ltitool.core.groups import Grouping, GroupSource
from ltitool.core.mixing import LARGEST, SMALLEST
from ltitool.core.plan import Plan
from ltitool.core.roles import Role
from ltitool.storage.queries import grouping as queries
from ltitool.web.forms import cleaned
from ltitool.web.settings_room import SettingsPart, instructors_only, plan_here
from ltitool.web.teaching_forms import LONGEST_WAIT
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("grouping", __name__, url_prefix="/settings/groups")

SOURCES = {
    GroupSource.BATCHES: (
        lazy_gettext("By answers: mixed, and nobody alone with theirs where it can be helped"),
        lazy_gettext("Groups of three to six form when people have locked their answer."),
    ),
    GroupSource.RANDOM: (
        lazy_gettext("By chance"),
        lazy_gettext("As above, without a look at the answers."),
    ),
    GroupSource.PLATFORM: (
        lazy_gettext("The groups of the LMS"),
        lazy_gettext("People talk with those of their own group there; large ones are divided."),
    ),
    GroupSource.LISTED: (
        lazy_gettext("A list of yours"),
        lazy_gettext("One person a line, then their group. It is shown to you before it is kept."),
    ),
    GroupSource.EARLIER: (
        lazy_gettext("As in an earlier activity of this course"),
        lazy_gettext("The groups as they are there today."),
    ),
    GroupSource.CHOSEN: (
        lazy_gettext("People choose themselves"),
        lazy_gettext("Who has not chosen when the wait is over is put into a group."),
    ),
}
FAULTS = {
    Fault.NO_GROUP: lazy_gettext("names no group"),
    Fault.TOO_LONG: lazy_gettext("has a group whose name is too long"),
    Fault.UNKNOWN: lazy_gettext("names nobody of this course"),
    Fault.AMBIGUOUS: lazy_gettext("fits more than one person; use the id of the LMS"),
    Fault.TWICE: lazy_gettext("names somebody who stands in an earlier line"),
    Fault.UNREADABLE: lazy_gettext("cannot be read"),
}


WHOLE = re.compile("[0-9]{1,9}")


class GroupingForm(FlaskForm):
    """Where groups come from, and what goes with it."""

    source = RadioField(validate_choice=False)
    hours = StringField()
    cap = StringField()
    platform = SelectMultipleField(validate_choice=False)
    earlier = StringField()
    people = TextAreaField(filters=[cleaned])

    @classmethod
    def of(cls, grouping: Grouping) -> "GroupingForm":
        """Return the form as it is set, or as it was filled in."""
        form = cls(
            data={
                "source": grouping.source.value,
                "hours": str(grouping.wait_hours),
                "cap": str(grouping.cap),
                "platform": list(grouping.platform_groups),
                "earlier": "",
                "people": "",
            }
        )
        form.people.label.text = _("The list")
        form.hours.label.text = _("Hours anybody waits at most")
        form.cap.label.text = _("People in a group they choose, at most")
        return form

    @property
    def grouping(self) -> Grouping:
        """What a valid form sets."""
        return Grouping(
            GroupSource(self.source.data),
            int(self.hours.data or 0),
            int(self.cap.data or LARGEST),
            tuple(self.platform.data or ()),
        )

    def validate_source(self, field: RadioField) -> None:
        """One of the ways there are."""
        if field.data not in set(GroupSource):
            raise ValidationError(_("Choose where groups come from"))

    def validate_hours(self, field: StringField) -> None:
        """Whole hours; 0 lets nobody wait."""
        if _whole(field.data) not in range(LONGEST_WAIT + 1):
            raise ValidationError(
                _("Hours are a whole number from 0 to %(most)d", most=LONGEST_WAIT)
            )

    def validate_cap(self, field: StringField) -> None:
        """Between the least and the most that a group holds."""
        if _whole(field.data) not in range(SMALLEST, LARGEST + 1):
            raise ValidationError(_("A group holds three to six people"))

    def validate_people(self, field: TextAreaField) -> None:
        """Something that can be read, where a list is the source."""
        if self.source.data != GroupSource.LISTED:
            return
        text = field.data or ""
        if not text:
            raise ValidationError(_("Paste the list: one person a line, then their group"))
        if len(text) > MOST_LETTERS or text.count("\n") >= MOST_LINES:
            raise ValidationError(_("A list has %(most)d lines at most", most=MOST_LINES))


@bp.get("")
def show() -> ResponseReturnValue:
    """Show where groups come from, in a form for instructors."""
    return _page(_form())


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep the source; a list is shown first, with every problem at once."""
    instructors_only()
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    source = form.grouping.source
    if source is GroupSource.LISTED:
        read = read_list(form.people.data or "", actions.people_by_word(db(), here().activity))
        if read.problems or not read.labels:
            return _page(form, read.problems), 422
        if "keep" not in request.form:
            return _preview(form, read)
        actions.keep_list(db(), here().activity, read.labels, actor_id=here().person_id, now=now())
    if source is GroupSource.EARLIER:
        earlier = _whole(form.earlier.data)
        actions.take_from_earlier(
            db(), here().activity, earlier, actor_id=here().person_id, now=now()
        )
    actions.set_grouping(db(), here().activity, form.grouping, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", saved=1), 303)


def said(plan: Plan) -> str:
    """Return where groups come from, in one sentence."""
    words = str(SOURCES[plan.group_source][0])
    hours = plan.group_wait_hours
    wait = (
        ngettext(
            "nobody waits longer than an hour", "nobody waits longer than %(num)d hours", hours
        )
        if hours
        else _("nobody waits")
    )
    return str(_("%(source)s; %(wait)s.", source=words, wait=wait))


PART = SettingsPart(
    lazy_gettext("Where groups come from"),
    "visit.teaching.grouping.show",
    said,
    is_for_groups=True,
)


def _form() -> GroupingForm:
    return GroupingForm.of(plan_here().grouping)


def _whole(typed: str | None) -> int:
    """Return a typed whole number of nine digits at most; -1, which nothing has, for the rest."""
    return int(typed) if typed and WHOLE.fullmatch(typed) else -1


def _page(form: GroupingForm, problems: Sequence[Problem] = ()) -> str:
    activity = here().activity
    return render_template(
        "teaching/grouping.html",
        form=form,
        said=said(plan_here()),
        sources=SOURCES,
        platform_groups=queries.platform_groups_in(db(), activity.context_id),
        earlier=queries.with_groups_beside(db(), activity),
        listed=len(queries.assignments_in(db(), activity.id)),
        problems=[(one.line, one.who, FAULTS[one.fault]) for one in problems],
        has_story=activity.scenario_version_id is not None,
        can_change=here().role is Role.INSTRUCTOR,
        is_saved="saved" in request.args and not form.errors and not problems,
    )


def _preview(form: GroupingForm, read: GroupList) -> str:
    people: dict[str, int] = {}
    for label in read.labels.values():
        people[label] = people.get(label, 0) + 1
    known = actions.people_by_word(db(), here().activity)
    everybody = {person for found in known.values() for person in found}
    return render_template(
        "teaching/group_list.html",
        form=form,
        groups=sorted((label, number, -(-number // LARGEST)) for label, number in people.items()),
        number=len(read.labels),
        unlisted=len(everybody - set(read.labels)),
    )
