"""What staff have noted of a class: who was there, and the marks given by hand."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.policy import Rule
from ltitool.storage.queries.teaching import is_learner, of_member
from ltitool.storage.tables import Activity, AuditEntry, Membership, Participant, Person, StaffMark


@dataclass(frozen=True)
class NotedRow:
    """One learner, and what is noted of them; None where nothing is."""

    person_id: int
    name: str
    there: int | None
    mark: int | None


def noted_in(session: Session, activity: Activity) -> list[NotedRow]:
    """Return every learner here by name, in one question; who has no name comes last."""
    there, mark = aliased(StaffMark), aliased(StaffMark)
    rows = session.execute(
        select(Person.id, Person.name, there.amount, mark.amount)
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Participant, of_member(Participant, activity.id))
        .outerjoin(
            there,
            and_(
                there.activity_id == activity.id,
                there.person_id == Person.id,
                there.rule == Rule.ATTENDED_LIVE,
            ),
        )
        .outerjoin(
            mark,
            and_(
                mark.activity_id == activity.id,
                mark.person_id == Person.id,
                mark.rule == Rule.INSTRUCTOR_MARK,
            ),
        )
        .where(Membership.context_id == activity.context_id, is_learner())
        .order_by(Person.name == "", func.lower(Person.name), Person.id)
    )
    return [NotedRow(person_id, name, was, had) for person_id, name, was, had in rows]


def newest_note(
    session: Session, activity_id: int, actor_id: int, actions: tuple[str, ...]
) -> AuditEntry | None:
    """Return the newest line of the audit log about these actions of one person here."""
    return session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.activity_id == activity_id,
            AuditEntry.actor_id == actor_id,
            AuditEntry.action.in_(actions),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
