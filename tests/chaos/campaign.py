"""The campaign itself: people complete activities while everything around them fails.

Each person has an activity and a column of their own, so a grade of the wrong person would show.
A launch brings the column's address, and the credit that waits is written in its transaction.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from ltitool.cli.demo import connect
from ltitool.core.delivery import Delivery
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.storage.tables import OutgoingScore
from tests.chaos.disk import Disk, family_of, small_disk
from tests.chaos.people import Class, People
from tests.chaos.platform import FaultyLms
from tests.chaos.report import Plan, Report, compare
from tests.chaos.tool import Process, environment_of, wait_for
from tests.postgres import Server, free_port, restartable

SETTLES_WITHIN = 300.0
FAILS_ON_FOR = 20.0
"""The platform goes on failing for so long after the last completion."""
FULL_FOR = 3.0


class Campaign:
    """One run of everything against everything."""

    def __init__(self, plan: Plan, folder: Path, disk: Disk, server: Server | None = None) -> None:
        """Prepare a platform, a database on the disk and the processes of the tool.

        Without a PostgreSQL the database is SQLite, and one process does everything.
        """
        self.plan, self.disk, self.server = plan, disk, server
        self.chance = Random(plan.seed)
        ports = free_port(), free_port()
        self.lms = FaultyLms(*ports, plan.completions, plan.seed)
        self.url = f"http://127.0.0.1:{ports[1]}"
        url = server.url if server else f"sqlite:///{disk.folder / 'ltitool.sqlite'}"
        environment = environment_of(url, folder if server else disk.folder, self.url)
        connect(self.lms.lms, Settings.load(environ=environment))
        self.database = Database(url)
        self.web = Process(environment, folder / "web.log", "serve", "--port", str(ports[1]))
        self.workers = [
            Process(environment, folder / f"worker-{number}.log", "worker", "--threads", "2")
            for number in range(2 if server else 0)
        ]
        with self.database.transaction() as session:
            Class(session, self.lms, self.chance).seed()

    @property
    def processes(self) -> list[Process]:
        """All processes of the tool."""
        return [self.web, *self.workers]

    def run(self) -> Report:
        """Run it, wait until nothing is on its way, and compare."""
        report = Report(self.plan.seed)
        self.lms.start(rate=self.plan.rate, hangs=self.plan.hangs)
        for process in self.processes:
            process.start()
        try:
            wait_for(self.url, "the tool answers")
            began = time.monotonic()
            with ThreadPoolExecutor(1) as pool:
                people = People(self.lms, self.database, self.url)
                completing = pool.submit(people.complete_all, self.plan.seconds)
                self._harass(completing.done)
                report.completions = completing.result()
            report.seconds = time.monotonic() - began
            report.settled_after = self._settle()
        finally:
            for process in self.processes:
                report.kills += process.kills
                process.kill()
            self.lms.stop()
        report.faults = self.lms.met
        report.disk = f"{self.disk.fills} times ({self.disk.how})"
        with self.database.session(is_read_only=True) as session:
            compare(session, self.lms.grades(), report)
        self.database.dispose()
        return report

    def _harass(self, is_done: Callable[[], bool]) -> None:
        """Do everything that is bad for it at random moments, until everybody has completed."""
        deeds = self._deeds()
        self.chance.shuffle(deeds)
        moments = sorted(self.chance.uniform(0, self.plan.seconds * 0.9) for _deed in deeds)
        began = time.monotonic()
        for moment, deed in zip(moments, deeds, strict=True):
            while time.monotonic() - began < moment and not is_done():
                time.sleep(0.1)
            deed()
            self._ensure()
        while not is_done():
            self._ensure()
            time.sleep(0.5)

    def _deeds(self) -> list[Callable[[], None]]:
        """Return kills, restarts, new keys and full disks, each as often as planned."""
        plan = self.plan
        deeds = [process.kill_and_start for process in self.processes] * plan.kills
        deeds += [self.lms.restart, self.lms.rotate_keys] * plan.restarts
        deeds += [self._fill_the_disk] * plan.fills
        return deeds + ([self.server.restart] * plan.restarts if self.server else [])

    def _fill_the_disk(self) -> None:
        with self.disk.full():
            time.sleep(FULL_FOR)

    def _ensure(self) -> None:
        """Start again what has ended by itself, as a supervisor would."""
        if self.server is not None:
            self.server.ensure()
        for process in self.processes:
            process.ensure()

    def _settle(self) -> float:
        """Wait until nothing is on its way any more."""
        began = time.monotonic()
        while self._waiting() and time.monotonic() - began < SETTLES_WITHIN:
            self._ensure()
            time.sleep(0.5)
            if time.monotonic() - began > FAILS_ON_FOR:
                self.lms.rate = 0.0
        return time.monotonic() - began

    def _waiting(self) -> int:
        with self.database.session(is_read_only=True) as session:
            found = select(func.count()).where(OutgoingScore.delivery == Delivery.WAITING)
            return session.scalar(found) or 0


def on_postgresql(plan: Plan, folder: Path) -> Report:
    """Run a campaign on a PostgreSQL that is stopped as by a power failure, with workers."""
    running: list[Server] = []

    def processes() -> list[int]:
        return [one for server in running for one in family_of(server.pid)]

    with small_disk(processes) as disk, restartable(within=disk.folder) as server:
        running.append(server)
        return Campaign(plan, folder, disk, server).run()


def on_sqlite(plan: Plan, folder: Path) -> Report:
    """Run a campaign on SQLite, where one process does everything."""
    running: list[Campaign] = []

    def processes() -> list[int]:
        return [
            pid for campaign in running for one in campaign.processes for pid in family_of(one.pid)
        ]

    with small_disk(processes) as disk:
        running.append(Campaign(plan, folder, disk))
        return running[0].run()
