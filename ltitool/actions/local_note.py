"""What a course says about the case: the note of its teachers, below the picture of the class."""

from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit
from ltitool.core.errors import InputRefused
from ltitool.core.talk import LONGEST
from ltitool.storage.queries.figures import local_notes
from ltitool.storage.tables import Activity, LocalNote


def write(session: Session, activity: Activity, text: str, *, actor_id: int, now: datetime) -> None:
    """Let a wording of the note stand from now on; the earlier ones are kept.

    An empty one takes the note away. Raises InputRefused for one that is too long.
    """
    if len(text) > LONGEST:
        raise InputRefused("This is too long to keep.")
    earlier = local_notes(session, activity.id)
    if (earlier[0].text if earlier else "") == text:
        return
    number = earlier[0].number + 1 if earlier else 1
    session.add(
        LocalNote(
            activity_id=activity.id, number=number, text=text, person_id=actor_id, written_at=now
        )
    )
    session.flush()  # of two who change the same wording at once, the second is told
    audit.note(
        session,
        "local note written",
        activity=activity,
        actor_id=actor_id,
        details={"number": number, "letters": len(text)},
        now=now,
    )


def bring_along(session: Session, origin: Activity, activity: Activity, *, now: datetime) -> None:
    """Let the note that stands in an activity stand in its copy; earlier wordings stay behind."""
    notes = local_notes(session, origin.id)
    if notes and notes[0].text:
        session.add(
            LocalNote(
                activity_id=activity.id,
                number=1,
                text=notes[0].text,
                person_id=notes[0].person_id,
                written_at=now,
            )
        )
