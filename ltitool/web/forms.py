"""The forms learners fill in, and what each asks before it can be kept."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)

from ltitool.core.scenario import Choice, Decision, Lens
from ltitool.core.talk import LONGEST
from ltitool.core.words import clean, count_words, has_something
from ltitool.web import labels

LONGEST_CHANGE = 2_000
LONGEST_MARK = 64
ID = re.compile("[0-9]{1,9}")


def cleaned(text: str | None) -> str:
    """Return a typed text as it is kept."""
    return clean(text or "")


def mark(text: str | None) -> str:
    """Return the mark by which a form that is sent twice is known."""
    return cleaned(text)[:LONGEST_MARK]


def row_id(text: str | None) -> int | None:
    """Return the id that a field names; 0, which no row has, where it names none; None if empty."""
    if not text:
        return None
    return int(text) if ID.fullmatch(text) else 0


class AnswerForm(FlaskForm):
    """An answer to a decision: choice, reasons, how sure, what weighed most, one's own change."""

    choice = RadioField(validate_choice=False)
    rationale = TextAreaField(filters=[cleaned])
    own_change = TextAreaField(filters=[cleaned])
    confidence = RadioField(validate_choice=False)
    lens = SelectMultipleField(validate_choice=False)

    decision: Decision
    offered: set[str]
    known_lenses: set[str]

    @classmethod
    def asking(
        cls,
        decision: Decision,
        choices: Sequence[Choice],
        lenses: Sequence[Lens],
        kept: Mapping[str, Any] | None = None,
    ) -> "AnswerForm":
        """Return the form of this decision, filled with what was kept or drafted before."""
        form = cls(data=kept)
        form.decision = decision
        form.offered = {choice.id for choice in choices}
        form.known_lenses = {lens.id for lens in lenses}
        form.choice.choices = [(choice.id, choice.label) for choice in choices]
        form.confidence.choices = [(str(n), word) for n, word in labels.CONFIDENCE.items()]
        form.lens.choices = [(lens.id, lens.label) for lens in lenses]
        form.rationale.label.text = _("Your reasons")
        form.own_change.label.text = _("None of these? Say what you would change")
        return form

    @property
    def fields(self) -> dict[str, Any]:
        """What was typed and chosen, as a draft keeps it."""
        return {
            "choice": self.choice.data or "",
            "rationale": self.rationale.data or "",
            "own_change": self.own_change.data or "",
            "confidence": self.confidence.data or "",
            "lens": list(self.lens.data or []),
        }

    @property
    def written(self) -> tuple[str, str]:
        """What was typed in the person’s own words."""
        return self.rationale.data or "", self.own_change.data or ""

    def validate_choice(self, field: RadioField) -> None:
        """One of the answers offered must be chosen."""
        if field.data not in self.offered:
            raise ValidationError(_("Choose one of the answers"))

    def validate_rationale(self, field: TextAreaField) -> None:
        """Ask for reasons as long as the story wants, and no longer."""
        asked = self.decision.rationale
        if asked is None:
            return
        words = count_words(cleaned(field.data))
        least = max(asked.min_words or 0, 1 if asked.required else 0)
        if words < least:
            raise ValidationError(
                _("Say a little more: %(least)d words or more, you have %(words)d")
                % {"least": least, "words": words}
            )
        if asked.max_words and words > asked.max_words:
            raise ValidationError(
                _("Say it in %(most)d words; you have %(words)d")
                % {"most": asked.max_words, "words": words}
            )
        _check_letters(cleaned(field.data), LONGEST)

    def validate_own_change(self, field: TextAreaField) -> None:
        """Take any change of one’s own that is not endless."""
        _check_letters(cleaned(field.data), LONGEST_CHANGE)

    def validate_confidence(self, field: RadioField) -> None:
        """How sure must be said where the story asks for it."""
        if self.decision.confidence and field.data not in {str(n) for n in labels.CONFIDENCE}:
            raise ValidationError(_("Say how sure you are"))

    def validate_lens(self, field: SelectMultipleField) -> None:
        """As many as the story asks must be picked, each once."""
        asked = self.decision.rank_lenses or 0
        picked = set(field.data or []) & self.known_lenses
        if asked and len(picked) != asked:
            raise ValidationError(
                ngettext(
                    "Choose the one that weighed most",
                    "Choose the %(num)d that weighed most; you ticked %(ticked)d",
                    asked,
                    ticked=len(picked),
                )
            )


class PostForm(FlaskForm):
    """A post or a reply."""

    text = TextAreaField(filters=[cleaned])
    may_quote = BooleanField()
    parent = HiddenField()
    thread = HiddenField()
    seen = HiddenField()
    submission_id = HiddenField(filters=[mark])

    @classmethod
    def fresh(
        cls, text: str = "", parent: int | None = None, *, may_quote: bool = False
    ) -> "PostForm":
        """Return the form with an id of its own, so that sending it twice makes one post."""
        form = cls(data={"text": text, "parent": str(parent or ""), "may_quote": may_quote})
        if not form.submission_id.data:
            form.submission_id.data = secrets.token_urlsafe(12)
        form.text.label.text = _("Your reply") if form.parent.data else _("Your post")
        form.may_quote.label.text = _("May be quoted to the whole class, without any name")
        return form

    @property
    def parent_id(self) -> int | None:
        """The post this replies to."""
        return row_id(self.parent.data)

    @property
    def thread_id(self) -> int | None:
        """The thread that stood above the form."""
        return row_id(self.thread.data)

    def seen_in(self, thread_id: int) -> int | None:
        """Up to which post the page had shown this thread; None where it had shown another."""
        return self.seen_id if self.thread_id in {None, thread_id} else None

    @property
    def seen_id(self) -> int | None:
        """The last post that was on the page of the form."""
        return row_id(self.seen.data)

    @property
    def words(self) -> str:
        """What was typed."""
        return self.text.data or ""

    def validate_text(self, field: TextAreaField) -> None:
        """Something must be said, and not more than anybody reads."""
        if not has_something(cleaned(field.data)):
            raise ValidationError(_("Write something first"))
        _check_letters(cleaned(field.data), LONGEST)


class PlainForm(FlaskForm):
    """A form that only asks for a button."""


def _check_letters(text: str, most: int) -> None:
    if len(text) > most:
        raise ValidationError(
            _("This is too long to keep: %(letters)d letters, at most %(most)d fit")
            % {"letters": len(text), "most": most}
        )
