"""A class in a database of either kind, without a web server around it."""

from datetime import datetime

from ltitool.actions import library, teaching
from ltitool.actions.library_files import media_beside
from ltitool.actions.reader import ensure_participant
from ltitool.core.plan import Plan
from ltitool.storage.database import Database
from ltitool.storage.tables import Deployment, Membership, Person
from tests.conftest import PENDING
from tests.web.teaching_builders import a_context, a_registration, an_activity
from tests.web.teaching_classroom import COLUMN, NOON, Classroom


class Seminar(Classroom):
    """One activity on “Pending” with a gradebook column, and its learners."""

    def __init__(
        self, database: Database, *, wait_hours: int = 24, due_at: datetime | None = None
    ) -> None:
        super().__init__(database)
        with database.transaction() as session:
            registration = a_registration()
            deployment = Deployment(
                registration=registration, lti_id="1", is_approved=True, first_seen_at=NOON
            )
            self.context_id = a_context(session, deployment, "Seminar")
            activity = an_activity(session, self.context_id, "link-1")
            activity.line_item_url = COLUMN
            self.activity_id = activity.id
            self.registration_id = registration.id
            source = PENDING.read_text("utf-8")
            version = library.store(session, source, media_beside(PENDING), now=NOON)
            teaching.configure(
                session,
                activity,
                version=version,
                plan=Plan(due_at=due_at, time_zone="Europe/London", group_wait_hours=wait_hours),
                actor_id=None,
                now=self.now,
            )

    def learner(self) -> int:
        """Return somebody who has opened the activity."""
        self.number += 1
        with self.database.transaction() as session:
            person = Person(
                registration_id=self.registration_id, lti_id=f"sub-{self.number}", name=""
            )
            session.add(person)
            session.flush()  # its id is needed
            session.add(Membership(context_id=self.context_id, person_id=person.id))
            ensure_participant(
                session, self.activity(session), person.id, is_preview=False, now=self.now
            )
            return person.id
