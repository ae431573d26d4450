"""What the staff did, in plain sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from babel.lists import format_list
from flask_babel import get_locale, lazy_gettext, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from ltitool.core.script import Phase
from ltitool.core.staff_acts import Sort, StaffAct
from ltitool.storage.queries import staff_acts as queries
from ltitool.storage.queries.teaching import names_of
from ltitool.web.settings_room import phase_label
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db
from ltitool.web.words import points

SORTS = {
    Sort.PEOPLE: lazy_gettext("People and what is arranged for them"),
    Sort.CREDIT: lazy_gettext("Credit, dates and grades"),
    Sort.TALKS: lazy_gettext("Talks"),
    Sort.REPORTS: lazy_gettext("Reports and worries"),
    Sort.ALIASES: lazy_gettext("Finding out who somebody is"),
    Sort.SETTINGS: lazy_gettext("Settings"),
    Sort.STORIES: lazy_gettext("Stories"),
}
SENTENCES = {
    "attempt reset": lazy_gettext("%(who)s reset the attempt of %(whom)s."),
    "person moved": lazy_gettext("%(who)s moved %(whom)s to %(group)s."),
    "works alone": lazy_gettext("%(who)s let %(whom)s work without a group."),
    "gets a group": lazy_gettext("%(who)s let %(whom)s talk with a group again."),
    "fewer words asked": lazy_gettext("%(who)s asked half as many words of %(whom)s."),
    "all words asked": lazy_gettext("%(who)s asked all the words of %(whom)s again."),
    "date extended": lazy_gettext("%(who)s gave %(whom)s a later date."),
    "extension undone": lazy_gettext("%(who)s took the later date of %(whom)s back."),
    "milestones excused": lazy_gettext("%(who)s changed which parts count for %(whom)s."),
    "score set": lazy_gettext("%(who)s set the score of %(whom)s to %(score)s of 100."),
    "set score undone": lazy_gettext("%(who)s let the measured score of %(whom)s stand again."),
    "mark noted": lazy_gettext("%(who)s noted attendance or a mark of %(whom)s."),
    "marks noted": lazy_gettext("%(who)s noted attendance or marks of %(whom)s."),
    "marks undone": lazy_gettext("%(who)s took attendance or marks of %(whom)s back."),
    "score sent again": lazy_gettext("%(who)s sent the score of %(whom)s again."),
    "scores sent again": lazy_gettext("%(who)s sent scores that had failed again: %(whom)s."),
    "score sent over the LMS's grade": lazy_gettext(
        "%(who)s sent our score over the grade in the LMS: %(whom)s."
    ),
    "the LMS's grade kept": lazy_gettext("%(who)s let the grade in the LMS stand: %(whom)s."),
    "scores sent by hand": lazy_gettext("%(who)s sent everybody’s score as it stood."),
    "credit rules changed": lazy_gettext("%(who)s changed how credit is earned."),
    "column asked for": lazy_gettext("%(who)s asked for a column in the gradebook."),
    "post hidden": lazy_gettext("%(who)s hid a post in %(talk)s."),
    "post shown again": lazy_gettext("%(who)s showed a hidden post again in %(talk)s."),
    "post pinned": lazy_gettext("%(who)s pinned a post in %(talk)s."),
    "post unpinned": lazy_gettext("%(who)s unpinned a post in %(talk)s."),
    "talk locked": lazy_gettext("%(who)s locked %(talk)s."),
    "talk unlocked": lazy_gettext("%(who)s unlocked %(talk)s."),
    "staff posted": lazy_gettext("%(who)s wrote in %(talk)s."),
    "groups merged": lazy_gettext("%(who)s merged groups into %(group)s."),
    "concern taken": lazy_gettext("%(who)s took on %(concern)s."),
    "concern given back": lazy_gettext("%(who)s left %(concern)s to the others again."),
    "concern closed": lazy_gettext("%(who)s has seen to %(concern)s."),
    "concern reopened": lazy_gettext("%(who)s opened %(concern)s again."),
    "author revealed": lazy_gettext("%(who)s found out who wrote %(text)s."),
    "teller revealed": lazy_gettext("%(who)s found out who told the staff: %(concern)s."),
    "activity configured": lazy_gettext("%(who)s changed the settings: %(changed)s."),
    "phase opened": lazy_gettext("%(who)s opened “%(phase)s” for everybody."),
    "phase closed again": lazy_gettext("%(who)s closed “%(phase)s” again."),
    "session begun": lazy_gettext("%(who)s began the session in the room."),
    "session ended": lazy_gettext("%(who)s ended the session in the room."),
    "group list kept": lazy_gettext("%(who)s set who belongs to which group: %(whom)s."),
    "local note written": lazy_gettext("%(who)s changed the note to the class."),
    "text fix rolled out": lazy_gettext("%(who)s took over a text fix of the story."),
    "story migrated": lazy_gettext("%(who)s took over a newer version of the story."),
    "copy kept": lazy_gettext("%(who)s kept the settings that were copied along."),
    "continued from earlier activity": lazy_gettext(
        "%(who)s let this link go on from an earlier one."
    ),
    "role chosen": lazy_gettext("%(who)s made %(whom)s %(role)s here."),
    "story uploaded": lazy_gettext("%(who)s added the story %(story)s, or a version of it."),
    "story retired": lazy_gettext("%(who)s retired the story %(story)s."),
    "story offered again": lazy_gettext("%(who)s offered the story %(story)s again."),
    "story removed": lazy_gettext("%(who)s removed the story %(story)s."),
    "story report seen to": lazy_gettext("%(who)s has seen to a report of a story."),
    "story report opened again": lazy_gettext("%(who)s opened a report of a story again."),
}
CHANGED = {
    "story": lazy_gettext("the story"),
    "script": lazy_gettext("how it runs"),
    "talk_about": lazy_gettext("what people talk about"),
    "due_at": lazy_gettext("the date"),
    "time_zone": lazy_gettext("the time zone"),
    "group_source": lazy_gettext("where groups come from"),
    "group_wait_hours": lazy_gettext("how long people wait for a group"),
    "group_cap": lazy_gettext("how large groups get"),
    "platform_groups": lazy_gettext("which groups of the LMS are taken"),
    "naming": lazy_gettext("names"),
    "namings": lazy_gettext("names in single parts"),
    "keep_days": lazy_gettext("how long words are kept"),
    "asks_stand": lazy_gettext("whether groups say where they stand"),
    "gates": lazy_gettext("when parts open"),
    "policy": lazy_gettext("credit"),
}
ROLES = {"instructor": lazy_gettext("an instructor"), "tutor": lazy_gettext("a tutor")}
CONCERNS = {"care": lazy_gettext("a worry about somebody"), "report": lazy_gettext("a report")}


@dataclass(frozen=True)
class Teller:
    """What the sentences of one page need to know, asked for once."""

    names: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)
    talks: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, acts: Sequence[StaffAct]) -> Self:
        """Return who tells these acts."""
        people = {one for act in acts for one in [act.actor_id, *act.people[:1]] if one}
        groups = {act.details["group"] for act in acts if "group" in act.details}
        talks = {act.details["thread"] for act in acts if "thread" in act.details}
        return cls(
            names_of(db(), sorted(people)),
            queries.groups_called(db(), groups),
            queries.groups_of_talks(db(), talks),
        )

    def told(self, act: StaffAct) -> Markup:
        """Return what was done in a sentence; of what stands under an alias, whose it is not."""
        known = act.details
        values = {
            "who": self.name(act.actor_id) if act.actor_id else _("Kaleidoscope itself"),
            "whom": self._whom(act),
            "group": self._group(self.groups.get(known.get("group", 0))),
            "talk": self._talk(self.talks.get(known.get("thread", 0))),
            "score": points(known.get("hundredths", 0)),
            "concern": str(CONCERNS.get(known.get("kind", ""), "")),
            "text": _("a post") if "post" in known else _("an answer or a reflection"),
            "phase": phase_label(Phase(known["phase"])) if "phase" in known else "",
            "changed": _listed(known.get("changed", [])),
            "role": str(ROLES.get(known.get("role", ""), "")),
            "story": known.get("story", ""),
        }
        return escape(str(SENTENCES[act.action])) % values

    def name(self, person_id: int) -> Markup:
        """Return somebody’s name, whichever way it is written."""
        return Markup("<bdi>{}</bdi>").format(label(self.names.get(person_id, ""), person_id))

    def _whom(self, act: StaffAct) -> Markup | str:
        people = act.people
        if len(people) == 1:
            return self.name(people[0])
        number = act.details.get("people", 0)
        many = len(people) or (number if isinstance(number, int) else 0)
        return str(ngettext("one person", "%(num)d people", many))

    @staticmethod
    def _group(name: str | None) -> str:
        return _("%(group)s group", group=name) if name else _("a group")

    @staticmethod
    def _talk(group: str | None) -> str:
        if group is None:
            return _("one person’s own talk")
        return _("the talk of %(group)s group", group=group)


def _listed(changed: Sequence[str]) -> str:
    words = [str(CHANGED[one]) for one in changed if one in CHANGED]
    return format_list(words, locale=get_locale()) if words else _("what is set besides the story")
