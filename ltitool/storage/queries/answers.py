"""Answers with reasons, and reflections, as staff read them: question by question, never by time.

Nothing of previews, of attempts that were reset, or of what is not locked yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from ltitool.core.audience import Naming, shown_as
from ltitool.core.script import Round
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Decision,
    Participant,
    Person,
    Reflection,
    ScenarioVersion,
)

Wanted = TypeVarTuple("Wanted")


@dataclass(frozen=True)
class Signed:
    """One text of somebody, and how its author is shown."""

    id: int
    """Of the row of an answer; of the person where the text is a reflection."""
    person_id: int
    naming: Naming
    author: str
    """The alias or the name."""


def given_numbers(session: Session, activity: Activity) -> dict[tuple[str, str], int]:
    """Return how many texts there are, by round and decision, or by `reflect` and question."""
    answers = _answers(select(Decision.round, Decision.decision_id, func.count()), activity)
    found = {
        (given.value, decision_id): number
        for given, decision_id, number in session.execute(
            answers.group_by(Decision.round, Decision.decision_id)
        )
    }
    texts = _reflections(select(Reflection.reflect_id, func.count()), activity)
    for reflect_id, number in session.execute(texts.group_by(Reflection.reflect_id)):
        found["reflect", reflect_id] = number
    return found


def answers_to(
    session: Session, activity: Activity, given: Round, decision_id: str
) -> list[Signed]:
    """Return whose answers there are to a decision, by how their authors are shown."""
    wanted = select(
        Decision.id, Person.id, Decision.naming, Person.name, Participant.alias, Attempt.number
    )
    statement = _answers(wanted, activity).where(
        Decision.round == given, Decision.decision_id == decision_id
    )
    rows = sorted(session.execute(statement).all(), key=lambda row: row.number)
    return _by_author(Signed(*row[:3], shown_as(row[2], row[3], row[4])) for row in rows)


def reflections_on(session: Session, activity: Activity, reflect_id: str) -> list[Signed]:
    """Return whose answers there are to a closing question, by how their authors are shown."""
    wanted = select(Person.id, Reflection.naming, Person.name, Participant.alias)
    statement = _reflections(wanted, activity).where(Reflection.reflect_id == reflect_id)
    return _by_author(
        Signed(person_id, person_id, naming, shown_as(naming, name, alias))
        for person_id, naming, name, alias in session.execute(statement)
    )


def decisions(session: Session, ids: Sequence[int]) -> dict[int, Decision]:
    """Return answers with their attempts, by id."""
    rows = session.scalars(
        select(Decision)
        .join(Decision.attempt)
        .options(contains_eager(Decision.attempt))
        .where(Decision.id.in_(ids))
    )
    return {row.id: row for row in rows}


def reflections(
    session: Session, activity: Activity, reflect_id: str, person_ids: Sequence[int]
) -> dict[int, Reflection]:
    """Return what people answered to a closing question, by person."""
    rows = session.scalars(
        select(Reflection).where(
            Reflection.activity_id == activity.id,
            Reflection.reflect_id == reflect_id,
            Reflection.person_id.in_(person_ids),
        )
    )
    return {row.person_id: row for row in rows}


def _answers(wanted: Select[*Wanted], activity: Activity) -> Select[*Wanted]:
    """Let a question be about locked answers to the story that the class plays."""
    assert activity.scenario_version is not None
    return (
        wanted.select_from(Decision)
        .join(Attempt, Attempt.id == Decision.attempt_id)
        .join(ScenarioVersion, ScenarioVersion.id == Attempt.scenario_version_id)
        .join(
            Participant,
            (Participant.activity_id == Attempt.activity_id)
            & (Participant.person_id == Attempt.person_id),
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.activity_id == activity.id,
            Attempt.voided_at.is_(None),
            ScenarioVersion.entry_id == activity.scenario_version.entry_id,
            Participant.is_preview.is_(False),
            Decision.locked_at.is_not(None),
        )
    )


def _reflections(wanted: Select[*Wanted], activity: Activity) -> Select[*Wanted]:
    """Let a question be about kept answers to closing questions."""
    return (
        wanted.select_from(Reflection)
        .join(
            Participant,
            (Participant.activity_id == Reflection.activity_id)
            & (Participant.person_id == Reflection.person_id),
        )
        .join(Person, Person.id == Reflection.person_id)
        .where(Reflection.activity_id == activity.id, Participant.is_preview.is_(False))
    )


def _by_author(signed: Iterable[Signed]) -> list[Signed]:
    return sorted(signed, key=lambda one: one.author.casefold())
