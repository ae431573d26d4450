"""Lines of the table of grades, and how many scores are where."""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from ltitool.core.delivery import Delivery
from ltitool.core.grades import Finding, without_echo
from ltitool.storage.queries.grades import GradeRow
from ltitool.web import labels
from ltitool.web.ledger import SIGNS
from ltitool.web.words import points


@dataclass(frozen=True)
class Line:
    """One learner as the table prints them."""

    row: GradeRow
    name: str

    @property
    def score(self) -> str:
        """The newest score, of 100."""
        return points(self.row.score_hundredths)

    @property
    def sign(self) -> tuple[str, str, str] | None:
        """What became of it: words, colour and icon."""
        delivery = self.row.delivery
        if delivery is None:
            return None
        if self.row.is_waiting and self.row.is_failing:
            return gettext("Keeps failing"), "failed", "warn"
        return str(labels.DELIVERIES[delivery]), *SIGNS[delivery]

    @property
    def words(self) -> str:
        """What the platform said, where it did not take the score."""
        return without_echo(self.row.words) if self.row.trouble else ""

    @property
    def hint(self) -> str:
        """What may help."""
        trouble = self.row.trouble
        return str(labels.TROUBLES[trouble]) if trouble else ""

    @property
    def standing(self) -> str:
        """What the LMS shows, where that is not what was sent."""
        row = self.row
        if row.finding is Finding.AGREES:
            return ""
        if row.standing is None or row.maximum is None:
            return gettext("nothing, or 0")
        return gettext("%(score)g of %(maximum)g", score=row.standing, maximum=row.maximum)

    @property
    def can_be_sent(self) -> bool:
        """Whether the score can be sent once more as it is."""
        return self.row.is_failing


@dataclass(frozen=True)
class Tally:
    """How many scores are where."""

    sent: int
    waiting: int
    failing: int
    undecided: int

    @property
    def all(self) -> int:
        """All that have a score."""
        return self.sent + self.waiting + self.failing

    @property
    def words(self) -> str:
        """How far the sending has come, as one sentence."""
        return ngettext(
            "%(sent)d of one score has arrived.",
            "%(sent)d of %(num)d scores have arrived.",
            self.all,
            sent=self.sent,
        )


def tally_of(lines: list[Line]) -> Tally:
    """Return how many scores of these people are where."""
    rows = [line.row for line in lines]
    return Tally(
        sent=sum(row.delivery is Delivery.SENT for row in rows),
        waiting=sum(row.is_waiting and not row.is_failing for row in rows),
        failing=sum(row.is_failing for row in rows),
        undecided=sum(row.is_undecided for row in rows),
    )
