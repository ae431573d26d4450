"""Measuring what a learner has done, and writing the score that follows from it.

The outgoing score is written in the transaction of the change that changed it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ltitool.actions.reader import Reader
from ltitool.core.completion import (
    PERSONAL_DUE,
    SCORE_MAXIMUM,
    Completion,
    Milestone,
    Rule,
    is_worth_sending,
    measure,
    personal_due,
)
from ltitool.core.delivery import Delivery, earliest_sending, next_timestamp
from ltitool.core.scenario import Scenario
from ltitool.core.script import Round
from ltitool.storage.queries import progress as queries
from ltitool.storage.queries import story as story_queries
from ltitool.storage.tables import Activity, Attempt, OutgoingScore, Participant, Progress

DUE_AT_ONCE = 500
"""How many scores one pass of the clock writes at most; the next pass takes the rest."""


def remeasure(session: Session, reader: Reader, *, now: datetime) -> None:
    """Measure anew after a change, keep the result, and write a score if it is worth sending."""
    activity, participant = reader.activity, reader.participant
    if participant.is_preview:
        return
    session.flush()  # the counts below must see the change
    attempts = story_queries.attempts_of(session, activity.id, participant.person_id)
    done = counts(session, activity.id, participant.person_id, reader.scenario, attempts)
    milestones = queries.milestones_of(session, activity.id)
    completion = measure(milestones, done)
    kept = queries.progress_of(session, activity.id, participant.person_id)
    if kept is None:
        kept = Progress(activity_id=activity.id, person_id=participant.person_id)
        session.add(kept)
    kept.counts = {rule.value: count for rule, count in done.items()}
    kept.score_hundredths = completion.score_hundredths
    kept.is_complete = completion.is_complete
    kept.measured_at = now
    _write_score(session, activity, participant, completion, now=now)


def counts(
    session: Session,
    activity_id: int,
    person_id: int,
    scenario: Scenario,
    attempts: Sequence[Attempt],
) -> dict[Rule, int]:
    """Return how much of each rule is done, counted from the rows."""
    again = story_queries.second_answer(attempts, scenario.talk_decision.id)
    required = [question.id for question in scenario.required_reflections]
    return {
        Rule.CORE_DECIDED: _core_decided(attempts, scenario),
        **queries.talk_counts(session, activity_id, person_id),
        Rule.DECIDED_AGAIN: int(again is not None),
        Rule.REFLECTIONS: queries.reflections_written(session, activity_id, person_id, required),
    }


def completion_of(milestones: Sequence[Milestone], kept: Progress | None) -> Completion:
    """Return the completion that a kept measurement stands for."""
    done = {Rule(rule): count for rule, count in kept.counts.items()} if kept else {}
    return measure(milestones, done)


def remeasure_due(session: Session, *, now: datetime) -> int:
    """Write the scores that became due by the clock alone; return how many."""
    rows = session.execute(
        select(Activity, Participant, Progress)
        .join(Participant, Participant.activity_id == Activity.id)
        .join(
            Progress,
            (Progress.activity_id == Activity.id) & (Progress.person_id == Participant.person_id),
        )
        .where(
            Activity.line_item_url.is_not(None),
            Activity.due_at <= now,
            Participant.entered_at <= now - PERSONAL_DUE,
            Participant.is_preview.is_(False),
            ~exists().where(
                OutgoingScore.activity_id == Activity.id,
                OutgoingScore.person_id == Participant.person_id,
                OutgoingScore.line_item_url == Activity.line_item_url,
            ),
        )
        .limit(DUE_AT_ONCE)
    ).all()
    return _write_kept(session, rows, now=now)


def line_item_known(session: Session, activity: Activity, *, now: datetime) -> int:
    """Write the scores that waited for a gradebook column; return how many."""
    rows = session.execute(
        select(Activity, Participant, Progress)
        .join(Participant, Participant.activity_id == Activity.id)
        .join(
            Progress,
            (Progress.activity_id == Activity.id) & (Progress.person_id == Participant.person_id),
        )
        .where(Activity.id == activity.id, Participant.is_preview.is_(False))
    ).all()
    return _write_kept(session, rows, now=now)


def _write_kept(
    session: Session, rows: Iterable[tuple[Activity, Participant, Progress]], *, now: datetime
) -> int:
    milestones: dict[int, list[Milestone]] = {}
    written = 0
    for activity, participant, kept in rows:
        if activity.id not in milestones:
            milestones[activity.id] = queries.milestones_of(session, activity.id)
        completion = completion_of(milestones[activity.id], kept)
        written += _write_score(session, activity, participant, completion, now=now)
    return written


def _write_score(
    session: Session,
    activity: Activity,
    participant: Participant,
    completion: Completion,
    *,
    now: datetime,
) -> bool:
    if activity.line_item_url is None:
        return False
    last = queries.newest_score(session, activity.id, participant.person_id, activity.line_item_url)
    if not is_worth_sending(
        completion,
        last_hundredths=last.score_hundredths if last else None,
        due_at=personal_due(activity.due_at, participant.entered_at),
        now=now,
    ):
        return False
    if last is not None and last.delivery is Delivery.WAITING:
        last.delivery = Delivery.SUPERSEDED
    scored_at = next_timestamp(now, last.scored_at if last else None)
    session.add(
        OutgoingScore(
            activity_id=activity.id,
            person_id=participant.person_id,
            line_item_url=activity.line_item_url,
            score_hundredths=completion.score_hundredths,
            maximum=SCORE_MAXIMUM,
            scored_at=scored_at,
            comment=_comment(completion),
            next_try_at=max(now, earliest_sending(scored_at)),
            written_at=now,
        )
    )
    session.info["score_written"] = True
    return True


def _comment(completion: Completion) -> str:
    done = sum(credit.done >= credit.milestone.need for credit in completion.credits)
    return f"{done} of {len(completion.credits)} steps done. No answer earns more than another."


def _core_decided(attempts: Sequence[Attempt], scenario: Scenario) -> int:
    core = {decision.id for decision in scenario.core_decisions}
    return max(
        (
            sum(
                decision.decision_id in core
                and decision.round is Round.FIRST
                and decision.locked_at is not None
                for decision in attempt.decisions
            )
            for attempt in attempts
        ),
        default=0,
    )
