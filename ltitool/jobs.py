"""Background work. Rows are the truth and a job is only a poke: a lost job loses nothing."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from threading import Event, Lock

import structlog
from huey import crontab

from ltitool.actions import (
    checkups,
    columns,
    columns_minded,
    enrolment,
    grouping,
    keys,
    notices,
    outbox,
    progress,
    reading,
    receipts,
    retention,
    room,
    roster_read,
)
from ltitool.actions.connecting import Connectors
from ltitool.actions.sending import Round
from ltitool.lti.http import PlatformHttp
from ltitool.settings import Settings
from ltitool.storage import launches, migrate
from ltitool.storage.database import Database
from ltitool.storage.queue import make_queue

BATCH = 100
THREADS = 8
"""So many scores are on the way to one platform at once, by each job that sends."""
SWEPT_EVERY = timedelta(minutes=1)
SOON = timedelta(seconds=1)

log = structlog.get_logger()


class Jobs:
    """The queue of this installation, and what its workers do."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        http: PlatformHttp,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Use the queue beside the database: a file of its own, or tables in PostgreSQL."""
        self._settings = settings
        self._database = database
        self._http = http
        self._clock = clock
        self._chance = Random(secrets.randbits(64))
        self._connectors = Connectors(database, http, settings.secret_key, clock)
        self._lock = Lock()
        self._is_stopping = Event()
        self.is_outdated = Event()
        """Set when the database has moved on to the schema of another version."""
        self._looks_again_at: datetime | None = None
        self.huey = make_queue(settings)
        every_minute = crontab(minute="*")
        self._poke = self.huey.task(name="drain")(self._guarded(self.drain))
        self._roster = self.huey.task(name="roster")(self._guarded(self.read_roster))
        self._column = self.huey.task(name="column")(self._guarded(self.mind_column))
        self._grades = self.huey.task(name="grades")(self._guarded(self.read_grades))
        self._register = self.huey.task(name="register")(self._guarded(self.register))
        self._checkup = self.huey.task(name="checkup")(self._guarded(self.check_up))
        self._notices = self.huey.task(name="notices")(self._guarded(self.subscribe))
        # One task each, so that what fails keeps nothing else from being done.
        self._every(every_minute, "due", self.due)
        self._every(every_minute, "groups", self.form_groups)
        self._every(every_minute, "sessions", self.end_forgotten_sessions)
        self._every(every_minute, "sweep", self.drain)
        self._every(every_minute, "tidy", self.tidy)
        self._every(crontab(hour="3", minute="17"), "rosters", self.read_rosters)
        self._every(crontab(hour="4", minute="7"), "all-grades", self.read_all_grades)
        self._every(crontab(hour="4", minute="17"), "erase", self.erase)
        self.huey.on_startup(name="start")(self._guarded(self.sweep))

    def stop(self) -> None:
        """Begin nothing new: what is being sent is recorded, the rest of a batch given back."""
        self._is_stopping.set()

    def poke(self) -> None:
        """Ask for scores to be sent soon."""
        self._ask(self._poke)

    def ask_for_roster(self, activity_id: int) -> None:
        """Ask for the roster of an activity's course to be read soon."""
        self._ask(self._roster, activity_id)

    def ask_for_column(self, activity_id: int) -> None:
        """Ask for the gradebook column of an activity to be found, made or renamed soon."""
        self._ask(self._column, activity_id)

    def ask_for_grades(self, activity_id: int) -> None:
        """Ask for the grades of an activity to be read back soon."""
        self._ask(self._grades, activity_id)

    def ask_for_registration(self, invite_id: str) -> None:
        """Ask for the platform of an invite to be registered soon."""
        self._ask(self._register, invite_id)

    def ask_for_checkup(self, registration_id: int) -> None:
        """Ask for a platform's services to be looked at soon."""
        self._ask(self._checkup, registration_id)

    def ask_for_notices(self, deployment_id: int) -> None:
        """Ask for a platform to be told soon where its notices go."""
        self._ask(self._notices, deployment_id)

    def subscribe(self, deployment_id: int) -> None:
        """Tell a platform where its notices go."""
        to, handler = self._connectors.to, self._settings.notices_url
        notices.subscribe(self._database, to, deployment_id, handler, self._clock)

    def check_up(self, registration_id: int) -> None:
        """Look at the services of a platform, and keep what was found."""
        key = self._connectors.signing_key()
        checkups.check_and_keep(self._database, self._http, key, registration_id, self._clock)

    def register(self, invite_id: str) -> None:
        """Register the platform that has taken an invite."""
        enrolment.work_on(self._database, self._http, self._settings, invite_id, self._clock)

    def drain(self) -> int:
        """Send everything that is due; return how many scores were tried."""
        tried = 0
        claim = partial(outbox.claim_due, self._database, limit=BATCH)
        while not self._is_stopping.is_set() and (errands := claim(now=self._clock())):
            sending = Round(self._connectors.to, self._clock, self._is_stopping.is_set)
            outcomes = sending.deliver(errands, threads=THREADS)
            with self._database.transaction() as session:
                receipts.record(session, outcomes, now=self._clock(), chance=self._chance)
                in_doubt = columns.in_doubt(session, [one.row_id for one in outcomes])
            for activity_id in in_doubt:
                self.ask_for_column(activity_id)
            tried += len(outcomes)
            log.info("scores tried", scores=len(outcomes))
        self._look_again()
        return tried

    def read_grades(self, activity_id: int) -> None:
        """Read the grades of one activity back from its gradebook."""
        reading.read_back(self._database, self._connectors.to, activity_id, self._clock)

    def read_all_grades(self) -> None:
        """Read the grades of every activity back."""
        reading.read_all_back(self._database, self._connectors.to, self._clock)

    def end_forgotten_sessions(self) -> None:
        """End the sessions in one room that nobody has ended."""
        with self._database.transaction() as session:
            ended = room.end_forgotten(session, now=self._clock())
        if ended:
            log.info("sessions ended", sessions=ended)

    def due(self) -> None:
        """Write the scores that became due by the clock."""
        with self._database.transaction() as session:
            written = progress.remeasure_due(session, now=self._clock())
        if written:
            log.info("scores became due", scores=written)

    def sweep(self) -> None:
        """Do all that the clock asks for: scores, groups, sending."""
        self.due()
        self.end_forgotten_sessions()
        self.form_groups()
        self.drain()

    def tidy(self) -> None:
        """Forget what no check needs any more; take up registrations whose job was lost."""
        with self._database.transaction() as session:
            launches.forget_old(session, self._clock())
            keys.forget_old(session, now=self._clock())
        with self._database.session(is_read_only=True) as session:
            left_behind = enrolment.left_behind(session, now=self._clock())
        for invite_id in left_behind:
            self.register(invite_id)

    def erase(self) -> None:
        """Erase what people wrote and were told would be gone by now, and old records of credit."""
        retention.erase_all(self._database, self._clock)

    def form_groups(self) -> None:
        """Form the groups of people who have waited long enough."""
        grouping.form_waiting(self._database, now=self._clock())

    def mind_column(self, activity_id: int) -> None:
        """Find the gradebook column of an activity, make it if asked to, keep its label in step."""
        if columns_minded.mind(self._database, self._connectors.to, activity_id, self._clock):
            self.poke()

    def read_roster(self, activity_id: int) -> None:
        """Read the roster of one activity's course."""
        roster_read.read_for(self._database, self._connectors.to, activity_id, self._clock)

    def read_rosters(self) -> None:
        """Read the roster of every course that offers one."""
        roster_read.read_all(self._database, self._connectors.to, self._clock)

    def close(self) -> None:
        """Close the connection to the queue."""
        self.huey.storage.close()

    def _ask(self, task: Callable[..., object], *about: int | str) -> None:
        """Put a job into the queue; where even that fails, the clock's own jobs find the rows."""
        try:
            task(*about)
        except Exception:
            log.exception("asking failed", about=about)

    def _every(self, when: Callable[[datetime], bool], name: str, do: Callable[[], object]) -> None:
        self.huey.periodic_task(when, name=name)(self._guarded(do))

    def _guarded(self, do: Callable[..., object]) -> Callable[..., None]:
        """Do it only while the database has this version's schema: another may have upgraded it."""

        def guarded(*args: int) -> None:
            if migrate.is_known(self._database.engine):
                do(*args)
            elif not self.is_outdated.is_set():
                log.error("the database has another version's schema; nothing is done here")
                self.is_outdated.set()

        return guarded

    def _look_again(self) -> None:
        """Have the next score that waits looked at when it is due, not only by the next sweep."""
        now = self._clock()
        with self._database.session(is_read_only=True) as session:
            due_at = outbox.next_due(session, now=now)
        if due_at is None or self._is_stopping.is_set() or due_at > now + SWEPT_EVERY:
            return
        due_at = max(due_at, now + SOON)
        with self._lock:
            planned = self._looks_again_at
            if planned is not None and now < planned <= due_at:
                return
            self._looks_again_at = due_at
        self._poke.schedule(delay=(due_at - now) / timedelta(seconds=1))
