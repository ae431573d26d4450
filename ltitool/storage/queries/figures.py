"""What a class is told once one has decided again: figures, agreed quotes, the course's note."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ltitool.core.figures import Answered
from ltitool.core.scenario import Scenario
from ltitool.core.script import Round
from ltitool.core.talk import PostState
from ltitool.storage.tables import (
    Attempt,
    Decision,
    LocalNote,
    Participant,
    Post,
    Thread,
)

QUOTES = 12
"""So many quotes are read at most; which ones, chance decides for each reader."""


def answered_twice(session: Session, activity_id: int, scenario: Scenario) -> list[Answered]:
    """Return everybody who has decided again, in that order; two statements for any class.

    Previews, other stories, attempts begun after reading others, and attempts reset by staff are
    left out.
    """
    talk_id = scenario.talk_decision.id
    core = {decision.id for decision in scenario.core_decisions}
    again = aliased(Decision)
    second = session.execute(
        select(Attempt.person_id, again.choice_id, again.lenses)
        .join(again, again.attempt_id == Attempt.id)
        .join(
            Participant,
            (Participant.activity_id == Attempt.activity_id)
            & (Participant.person_id == Attempt.person_id),
        )
        .where(
            Attempt.activity_id == activity_id,
            Attempt.voided_at.is_(None),
            Attempt.is_after_reading.is_(False),
            Participant.is_preview.is_(False),
            ~Participant.other_story.has(),
            again.round == Round.AGAIN,
            again.decision_id == talk_id,
        )
        .order_by(again.decided_at, again.id)
    ).all()
    first = _first_answers(session, activity_id)
    return [
        Answered(
            first[person_id][talk_id][0],
            choice_id,
            tuple(first[person_id][talk_id][1]),
            tuple(lenses),
            {name: choice for name, (choice, _picks) in first[person_id].items() if name in core}
            | {talk_id: choice_id},
        )
        for person_id, choice_id, lenses in second
        if talk_id in first[person_id]
    ]


def _first_answers(
    session: Session, activity_id: int
) -> dict[int, dict[str, tuple[str, list[str]]]]:
    """Return each person's first locked answers: (choice, lenses) by decision."""
    rows = session.execute(
        select(Attempt.person_id, Decision.decision_id, Decision.choice_id, Decision.lenses)
        .join(Decision, Decision.attempt_id == Attempt.id)
        .where(
            Attempt.activity_id == activity_id,
            Attempt.voided_at.is_(None),
            Decision.round == Round.FIRST,
            Decision.locked_at.is_not(None),
        )
        .order_by(Attempt.number)
    )
    first: defaultdict[int, dict[str, tuple[str, list[str]]]] = defaultdict(dict)
    for person_id, decision_id, choice_id, lenses in rows:
        first[person_id].setdefault(decision_id, (choice_id, lenses))
    return first


def quotes_for_class(session: Session, activity_id: int, chance: Random) -> Sequence[str]:
    """Return a few posts whose authors agreed that the whole class reads them, by nobody's name.

    In an order that says nothing about who wrote when, or in which group.
    """
    agreed = session.scalars(
        select(Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.activity_id == activity_id,
            Post.may_quote,
            Post.person_id.is_not(None),
            Post.by_staff.is_(False),
            Post.state == PostState.STANDING,
        )
        .order_by(Post.id)
    ).all()
    drawn = chance.sample(agreed, min(QUOTES, len(agreed)))
    return session.scalars(select(Post.text).where(Post.id.in_(drawn)).order_by(Post.text)).all()


def local_notes(session: Session, activity_id: int) -> Sequence[LocalNote]:
    """Return every wording of the note of a course; the first one holds."""
    return session.scalars(
        select(LocalNote)
        .where(LocalNote.activity_id == activity_id)
        .order_by(LocalNote.number.desc())
    ).all()
