"""What the staff of an activity did, from the audit log."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ltitool.core.staff_acts import BY_ITSELF, SORTS, StaffAct
from ltitool.storage.tables import AuditEntry, TalkGroup, Thread


def acts_in(session: Session, activity_id: int) -> list[StaffAct]:
    """Return every act in an activity, newest first; what people arrange for themselves is none."""
    rows = session.execute(
        select(
            AuditEntry.id,
            AuditEntry.action,
            AuditEntry.actor_id,
            AuditEntry.happened_at,
            AuditEntry.details,
        )
        .where(
            AuditEntry.activity_id == activity_id,
            AuditEntry.action.in_(SORTS),
            or_(AuditEntry.actor_id.is_not(None), AuditEntry.action.in_(BY_ITSELF)),
        )
        .order_by(AuditEntry.id.desc())
    )
    acts = [StaffAct(*row) for row in rows]
    return [one for one in acts if one.actor_id is None or one.people != [one.actor_id]]


def groups_called(session: Session, group_ids: Collection[int]) -> dict[int, str]:
    """Return the names of these groups."""
    rows = session.execute(select(TalkGroup.id, TalkGroup.name).where(TalkGroup.id.in_(group_ids)))
    return dict(rows.all())


def groups_of_talks(session: Session, thread_ids: Collection[int]) -> dict[int, str]:
    """Return the names of the groups that these talks belong to; one person’s own has none."""
    rows = session.execute(
        select(Thread.id, TalkGroup.name)
        .join(TalkGroup, TalkGroup.id == Thread.group_id)
        .where(Thread.id.in_(thread_ids))
    )
    return dict(rows.all())
