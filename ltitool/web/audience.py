"""Who can read what a person writes, in the words that stand above the button."""

from babel.dates import format_date, get_timezone
from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _

from ltitool.core.audience import Naming, is_wider, kept_until, shown_as
from ltitool.core.script import Phase
from ltitool.storage.queries import talk as queries
from ltitool.storage.queries.naming import naming_of
from ltitool.storage.tables import Participant, TalkGroup, Thread
from ltitool.web.asking import Question
from ltitool.web.place import place
from ltitool.web.transaction import db, now
from ltitool.web.visit import here


def audience(group: TalkGroup | None, participant: Participant, naming: Naming) -> str:
    """Return who can read a post written now, under which name, who can find out, how long."""
    return " ".join([readers(group), _name(participant, naming), *_elsewhere(), kept_here()])


def known_as(naming: Naming) -> str:
    """Return under which name staff read what is written now, who can find out, and how long.

    For everything that no other student reads; empty for who takes no part.
    """
    participant = place().participant
    if participant is None:
        return ""
    return " ".join([_name(participant, naming), *_elsewhere(), kept_here()])


def naming_in(phase: Phase) -> Naming:
    """Return by what name staff are shown this person's next text of a phase."""
    return naming_of(db(), here().activity, here().person_id, phase)


def naming_here(thread: Thread | None) -> Naming:
    """Return by what name this person's next post in a talk is shown."""
    own = queries.naming_in(db(), thread.id, here().person_id) if thread else None
    return own or here().activity.naming


def shown_wider(naming: Naming) -> Question | None:
    """Ask before a text is kept under a wider naming than stood above the button."""
    told, participant = request.form.get("shown_as", ""), place().participant
    if participant is None or told not in set(Naming) or not is_wider(naming, Naming(told)):
        return None
    return Question(
        "shown_now",
        _("Who can find out that this is yours has changed"),
        _("It was set while you wrote.") + f" {_name(participant, naming)}",
        ((naming.value, _("Keep it so")),),
    )


def readers(group: TalkGroup | None) -> str:
    """Return who reads what a group is told now: its people, and staff."""
    if group is None:
        return _(
            "The group you will be in, three to six people with any who join later, "
            "and the teaching staff of this course."
        )
    return _(
        "The people of %(group)s group, three to six with any who join later, "
        "and the teaching staff of this course.",
        group=group.name,
    )


def readers_of_own() -> str:
    """Return who reads what staff write to somebody who talks with voices of the story alone."""
    return _("The person whose talk this is, and the teaching staff of this course.")


def _name(participant: Participant, naming: Naming) -> str:
    alias = participant.alias
    name = shown_as(naming, participant.person.name, alias)
    if naming is Naming.NAMED:
        return _("They see it under “%(name)s”.", name=name)
    if naming is Naming.SEALED:
        return _(
            "You are %(alias)s here, for the teaching staff too. Only an instructor can find out "
            "who %(alias)s is, by giving a reason, which is logged.",
            alias=alias,
        )
    return _(
        "You are %(alias)s here. The teaching staff can find out who %(alias)s is, "
        "by giving a reason, which is logged.",
        alias=alias,
    )


def _elsewhere() -> list[str]:
    """Return what is said where staff are shown people in different ways, part by part."""
    if not here().activity.namings:
        return []
    return [_("In other parts the teaching staff may see you another way, and may guess.")]


def kept_here() -> str:
    """Return until when what is written now is kept."""
    activity = here().activity
    until = kept_until(now(), activity.keep_days).astimezone(get_timezone(activity.time_zone))
    day = format_date(until.date(), "d MMMM y", locale=get_locale())
    return _("It is kept until %(day)s, then erased.", day=day)
