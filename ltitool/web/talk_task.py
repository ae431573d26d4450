"""What the talk asks of a person, and what would not count towards it."""

from flask_babel import gettext as _

from ltitool.actions import talk as actions
from ltitool.core.completion import Credit
from ltitool.core.policy import WRITTEN, Rule
from ltitool.core.talk import least_words
from ltitool.storage.queries import talk as queries
from ltitool.web import labels
from ltitool.web.asking import Question
from ltitool.web.forms import PostForm
from ltitool.web.place import place, reader
from ltitool.web.transaction import db
from ltitool.web.visit import here


def would_not_count(form: PostForm, written: actions.Written) -> Question | None:
    """Ask about what would stand without counting, where it still has to count."""
    again = queries.post_submitted(db(), here().person_id, form.submission_id.data or "")
    rule = Rule.REPLIES if form.parent_id else Rule.POSTS
    if again or rule not in {c.milestone.rule for c in _left()}:
        return None
    shortfall = actions.falls_short(db(), reader(), written, least=least_of(rule))
    if shortfall is None:
        return None
    return Question(
        "anyway",
        _("This would stand, but not count towards the task"),
        f"{labels.SHORTFALLS[shortfall]} {_('Add to it, or post it as it is.')}",
        (("1", _("Post it anyway")),),
    )


def asked_here() -> list[Credit]:
    """Return what the talk asks of this person, with what is done of it."""
    return [credit for credit in place().completion.counted if credit.milestone.rule in WRITTEN]


def least_of(rule: Rule) -> int:
    """Return how many words a post or a reply needs to count here."""
    asked = [credit.milestone.min_words for credit in asked_here() if credit.milestone.rule is rule]
    return least_words(max(asked, default=0), fewer=place().asks_fewer_words)


def _left() -> list[Credit]:
    """Return what of the talk is not done yet."""
    return [credit for credit in asked_here() if credit.done < credit.milestone.need]
