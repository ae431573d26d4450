"""Background work. Rows are the truth and a job is only a poke: a lost job loses nothing."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from threading import Lock

import structlog
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import joinedload

from ltitool.actions import columns, groups, outbox, progress, roster
from ltitool.actions.library import scenario_of
from ltitool.actions.registrations import make_key, platform_of, signing_keys
from ltitool.actions.sending import Errand, Round
from ltitool.actions.tokens import StoredTokens
from ltitool.core.errors import PlatformError
from ltitool.lti.connector import Connector
from ltitool.lti.http import PlatformHttp
from ltitool.lti.line_items import find_line_item, make_line_item, rename_line_item
from ltitool.lti.members import read_members
from ltitool.lti.platform import Platform
from ltitool.lti.tool_keys import SigningKey
from ltitool.settings import Settings
from ltitool.storage import launches
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Context, Deployment, Participant

BATCH = 50
THREADS = 4

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
        self._tokens = StoredTokens(database)
        self._key: SigningKey | None = None
        self._connectors: dict[Platform, Connector] = {}
        self._lock = Lock()
        self.huey = make_queue(settings)
        every_minute = crontab(minute="*")
        self._poke = self.huey.task(name="drain")(self.drain)
        self._roster = self.huey.task(name="roster")(self.read_roster)
        self._column = self.huey.task(name="column")(self.mind_column)
        # One task each, so that what fails keeps nothing else from being done.
        self.huey.periodic_task(every_minute, name="due")(self.due)
        self.huey.periodic_task(every_minute, name="groups")(self.form_groups)
        self.huey.periodic_task(every_minute, name="sweep")(self.drain)
        self.huey.periodic_task(every_minute, name="tidy")(self.tidy)
        self.huey.periodic_task(crontab(hour="3", minute="17"), name="rosters")(self.read_rosters)
        self.huey.on_startup(name="start")(self.sweep)

    def poke(self) -> None:
        """Ask for scores to be sent soon; if even asking fails, the sweep finds them."""
        try:
            self._poke()
        except Exception:
            log.exception("poke failed")

    def ask_for_roster(self, activity_id: int) -> None:
        """Ask for the roster of an activity's course to be read soon."""
        try:
            self._roster(activity_id)
        except Exception:
            log.exception("asking for a roster failed")

    def ask_for_column(self, activity_id: int) -> None:
        """Ask for the gradebook column of an activity to be found, made or renamed soon."""
        try:
            self._column(activity_id)
        except Exception:
            log.exception("asking for a column failed")

    def drain(self) -> int:
        """Send everything that is due; return how many scores were tried."""
        tried = 0
        while errands := self._claim():
            outcomes = Round(self._connector, self._clock).deliver(errands, threads=THREADS)
            with self._database.transaction() as session:
                outbox.record(session, outcomes, now=self._clock(), chance=self._chance)
            tried += len(outcomes)
            log.info("scores tried", scores=len(outcomes))
        return tried

    def due(self) -> None:
        """Write the scores that became due by the clock."""
        with self._database.transaction() as session:
            written = progress.remeasure_due(session, now=self._clock())
        if written:
            log.info("scores became due", scores=written)

    def sweep(self) -> None:
        """Do all that the clock asks for: scores, groups, sending."""
        self.due()
        self.form_groups()
        self.drain()

    def tidy(self) -> None:
        """Forget spent logins and held launches that no check needs any more."""
        with self._database.transaction() as session:
            launches.forget_old(session, self._clock())

    def form_groups(self) -> None:
        """Form the groups of people who have waited long enough."""
        now = self._clock()
        with self._database.session(is_read_only=True) as session:
            waiting = select(Participant.activity_id).where(
                Participant.waiting_since_at.is_not(None), Participant.is_preview.is_(False)
            )
            activity_ids = session.scalars(waiting.distinct()).all()
        for activity_id in activity_ids:
            with self._database.transaction() as session:
                activity = session.get_one(
                    Activity, activity_id, options=[joinedload(Activity.scenario_version)]
                )
                if activity.scenario_version is not None:
                    scenario = scenario_of(activity.scenario_version)
                    groups.form_due(session, activity, scenario, now=now)

    def mind_column(self, activity_id: int) -> None:
        """Find the gradebook column of an activity, make it if asked to, keep its label in step."""
        with self._database.transaction() as session:
            errand = columns.claim(session, activity_id, now=self._clock())
            renaming = columns.claim_rename(session, activity_id)
        if errand is not None:
            self._seek_column(errand)
        elif renaming is not None:
            renamed, item = renaming
            label, maximum = renamed.wanted.label, renamed.wanted.maximum
            try:
                rename_line_item(self._connector(renamed.platform), item, label, maximum)
            except PlatformError as refusal:
                log.warning("column not renamed", activity=activity_id, status=refusal.status)

    def read_roster(self, activity_id: int) -> None:
        """Read the roster of one activity's course."""
        with self._database.session(is_read_only=True) as session:
            activity = session.get(Activity, activity_id)
            context_id = activity.context_id if activity else None
        if context_id is not None:
            self._read_members(context_id)

    def read_rosters(self) -> None:
        """Read the roster of every course that offers one."""
        with self._database.session(is_read_only=True) as session:
            found = select(Context.id).where(Context.members_url.is_not(None))
            context_ids = session.scalars(found).all()
        for context_id in context_ids:
            try:
                self._read_members(context_id)
            except Exception:
                log.exception("roster failed", context=context_id)

    def close(self) -> None:
        """Close the connection to the queue."""
        self.huey.storage.close()

    def _claim(self) -> list[Errand]:
        now = self._clock()
        with self._database.session(is_read_only=True) as session:
            if not outbox.is_waiting(session, now=now):  # most pokes come after the work is done
                return []
        with self._database.transaction() as session:
            return outbox.claim(session, now=now, limit=BATCH)

    def _seek_column(self, errand: columns.Errand) -> None:
        connector = self._connector(errand.platform)
        try:
            item = find_line_item(connector, errand.wanted)
            if item is None and errand.is_asked_for:
                item = make_line_item(connector, errand.wanted)
        except PlatformError as refusal:
            log.warning("column not found", activity=errand.activity_id, status=refusal.status)
            with self._database.transaction() as session:
                columns.refused(session, errand, str(refusal))
            return
        if item is not None:
            with self._database.transaction() as session:
                columns.found(session, errand, item, now=self._clock())
            self.poke()
            log.info("column known", activity=errand.activity_id)

    def _read_members(self, context_id: int) -> None:
        with self._database.session(is_read_only=True) as session:
            context = session.get_one(
                Context,
                context_id,
                options=[joinedload(Context.deployment).joinedload(Deployment.registration)],
            )
            registration = context.deployment.registration
        if context.members_url is None:
            return
        try:
            members = read_members(self._connector(platform_of(registration)), context.members_url)
        except PlatformError as refusal:
            log.warning("roster not read", context=context_id, status=refusal.status)
            return
        with self._database.transaction() as session:
            kept = session.get_one(Context, context_id)
            kept.members_read_at = self._clock()
            roster.store(session, kept, registration.id, members)
        log.info("roster read", context=context_id, people=len(members))

    def _connector(self, platform: Platform) -> Connector:
        """Return the one connector of a platform: its threads ask for a token once."""
        with self._lock:
            if platform not in self._connectors:
                key = self._signing_key()
                self._connectors[platform] = Connector(platform, key, self._http, self._tokens)
            return self._connectors[platform]

    def _signing_key(self) -> SigningKey:
        if self._key is None:
            with self._database.transaction() as session:
                make_key(session, self._settings.secret_key, now=self._clock())
                self._key = signing_keys(session, self._settings.secret_key)[0]
        return self._key


def make_queue(settings: Settings) -> Huey:
    """Return the queue beside the database; its tables are made when they are missing."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("ltitool", dsn=dsn, results=False, utc=True)
    return SqliteHuey(
        "ltitool", filename=str(settings.data_dir / "queue.sqlite"), results=False, utc=True
    )
