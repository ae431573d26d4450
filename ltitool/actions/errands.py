"""What a worker needs to know to send a score: where to, what, and what came before it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from ltitool.actions.registrations import platform_of
from ltitool.actions.sending import Errand
from ltitool.core.delivery import TOKENLESS, Delivery
from ltitool.lti.platform import Platform
from ltitool.lti.scores import Score, Submission
from ltitool.storage.tables import OutgoingScore, Person, Receipt, Registration

Column = tuple[int, str]
"""A person and a gradebook column."""


def errands_of(session: Session, row_ids: Sequence[int], *, start_until: datetime) -> list[Errand]:
    """Return the errands of claimed rows, in as many questions for one as for many."""
    rows = session.execute(
        select(OutgoingScore, Person.lti_id, Registration, _may_have_submitted())
        .join(Person, Person.id == OutgoingScore.person_id)
        .join(Registration, Registration.id == Person.registration_id)
        .where(OutgoingScore.id.in_(row_ids))
        .order_by(OutgoingScore.next_try_at, OutgoingScore.id)
    ).all()
    known, arrived = _earlier(session, row_ids)
    platforms: dict[int, Platform] = {}
    found = []
    for row, sub, registration, is_submitted in rows:
        platform = platforms.setdefault(registration.id, platform_of(registration))
        column = (row.person_id, row.line_item_url)
        submission = Submission(not is_submitted, row.written_at, row.overwrites)
        score = Score(
            row.line_item_url,
            sub,
            row.score_hundredths,
            row.maximum,
            row.scored_at,
            row.comment,
            submission if platform.is_canvas else None,
        )
        shares = frozenset(known[column])
        asks_first = column in arrived and not row.overwrites
        found.append(
            Errand(row.id, platform, score, shares, asks_first, row.overwrites, start_until)
        )
    return found


def _earlier(
    session: Session, row_ids: Sequence[int]
) -> tuple[dict[Column, set[float]], set[Column]]:
    """Return what the gradebook may show because we sent it, and where it has taken a score."""
    other, claimed = aliased(OutgoingScore), aliased(OutgoingScore)
    was_sent = or_(other.delivery == Delivery.SENT, other.tries > 0, _was_claimed(other))
    rows = session.execute(
        select(
            other.person_id,
            other.line_item_url,
            other.score_hundredths,
            other.maximum,
            other.delivery,
        )
        .distinct()
        .join(
            claimed,
            and_(
                claimed.person_id == other.person_id,
                claimed.line_item_url == other.line_item_url,
            ),
        )
        .where(claimed.id.in_(row_ids), other.delivery != Delivery.HELD, was_sent)
    )
    known: dict[Column, set[float]] = defaultdict(set)
    arrived: set[Column] = set()
    for person_id, line_item_url, hundredths, maximum, delivery in rows:
        known[person_id, line_item_url].add(hundredths / (maximum * 100))
        if delivery is Delivery.SENT:
            arrived.add((person_id, line_item_url))
    return known, arrived


def _was_claimed(row: type[OutgoingScore]) -> ColumnElement[bool]:
    """Whether a worker that was killed may have sent it: nobody has recorded what became of it."""
    return row.lease_until_at.is_not(None)


def _may_have_submitted() -> ColumnElement[bool]:
    """Whether some score of this person and column has arrived, or may have."""
    other = aliased(OutgoingScore)
    is_lost = and_(Receipt.status.is_(None), ~Receipt.words.startswith(TOKENLESS))
    return exists().where(
        Receipt.outgoing_score_id == other.id,
        other.person_id == OutgoingScore.person_id,
        other.line_item_url == OutgoingScore.line_item_url,
        or_(other.delivery == Delivery.SENT, is_lost),
    )
