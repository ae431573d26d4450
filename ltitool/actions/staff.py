"""Who on the staff of a course is an instructor and who a tutor."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ltitool.actions import audit
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.roles import Role
from ltitool.storage.tables import Activity, Membership, Visit


def choose_role(
    session: Session,
    activity: Activity,
    person_id: int,
    role: Role,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Say whether somebody on the staff of this course is an instructor or a tutor.

    Raises NotFound for anybody else, and InputRefused for oneself: nobody locks themselves out.
    """
    if person_id == actor_id:
        raise InputRefused("Another instructor can change your own role; you cannot.")
    if not role.is_staff:
        raise InputRefused("Staff are instructors or tutors.")
    row = session.scalar(
        select(Membership).where(
            Membership.context_id == activity.context_id,
            Membership.person_id == person_id,
            Membership.was_staff.is_(True),
        )
    )
    if row is None:
        raise NotFound("There is no such person on the staff of this course.")
    if row.chosen_role is role:
        return
    row.chosen_role = role
    session.execute(
        update(Visit)
        .where(
            Visit.person_id == person_id,
            Visit.role.in_([Role.INSTRUCTOR, Role.TUTOR]),
            Visit.activity_id.in_(
                select(Activity.id).where(Activity.context_id == activity.context_id)
            ),
        )
        .values(role=role)
    )
    audit.note(
        session,
        "role chosen",
        activity=activity,
        actor_id=actor_id,
        details={"person": person_id, "role": role.value},
        now=now,
    )
