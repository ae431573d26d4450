"""A course of people with scores to send, for the tests of the outbox and of the jobs."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.delivery import Delivery
from ltitool.core.grades import Finding
from ltitool.storage.database import Database
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import (
    Activity,
    Context,
    Deployment,
    OutgoingScore,
    Participant,
    Person,
    Receipt,
    Registration,
    StandingGrade,
)

START = datetime(2027, 2, 2, 14, tzinfo=UTC)


class Gradebook:
    """One activity with a column at a platform, and what is written for it."""

    def __init__(self, database: Database, lms_url: str = "https://lms.example") -> None:
        self.database = database
        self.column = f"{lms_url}/course/1/item?type_id=2"
        with database.transaction() as session:
            self.activity_id = _activity(session, lms_url, self.column)

    def person(self, sub: str, registration_id: int = 1) -> int:
        with self.database.transaction() as session:
            known = session.scalar(select(Person).where(Person.lti_id == sub))
            person = known or Person(registration_id=registration_id, lti_id=sub)
            session.add(person)
            session.flush()  # its id is the answer
            return person.id

    def write(
        self,
        sub: str,
        hundredths: int = 5000,
        *,
        at: datetime = START,
        due_at: datetime = START,
        registration_id: int = 1,
        activity_id: int | None = None,
    ) -> int:
        """Write a score; return its row's id."""
        person_id = self.person(sub, registration_id)
        with self.database.transaction() as session:
            row = OutgoingScore(
                activity_id=activity_id or self.activity_id,
                person_id=person_id,
                line_item_url=self.column,
                score_hundredths=hundredths,
                maximum=100,
                scored_at=at,
                comment="1 of 3 steps done.",
                next_try_at=due_at,
                written_at=at,
            )
            session.add(row)
            session.flush()  # its id is the answer
            return row.id

    def join(self, sub: str) -> int:
        """Let somebody have opened the activity; return their id."""
        person_id = self.person(sub)
        with self.database.transaction() as session:
            values = {"activity_id": self.activity_id, "person_id": person_id}
            add_if_new(session, Participant, {**values, "alias": sub, "entered_at": START})
        return person_id

    def activity(self, session: Session) -> Activity:
        return session.get_one(Activity, self.activity_id)

    def row(self, row_id: int) -> OutgoingScore:
        with self.database.session(is_read_only=True) as session:
            return session.get_one(OutgoingScore, row_id)

    def rows(self, sub: str) -> Sequence[OutgoingScore]:
        """Return everything written for a person, oldest first."""
        with self.database.session(is_read_only=True) as session:
            return session.scalars(
                select(OutgoingScore)
                .join(Person, Person.id == OutgoingScore.person_id)
                .where(Person.lti_id == sub)
                .order_by(OutgoingScore.scored_at)
            ).all()

    def deliveries(self, sub: str) -> list[Delivery]:
        return [row.delivery for row in self.rows(sub)]

    def receipts(self, row_id: int) -> list[tuple[int | None, str]]:
        with self.database.session(is_read_only=True) as session:
            found = select(Receipt).where(Receipt.outgoing_score_id == row_id).order_by(Receipt.id)
            return [(receipt.status, receipt.words) for receipt in session.scalars(found)]

    def standing(self, sub: str) -> tuple[Finding, float | None, float | None] | None:
        """Return what was found in the gradebook for a person that is not what was sent."""
        with self.database.session(is_read_only=True) as session:
            row = session.scalar(
                select(StandingGrade)
                .join(Person, Person.id == StandingGrade.person_id)
                .where(Person.lti_id == sub)
            )
            return (row.finding, row.score, row.maximum) if row else None

    def supersede(self, row_id: int) -> None:
        with self.database.transaction() as session:
            session.get_one(OutgoingScore, row_id).delivery = Delivery.SUPERSEDED


def _activity(session: Session, lms_url: str, column: str) -> int:
    registration = Registration(
        name=f"Test at {lms_url}",
        issuer=lms_url,
        client_id="client-1",
        auth_url=f"{lms_url}/auth",
        token_url=f"{lms_url}/token",
        key_set_url=f"{lms_url}/keys",
        frame_origins=[],
        created_at=START,
    )
    deployment = Deployment(
        registration=registration, lti_id="1", is_approved=True, first_seen_at=START
    )
    context = Context(
        deployment=deployment, lti_id="1", title="Course", members_url=f"{lms_url}/members"
    )
    activity = Activity(context=context, lti_id="1", seed=1, line_item_url=column, created_at=START)
    session.add(activity)
    session.flush()  # its id is the answer
    return activity.id
