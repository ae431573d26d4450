"""What stands in the gradebook: read back, held against what was sent, and decided about.

A grade that was changed in the LMS is kept and shown. Nothing more is sent for that person until
an instructor has said whose grade is to stay.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ltitool.core.delivery import Delivery
from ltitool.core.grades import Finding, compare
from ltitool.lti.results import Result
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import (
    Activity,
    ColumnReading,
    OutgoingScore,
    Participant,
    Person,
    Receipt,
    StandingGrade,
)


def keep(
    session: Session,
    person_id: int,
    line_item_url: str,
    finding: Finding,
    found: Result | None,
    *,
    now: datetime,
) -> None:
    """Remember what was found for one person; what agrees needs no row."""
    key = {"person_id": person_id, "line_item_url": line_item_url}
    if finding is Finding.AGREES:
        session.execute(delete(StandingGrade).filter_by(**key))
        return
    score, maximum = (found.score, found.maximum) if found else (None, None)
    values = {"finding": finding, "score": score, "maximum": maximum, "seen_at": now}
    if add_if_new(session, StandingGrade, {**key, **values}):
        return
    row = session.scalars(select(StandingGrade).filter_by(**key)).one()
    if (row.finding, row.score) != (finding, score):
        row.kept_at = None  # what was decided about was another grade
    row.finding, row.score, row.maximum, row.seen_at = finding, score, maximum, now


def take_results(
    session: Session,
    activity: Activity,
    line_item_url: str,
    results: Mapping[str, Result],
    *,
    began_at: datetime,
    now: datetime,
) -> int:
    """Hold a column as it was read against what was sent; return how many grades differ.

    Whose score went out while the column was read is left for the next time.
    """
    reading = _reading(session, activity.id)
    reading.read_at, reading.asked_at, reading.refusal = now, None, ""
    newest, known = _sent(session, line_item_url)
    moving = _moving(session, line_item_url, began_at)
    different = 0
    for person_id, sub in _learners(session, activity):
        if person_id in moving:
            continue
        found = results.get(sub)
        stands = found.share if found else None
        finding = compare(stands, newest.get(person_id), known.get(person_id, set()))
        keep(session, person_id, line_item_url, finding, found, now=now)
        different += finding is not Finding.AGREES
    return different


def refuse(session: Session, activity_id: int, words: str) -> None:
    """Keep what the platform said instead of its grades."""
    reading = _reading(session, activity_id)
    reading.asked_at, reading.refusal = None, words


def ask(session: Session, activity_id: int, *, now: datetime) -> None:
    """Note that an instructor wants the grades read back."""
    _reading(session, activity_id).asked_at = now


def _reading(session: Session, activity_id: int) -> ColumnReading:
    add_if_new(session, ColumnReading, {"activity_id": activity_id, "refusal": ""})
    return session.get_one(ColumnReading, activity_id)


def _learners(session: Session, activity: Activity) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Person.id, Person.lti_id)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.activity_id == activity.id, Participant.is_preview.is_(False))
        .order_by(Person.id)
    )
    return [(person_id, sub) for person_id, sub in rows]


def _sent(session: Session, line_item_url: str) -> tuple[dict[int, float], dict[int, set[float]]]:
    """Return the newest share that was taken, and all that may have arrived, by person."""
    rows = session.execute(
        select(
            OutgoingScore.person_id,
            OutgoingScore.score_hundredths,
            OutgoingScore.maximum,
            OutgoingScore.delivery,
        )
        .where(
            OutgoingScore.line_item_url == line_item_url,
            OutgoingScore.delivery != Delivery.HELD,
        )
        .order_by(OutgoingScore.scored_at)
    )
    newest: dict[int, float] = {}
    known: dict[int, set[float]] = {}
    for person_id, hundredths, maximum, delivery in rows:
        share = hundredths / (maximum * 100)
        known.setdefault(person_id, set()).add(share)
        if delivery is Delivery.SENT:
            newest[person_id] = share
    return newest, known


def _moving(session: Session, line_item_url: str, began_at: datetime) -> set[int]:
    """Return the people for whom something was sent since then, or is being sent."""
    rows = session.scalars(
        select(OutgoingScore.person_id)
        .outerjoin(Receipt, Receipt.outgoing_score_id == OutgoingScore.id)
        .where(
            OutgoingScore.line_item_url == line_item_url,
            (Receipt.received_at >= began_at) | (OutgoingScore.lease_until_at >= began_at),
        )
    )
    return set(rows)
