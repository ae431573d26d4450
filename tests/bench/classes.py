"""`python -m tests.bench.classes`: a class of 3,000 measured, and the pages that list it.

What a class of 300 takes stands beside it: as many statements; the time may grow as the class.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select

from ltitool.actions import progress
from ltitool.core.delivery import Delivery
from ltitool.core.roles import Role
from ltitool.core.script import Round
from ltitool.storage.tables import (
    Attempt,
    Decision,
    OutgoingScore,
    Participant,
    Receipt,
)
from tests.web.teaching_browser import counted
from tests.web.teaching_builders import Course, course_in
from tests.web.teaching_classroom import COLUMN, NOON

PAGES = {
    "the class": "/teaching/",
    "grades": "/teaching/grades/",
    "attendance and marks": "/teaching/marks/",
}


@dataclass(frozen=True)
class Took:
    """What one thing took."""

    what: str
    people: int
    seconds: float
    statements: int


def run(people: int) -> list[Took]:
    """Measure a class of so many: the measuring pass, and every page that lists it."""
    with tempfile.TemporaryDirectory() as folder, course_in(Path(folder)) as course:
        course.configure(hours=0)
        course.grade()
        course.crowd(people)
        _let_everybody_have_played(course)
        teacher = course.visit(Role.INSTRUCTOR)
        found = [_timed(course, "measuring everybody", people, partial(_measure, course, people))]
        for name, path in PAGES.items():
            teacher.get(path)  # what a process keeps is kept then
            found.append(_timed(course, name, people, partial(teacher.get, path)))
        return found


def _timed(course: Course, what: str, people: int, do: Callable[[], object]) -> Took:
    with counted(course.database) as sent:
        began = time.perf_counter()
        do()
        return Took(what, people, time.perf_counter() - began, len(sent))


def _measure(course: Course, people: int) -> None:
    with course.database.session(is_read_only=True) as session:
        activity, scenario = course.activity(session), course.scenario(session)
        assert len(progress.measured_in(session, activity, scenario)) == people


def _let_everybody_have_played(course: Course) -> None:
    with course.database.transaction() as session:
        version_id = course.activity(session).scenario_version_id
        people = list(session.scalars(select(Participant.person_id)))
        own: list[dict[str, Any]] = [
            {"activity_id": course.activity_id, "person_id": person} for person in people
        ]
        begun: dict[str, Any] = {"number": 1, "scenario_version_id": version_id, "started_at": NOON}
        session.execute(insert(Attempt), [one | begun for one in own])
        given: dict[str, Any] = {
            "round": Round.FIRST,
            "lenses": [],
            "decided_at": NOON,
            "locked_at": NOON,
        }
        scenario = course.scenario(session)
        session.execute(
            insert(Decision),
            [
                {"attempt_id": attempt, "decision_id": one.id, "choice_id": one.choices[0].id}
                | given
                for attempt in session.scalars(select(Attempt.id))
                for one in scenario.core_decisions
            ],
        )
        sent = {
            "line_item_url": COLUMN,
            "score_hundredths": 4000,
            "maximum": 100,
            "scored_at": NOON,
            "comment": "",
            "delivery": Delivery.SENT,
            "tries": 1,
            "next_try_at": NOON,
            "written_at": NOON,
        }
        session.execute(insert(OutgoingScore), [one | sent for one in own])
        said = {"status": 200, "words": "Received", "received_at": NOON}
        scores = session.scalars(select(OutgoingScore.id))
        session.execute(insert(Receipt), [{"outgoing_score_id": one} | said for one in scores])


def table_of(many: list[Took], few: list[Took]) -> Table:
    """Return what was measured as a table, beside what the smaller class took."""
    table = Table(title=f"A class of {many[0].people}, beside one of {few[0].people}, on SQLite")
    for column in ("what", "ms", "× the smaller", "statements", "of the smaller"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for large, small in zip(many, few, strict=True):
        table.add_row(
            large.what,
            f"{large.seconds * 1000:.0f}",
            f"{large.seconds / small.seconds:.1f}",
            str(large.statements),
            str(small.statements),
        )
    return table


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.classes", description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    asked = parser.parse_args()
    Console(width=110).print(table_of(run(asked.people), run(max(1, asked.people // 10))))


if __name__ == "__main__":
    main()
