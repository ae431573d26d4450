"""Who did what: ids and codes, no names and no learners' words; and the reasons staff give.

A reason is kept as `why` where whoever gave it was told that instructors can read it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ltitool.storage.tables import Activity, AuditEntry


def note(
    session: Session,
    action: str,
    *,
    details: Mapping[str, Any],
    now: datetime,
    registration_id: int | None = None,
    activity: Activity | None = None,
    actor_id: int | None = None,
) -> None:
    """Write one line of the audit log."""
    session.add(
        AuditEntry(
            happened_at=now,
            action=action,
            registration_id=registration_id,
            activity_id=activity.id if activity else None,
            actor_id=actor_id,
            details=dict(details),
        )
    )
