"""What is kept about one person, counted: for the person, who asks through the platform."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ltitool.storage.tables import (
    Activity,
    Attempt,
    Context,
    Decision,
    OutgoingScore,
    Participant,
    Person,
    Post,
    Reflection,
    Thread,
)


@dataclass(frozen=True)
class KeptInActivity:
    """What one activity keeps about a person."""

    course: str
    activity: str
    entered_at: datetime
    answers: int
    posts: int
    reflections: int
    scores: int


@dataclass(frozen=True)
class KeptAbout:
    """Everything that is kept about a person, without the words they wrote."""

    name: str
    activities: tuple[KeptInActivity, ...]


def kept_about(session: Session, registration_id: int, sub: str) -> KeptAbout | None:
    """Return what is kept about a user of a platform; None when they are not known."""
    person = session.scalar(
        select(Person).where(Person.registration_id == registration_id, Person.lti_id == sub)
    )
    if person is None:
        return None
    answers = _counted(
        session, select(Attempt.activity_id).join(Decision).where(Attempt.person_id == person.id)
    )
    posts = _counted(
        session,
        select(Thread.activity_id)
        .join(Post, Post.thread_id == Thread.id)
        .where(Post.person_id == person.id),
    )
    reflections = _counted(
        session, select(Reflection.activity_id).where(Reflection.person_id == person.id)
    )
    scores = _counted(
        session, select(OutgoingScore.activity_id).where(OutgoingScore.person_id == person.id)
    )
    rows = session.execute(
        select(Activity, Context.title, Participant.entered_at)
        .join(Participant, Participant.activity_id == Activity.id)
        .join(Context, Context.id == Activity.context_id)
        .where(Participant.person_id == person.id)
        .order_by(Participant.entered_at)
    )
    return KeptAbout(
        person.name,
        tuple(
            KeptInActivity(
                course,
                activity.title,
                entered_at,
                answers[activity.id],
                posts[activity.id],
                reflections[activity.id],
                scores[activity.id],
            )
            for activity, course, entered_at in rows
        ),
    )


def _counted(session: Session, rows: Select[int]) -> Counter[int]:
    """Return how many rows there are of each activity."""
    of_activity = rows.subquery()
    column = of_activity.c.activity_id
    return Counter(dict(session.execute(select(column, func.count()).group_by(column)).all()))
