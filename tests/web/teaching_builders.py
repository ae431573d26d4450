"""A course with one activity, its people, and browsers to look at it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import library, library_shelves, teaching
from ltitool.actions.reader import ensure_participant
from ltitool.app import create_app
from ltitool.core.plan import Plan
from ltitool.core.roles import Role
from ltitool.settings import Settings, shipped
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    Activity,
    Base,
    Context,
    Deployment,
    Membership,
    Participant,
    Person,
    Progress,
    Registration,
    Visit,
)
from tests.conftest import refill
from tests.web.teaching_browser import Browser
from tests.web.teaching_classroom import COLUMN, NOON, Classroom


class Course(Classroom):
    """A course with one activity; everything in it is made when asked for."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.extensions["database"])
        self.app = app
        with self.database.session(is_read_only=True) as session:
            activity = session.scalars(select(Activity)).one()
            self.activity_id, self.context_id = activity.id, activity.context_id
            self.registration_id = session.scalars(select(Registration.id)).one()

    def configure(self, *, due_at: datetime | None = None, hours: int = 24) -> None:
        """Choose the story that ships with the tool."""
        with self.database.transaction() as session:
            version = library.by_scenario_id(session, "sam-and-lucy")
            assert version is not None
            teaching.configure(
                session,
                self.activity(session),
                version=version,
                plan=Plan(due_at=due_at, time_zone="Europe/London", group_wait_hours=hours),
                actor_id=None,
                now=self.now,
            )

    def grade(self) -> None:
        """Give the activity a gradebook column."""
        with self.database.transaction() as session:
            self.activity(session).line_item_url = COLUMN

    def other_activity(self) -> int:
        """Return an activity of another course on the same platform."""
        with self.database.transaction() as session:
            deployment = session.scalars(select(Deployment)).one()
            activity = an_activity(session, a_context(session, deployment, "Law 1"), "link-2")
            activity.scenario_version_id = self.activity(session).scenario_version_id
            return activity.id

    def person(self, name: str = "", *, on_roster: Role | None = None) -> int:
        """Return a new member of the course, who has opened nothing yet."""
        self.number += 1
        with self.database.transaction() as session:
            person = Person(
                registration_id=self.registration_id, lti_id=f"sub-{self.number}", name=name
            )
            session.add(person)
            session.flush()  # its id is needed
            session.add(
                Membership(
                    context_id=self.context_id,
                    person_id=person.id,
                    is_on_roster=on_roster is not None,
                    roster_role=on_roster,
                )
            )
            return person.id

    def learner(self, name: str = "", *, is_preview: bool = False) -> int:
        """Return a person who has opened the activity."""
        person_id = self.person(name)
        with self.database.transaction() as session:
            ensure_participant(
                session, self.activity(session), person_id, is_preview=is_preview, now=self.now
            )
        return person_id

    def crowd(self, number: int) -> None:
        """Let many people have opened the activity at once."""
        with self.database.transaction() as session:
            begin = self.number
            self.number += number
            for i in range(begin, self.number):
                person = Person(
                    registration_id=self.registration_id, lti_id=f"crowd-{i}", name=f"Person {i:03}"
                )
                session.add(person)
                session.flush()  # its id is needed
                session.add_all(
                    [
                        Membership(context_id=self.context_id, person_id=person.id),
                        Participant(
                            activity_id=self.activity_id,
                            person_id=person.id,
                            alias=f"Alias {i}",
                            entered_at=NOON,
                        ),
                        Progress(
                            activity_id=self.activity_id,
                            person_id=person.id,
                            counts={"core_decided": 1},
                            score_hundredths=1333,
                            is_complete=False,
                            measured_at=NOON,
                        ),
                    ]
                )

    def visit(
        self,
        role: Role,
        person_id: int | None = None,
        *,
        activity_id: int | None = None,
        locale: str = "en-GB",
    ) -> Browser:
        """Open the activity in a browser."""
        someone = person_id or self.person(f"{role.value} {self.number}")
        self.number += 1
        visit_id, secret = f"visit-{self.number}-{'x' * 22}", f"secret-{self.number}"
        with self.database.transaction() as session:
            session.add(
                Visit(
                    id=visit_id,
                    secret_hash=sha256(secret.encode()).hexdigest(),
                    person_id=someone,
                    activity_id=activity_id or self.activity_id,
                    role=role,
                    is_preview=role is not Role.LEARNER,
                    locale=locale,
                    created_at=self.now,
                    expires_at=self.now + timedelta(hours=24),
                )
            )
        return Browser(self.app, visit_id, secret)


@cache
def empty_course() -> TemporaryDirectory[str]:
    """Return the folder of a course where nobody has been yet; made once for all tests."""
    folder = TemporaryDirectory()
    database = Database(f"sqlite:///{folder.name}/course.sqlite")
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        deployment = Deployment(
            registration=a_registration(), lti_id="1", is_approved=True, first_seen_at=NOON
        )
        context_id = a_context(session, deployment, "Social Work Skills 2")
        an_activity(session, context_id, "link-1")
        library_shelves.store_folder(session, shipped("scenarios"), now=NOON)
    database.dispose()
    return folder


@contextmanager
def course_in(folder: Path) -> Iterator[Course]:
    """Run the tool on a database of its own, with a clock that stands still until it is moved."""
    clock: list[Course] = []
    settings = Settings(
        public_url="http://localhost",
        database_url=f"sqlite:///{folder / 'course.sqlite'}",
        data_dir=folder,
        secret_key="a secret for tests that is long enough for everything",
    )
    refill(settings.database_url, Path(empty_course().name, "course.sqlite"))
    app = create_app(settings, clock=lambda: clock[0].now if clock else NOON)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache()
    database: Database = app.extensions["database"]
    try:
        clock.append(Course(app))
        yield clock[0]
    finally:
        database.dispose()


def a_registration() -> Registration:
    return Registration(
        name="Example Moodle",
        issuer="https://lms.example",
        client_id="client",
        auth_url="https://lms.example/auth",
        token_url="https://lms.example/token",
        key_set_url="https://lms.example/keys",
        frame_origins=[],
        created_at=NOON,
    )


def a_context(session: Session, deployment: Deployment, title: str) -> int:
    context = Context(deployment=deployment, lti_id=title, title=title)
    session.add(context)
    session.flush()  # its id is needed
    return context.id


def an_activity(session: Session, context_id: int, lti_id: str) -> Activity:
    activity = Activity(context_id=context_id, lti_id=lti_id, seed=7, created_at=NOON)
    session.add(activity)
    session.flush()  # its id is needed
    return activity
