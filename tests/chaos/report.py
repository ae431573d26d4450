"""How large a campaign is, and what it has found: the gradebook held against the ledger."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ltitool.core.completion import measure
from ltitool.core.traces import remembered
from ltitool.storage.queries.progress import rules_of
from ltitool.storage.tables import Activity, OutgoingScore, Person, Progress, Receipt

Grades = Mapping[str, tuple[str, float]]
"""A gradebook: by link, who has a grade there and which."""
ROUNDING = 0.005


@dataclass(frozen=True)
class Plan:
    """How large a campaign is."""

    completions: int
    seconds: float
    seed: int
    rate: float = 0.25
    """How many of the service requests fail."""
    hangs: int = 1
    restarts: int = 1
    kills: int = 3
    fills: int = 1
    """How often the disk is full for a while."""


@dataclass
class Report:
    """What a campaign has found."""

    seed: int
    completions: int = 0
    scores: int = 0
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    disk: str = ""
    """How the disk was filled."""
    seconds: float = 0.0
    settled_after: float = 0.0
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether every grade arrived, right, and for the right person."""
        return not (self.missing or self.wrong or self.misplaced)

    def __str__(self) -> str:
        """Return the figures."""
        met = ", ".join(f"{name} {number}" for name, number in sorted(self.faults.items()))
        return (
            f"seed {self.seed}: {self.completions} completions, {self.scores} scores, "
            f"{self.requests} tries in {self.seconds:.0f} s, "
            f"settled {self.settled_after:.0f} s later\n"
            f"faults: {met}; processes killed: {self.kills}; "
            f"disk full: {self.disk}\n"
            f"missing {len(self.missing)}, wrong {len(self.wrong)}, "
            f"of the wrong person {len(self.misplaced)}"
        )


def compare(session: Session, grades: Grades, report: Report) -> None:
    """Hold the platform's gradebook against what everybody has done, and note what differs."""
    rows = session.execute(
        select(Activity.id, Activity.lti_id, Person.lti_id, Progress.counts)
        .join(Progress, Progress.activity_id == Activity.id)
        .join(Person, Person.id == Progress.person_id)
    ).all()
    report.scores = session.scalar(select(func.count(OutgoingScore.id))) or 0
    report.requests = session.scalar(select(func.count(Receipt.id))) or 0
    rules = rules_of(session, rows[0][0])  # the same for all
    for _activity_id, link, sub, counts in rows:
        stands = grades.get(link)
        earned = measure(rules, remembered(counts)).score_hundredths / 100
        if stands is None:
            report.missing.append(link)
        elif stands[0] != sub:
            report.misplaced.append(link)
        elif abs(stands[1] - earned) > ROUNDING:
            report.wrong.append(f"{link}: {stands[1]} instead of {earned}")
    report.misplaced += sorted(set(grades) - {link for _id, link, _sub, _counts in rows})
