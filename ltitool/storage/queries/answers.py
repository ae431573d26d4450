"""Answers with reasons, and reflections, as staff read them: question by question, never by time.

Nothing of previews, of attempts that were reset, or of what is not locked yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Exists, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.audience import Naming, shown_as
from ltitool.core.script import Round
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Decision,
    OtherStory,
    Participant,
    Person,
    Reflection,
    ScenarioVersion,
)

Wanted = TypeVarTuple("Wanted")
_played = func.coalesce(OtherStory.version_id, Activity.scenario_version_id)
"""Which story the author of a text lives through; what was written in one they left is void."""


@dataclass(frozen=True)
class Signed:
    """One text of somebody, and how its author is shown."""

    id: int
    """Of the row of an answer; of the person where the text is a reflection."""
    person_id: int
    naming: Naming
    author: str
    """The alias or the name."""
    is_replay: bool = False
    """Whether it was given when the story was begun anew."""


def stories_in(session: Session, activity: Activity) -> list[ScenarioVersion]:
    """Return what is lived through here: the story of the class, then those taken instead of it."""
    taken = (
        select(OtherStory.version_id)
        .join(OtherStory.participant)
        .where(Participant.activity_id == activity.id, Participant.is_preview.is_(False))
    )
    rows = session.scalars(
        select(ScenarioVersion)
        .where(
            or_(ScenarioVersion.id == activity.scenario_version_id, ScenarioVersion.id.in_(taken))
        )
        .order_by(
            ScenarioVersion.id != activity.scenario_version_id,
            ScenarioVersion.title,
            ScenarioVersion.id,
        )
    )
    return list(rows)


def given_numbers(session: Session, activity: Activity) -> dict[tuple[int, str, str], int]:
    """Return how many texts there are: by story, round or `reflect`, and question."""
    answers = _answers(
        select(_played, Decision.round, Decision.decision_id, func.count()), activity
    ).group_by(_played, Decision.round, Decision.decision_id)
    found = {
        (version_id, given.value, decision_id): number
        for version_id, given, decision_id, number in session.execute(answers)
    }
    texts = _reflections(select(_played, Reflection.reflect_id, func.count()), activity).group_by(
        _played, Reflection.reflect_id
    )
    for version_id, reflect_id, number in session.execute(texts):
        found[version_id, "reflect", reflect_id] = number
    return found


def answers_to(
    session: Session, activity: Activity, version_id: int, decision_id: str, *, given: Round
) -> list[Signed]:
    """Return whose answers there are to a decision, by how their authors are shown."""
    wanted = select(
        Decision.id, Person.id, Decision.naming, Person.name, Participant.alias, _has_begun_before()
    )
    statement = _answers(wanted, activity).where(
        _played == version_id,
        Decision.round == given,
        Decision.decision_id == decision_id,
    )
    return _by_author(
        Signed(row_id, person_id, naming, shown_as(naming, name, alias), is_replay)
        for row_id, person_id, naming, name, alias, is_replay in session.execute(
            statement.order_by(Attempt.number)
        )
    )


def reflections_on(
    session: Session, activity: Activity, version_id: int, reflect_id: str
) -> list[Signed]:
    """Return whose answers there are to a closing question, by how their authors are shown."""
    wanted = select(Person.id, Reflection.naming, Person.name, Participant.alias)
    statement = _reflections(wanted, activity).where(
        _played == version_id, Reflection.reflect_id == reflect_id
    )
    return _by_author(
        Signed(person_id, person_id, naming, shown_as(naming, name, alias))
        for person_id, naming, name, alias in session.execute(statement)
    )


def decisions(session: Session, ids: Sequence[int]) -> dict[int, Decision]:
    """Return answers, by id."""
    rows = session.scalars(select(Decision).where(Decision.id.in_(ids)))
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
    """Let a question be about locked answers."""
    return (
        wanted.select_from(Decision)
        .join(Attempt, Attempt.id == Decision.attempt_id)
        .join(
            Participant,
            (Participant.activity_id == Attempt.activity_id)
            & (Participant.person_id == Attempt.person_id),
        )
        .join(Person, Person.id == Attempt.person_id)
        .join(Activity, Activity.id == Participant.activity_id)
        .outerjoin(OtherStory, OtherStory.participant_id == Participant.id)
        .where(
            Attempt.activity_id == activity.id,
            Attempt.voided_at.is_(None),
            Participant.is_preview.is_(False),
            Decision.locked_at.is_not(None),
        )
    )


def _has_begun_before() -> Exists:
    """Whether the person of a row has an earlier attempt that counts."""
    earlier = aliased(Attempt)
    return exists().where(
        earlier.activity_id == Attempt.activity_id,
        earlier.person_id == Attempt.person_id,
        earlier.voided_at.is_(None),
        earlier.number < Attempt.number,
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
        .join(Activity, Activity.id == Participant.activity_id)
        .outerjoin(OtherStory, OtherStory.participant_id == Participant.id)
        .where(Reflection.activity_id == activity.id, Participant.is_preview.is_(False))
    )


def _by_author(signed: Iterable[Signed]) -> list[Signed]:
    return sorted(signed, key=lambda one: one.author.casefold())
