"""The ledger: each milestone with what met it and its credit, and the scores that were sent.

The learner's page and the teachers' page are made from the same lines. The teachers' page stands
under a name, so its lines lead to no post and give no time of one: that would tell the alias.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _

from ltitool.core.completion import SCORE_MAXIMUM, Completion, Credit, Rule
from ltitool.core.delivery import Delivery
from ltitool.storage.queries.progress import SentScore
from ltitool.web import labels
from ltitool.web.deeds import Deeds, what_is_asked, what_met
from ltitool.web.words import points

SIGNS = {
    Delivery.WAITING: ("waiting", "clock"),
    Delivery.SENT: ("fine", "tick"),
    Delivery.REFUSED: ("failed", "warn"),
    Delivery.SUPERSEDED: ("", "half"),
}
"""The colour and the icon of what became of a score."""


@dataclass(frozen=True)
class Line:
    """One milestone as the ledger prints it."""

    title: str
    asks: str
    met: str
    met_at: datetime | None
    url: str | None
    got: str
    of: str
    icon: str
    state: str
    """A word for the stylesheet: done, next or later."""


@dataclass(frozen=True)
class Ledger:
    """All milestones, and their sum written out."""

    lines: tuple[Line, ...]
    total: str
    sum: str
    bar: tuple[tuple[float, float, float], ...]
    """For each milestone where it begins, how wide it is, how much of it is filled."""
    left: int


def ledger_of(
    completion: Completion, deeds: Deeds, links: Mapping[Rule, str] | None = None
) -> Ledger:
    """Return the ledger of one person; without `links` it may stand under their name."""
    first_open = next((c for c in completion.credits if not _is_met(c)), None)
    return Ledger(
        lines=tuple(
            _line(
                credit,
                deeds,
                worth=_worth(credit, completion),
                links=links,
                is_next=credit is first_open,
            )
            for credit in completion.credits
        ),
        total=points(completion.score_hundredths),
        sum=_written_out(completion),
        bar=_bar(completion),
        left=sum(not _is_met(credit) for credit in completion.credits),
    )


@dataclass(frozen=True)
class ScoreLine:
    """One score that was written, and what became of it."""

    scored_at: datetime
    given: str
    maximum: int
    label: str
    colour: str
    icon: str
    words: str
    """What the platform said, in its own words."""
    received_at: datetime | None
    tries: int


def score_lines(scores: Sequence[SentScore]) -> list[ScoreLine]:
    """Return the scores of one person as a table prints them."""
    return [
        ScoreLine(
            scored_at=sent.score.scored_at,
            given=points(sent.score.score_hundredths),
            maximum=sent.score.maximum,
            label=str(labels.DELIVERIES[sent.score.delivery]),
            colour=SIGNS[sent.score.delivery][0],
            icon=SIGNS[sent.score.delivery][1],
            words=sent.words,
            received_at=sent.received_at,
            tries=sent.score.tries,
        )
        for sent in scores
    ]


def _line(
    credit: Credit,
    deeds: Deeds,
    *,
    worth: Fraction,
    links: Mapping[Rule, str] | None,
    is_next: bool,
) -> Line:
    rule, is_met = credit.milestone.rule, _is_met(credit)
    met, met_at = what_met(credit, deeds)
    has_told_too_much = links is None and rule in {Rule.POSTS, Rule.REPLIES}
    return Line(
        title=str(labels.MILESTONES[rule]),
        asks=what_is_asked(credit.milestone),
        met=met,
        met_at=None if has_told_too_much else met_at,
        url=(links or {}).get(rule) if credit.done else None,
        got=points(_hundredths(credit.points)),
        of=points(_hundredths(worth)),
        icon="tick" if is_met else "half" if credit.done else "open",
        state="done" if is_met else "next" if is_next else "later",
    )


def _written_out(completion: Completion) -> str:
    parts = [_hundredths(credit.points) for credit in completion.credits]
    said = " + ".join(points(part) for part in parts) or "0"
    total = points(completion.score_hundredths)
    words = _("%(parts)s = %(total)s of %(all)d", parts=said, total=total, all=SCORE_MAXIMUM)
    if sum(parts) != completion.score_hundredths:
        words = _("%(sum)s, each part rounded", sum=words)
    return str(words)


def _bar(completion: Completion) -> tuple[tuple[float, float, float], ...]:
    pieces: list[tuple[float, float, float]] = []
    begin = Fraction()
    for credit in completion.credits:
        worth = _worth(credit, completion)
        pieces.append((float(begin), float(worth), float(credit.points)))
        begin += worth
    return tuple(pieces)


def _worth(credit: Credit, completion: Completion) -> Fraction:
    weights = sum(each.milestone.weight for each in completion.credits)
    return Fraction(SCORE_MAXIMUM * credit.milestone.weight, weights)


def _is_met(credit: Credit) -> bool:
    return credit.done >= credit.milestone.need


def _hundredths(share: Fraction) -> int:
    return int(share * 100 + Fraction(1, 2))
