"""The ledger: each milestone with what met it and its credit, and the scores that were sent.

The learner's page and the teachers' page are made from the same lines. The teachers' page stands
under a name, so its lines lead to no post and give no time of one: that would tell the alias.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.core.completion import SCORE_MAXIMUM, Completion, Credit, Done, hundredths
from ltitool.core.delivery import Delivery
from ltitool.core.grades import without_echo
from ltitool.core.policy import WRITTEN, Crediting, Rule
from ltitool.storage.queries.progress import SentScore
from ltitool.storage.tables import Override
from ltitool.web import labels
from ltitool.web.credit_words import late_words
from ltitool.web.deeds import what_is_asked, what_met
from ltitool.web.words import points

SIGNS = {
    Delivery.WAITING: ("waiting", "clock"),
    Delivery.SENT: ("fine", "tick"),
    Delivery.REFUSED: ("failed", "warn"),
    Delivery.SUPERSEDED: ("", "half"),
    Delivery.HELD: ("waiting", "warn"),
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
    note: str = ""
    """What is particular about it for this person: excused, or late by how much."""
    due_at: datetime | None = None
    """Its date, where it is not the date of everything."""


@dataclass(frozen=True)
class Ledger:
    """All milestones, and their sum written out."""

    lines: tuple[Line, ...]
    total: str
    sum: str
    bar: tuple[tuple[float, float, float], ...]
    """For each milestone where it begins, how wide it is, how much of it is filled."""
    left: int
    due_at: datetime | None
    rules_number: int
    notes: tuple[str, ...]
    """What else the sum depends on, in sentences."""
    set_by_staff: "SetScore | None"


@dataclass(frozen=True)
class SetScore:
    """A score that a teacher has set, with the reason."""

    score: str
    reason: str
    made_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True)
class Book:
    """What a ledger is made from beside the completion."""

    done: Mapping[Rule, Done]
    links: Mapping[Rule, str] | None = None
    """Where to read again what met a milestone; None where the ledger stands under a name."""
    short: frozenset[Rule] = frozenset()
    """What was written and does not count."""
    override: Override | None = None


def ledger_of(completion: Completion, book: Book) -> Ledger:
    """Return the ledger of one person; without links it may stand under their name."""
    first_open = next((c for c in completion.counted if not c.is_met), None)
    return Ledger(
        lines=tuple(
            _line(credit, completion, book, is_next=credit is first_open)
            for credit in completion.credits
        ),
        total=points(completion.score_hundredths),
        sum=_written_out(completion),
        bar=_bar(completion),
        left=sum(not credit.is_met for credit in completion.counted),
        due_at=completion.due_at,
        rules_number=completion.rules.number,
        notes=tuple(_notes(completion)),
        set_by_staff=set_score(book.override) if book.override else None,
    )


def set_score(row: Override) -> SetScore:
    """Return a score that was set, as pages print it."""
    return SetScore(points(row.score_hundredths), row.reason, row.made_at, row.undone_at)


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
    rules_number: int


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
            words=without_echo(sent.words),
            received_at=sent.received_at,
            tries=sent.score.tries,
            rules_number=sent.score.rules_number,
        )
        for sent in scores
    ]


def _line(credit: Credit, completion: Completion, book: Book, *, is_next: bool) -> Line:
    rule = credit.milestone.rule
    done = book.done.get(rule, Done())
    met, met_at = what_met(credit, done, is_short=rule in book.short)
    has_told_too_much = book.links is None and rule in WRITTEN
    is_done = credit.is_met or credit.is_excused
    return Line(
        title=str(labels.MILESTONES[rule]),
        asks=what_is_asked(credit.milestone, fewer=completion.terms.asks_fewer_words),
        met=met,
        met_at=None if has_told_too_much else met_at,
        url=(book.links or {}).get(rule) if credit.done else None,
        got=points(hundredths(credit.points)),
        of=points(hundredths(credit.worth)),
        icon="tick" if is_done else "half" if credit.done else "open",
        state="done" if is_done else "next" if is_next else "later",
        note=_note(credit, completion),
        due_at=credit.due_at if credit.due_at != completion.due_at else None,
    )


def _note(credit: Credit, completion: Completion) -> str:
    if credit.is_excused:
        return str(_("Excused: it is left out of the sum."))
    if not credit.days_late or completion.rules.policy.crediting is Crediting.COMPLETE_INCOMPLETE:
        return ""
    return str(ngettext("Late: within the first day.", "Late: on day %(num)d.", credit.days_late))


def _notes(completion: Completion) -> Iterable[str]:
    policy = completion.rules.policy
    if policy.crediting is Crediting.COMPLETE_INCOMPLETE:
        yield _("All of the credit comes when everything is done, and none before.")
    if policy.crediting is Crediting.ALL_OR_NOTHING:
        yield _("Each step earns its credit when the whole of it is done.")
    if policy.late is not None:
        yield late_words(policy.late)
    if completion.terms.extended_to is not None:
        yield _("A teacher has given more time.")
    if completion.terms.asks_fewer_words:
        yield _("Half as many words are asked, as a teacher has arranged.")
    floor = completion.terms.floor_hundredths
    if floor > completion.measured_hundredths:
        yield _("%(points)s, which stood before a change, is kept.", points=points(floor))


def _written_out(completion: Completion) -> str:
    parts = [hundredths(credit.points) for credit in completion.counted]
    said = " + ".join(points(part) for part in parts) or "0"
    total = points(completion.measured_hundredths)
    words = _("%(parts)s = %(total)s of %(all)d", parts=said, total=total, all=SCORE_MAXIMUM)
    if sum(parts) != completion.measured_hundredths:
        words = _("%(sum)s, each part rounded", sum=words)
    return str(words)


def _bar(completion: Completion) -> tuple[tuple[float, float, float], ...]:
    pieces: list[tuple[float, float, float]] = []
    begin = Fraction()
    for credit in completion.counted:
        pieces.append((float(begin), float(credit.worth), float(credit.points)))
        begin += credit.worth
    return tuple(pieces)
