"""What a page asks before it keeps what was written. Any answer lets it pass; nothing is lost.

The page is shown again with the text kept and one question; each answer is a button of its form.
"""

from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ltitool.core.real_case import Found, Sign, signs_in
from ltitool.web.place import place

REAL = "real"


@dataclass(frozen=True)
class Question:
    """One question, with the answers that let the form pass."""

    name: str
    """The field in which the answer comes."""
    title: str
    words: str
    answers: tuple[tuple[str, str], ...]
    """Each as it is sent and as it reads; changing the text needs no button."""
    found: tuple[str, ...] = ()
    """The pieces of the text that it is about."""
    given: tuple[tuple[str, str], ...] = ()
    """What was answered to the questions before this one."""

    @property
    def answer(self) -> str:
        """What was answered to it; empty while nothing was."""
        typed = request.form.get(self.name, "")
        return typed if typed in dict(self.answers) else ""


def first_open(*questions: Question | None) -> Question | None:
    """Return the first question that has no answer yet, which carries the others along."""
    asked = [question for question in questions if question is not None]
    given = tuple((one.name, one.answer) for one in asked if one.answer)
    return next((replace(one, given=given) for one in asked if not one.answer), None)


def real_case(*texts: str) -> Question | None:
    """Ask about what looks as if it belonged to a real person; None where nothing does.

    Nothing is sent anywhere for that, and which answer was given is not kept.
    """
    names = [character.name for character in place().scenario.cast]
    found = signs_in("\n".join(texts), names)
    if not found:
        return None
    return Question(
        REAL,
        _("Could this be about a real person?"),
        _(
            "People who are real have not agreed to be talked about here. Take real cases to your "
            "supervisor, and change here what would let somebody be found."
        ),
        (
            ("invented", _("It is invented")),
            ("me", _("It is about me")),
            ("removed", _("I have removed the details")),
        ),
        tuple(_in_words(one) for one in found),
    )


def _in_words(one: Found) -> str:
    return f"“{one.words}” {_LOOKS_LIKE[one.sign]}"


_LOOKS_LIKE = {
    Sign.PHONE: lazy_gettext("looks like a telephone number"),
    Sign.POSTCODE: lazy_gettext("looks like a postcode"),
    Sign.NHS: lazy_gettext("looks like an NHS number"),
    Sign.EMAIL: lazy_gettext("looks like an e-mail address"),
    Sign.BIRTH: lazy_gettext("looks like a date of birth"),
    Sign.CLIENT: lazy_gettext("reads like somebody you work with"),
}
