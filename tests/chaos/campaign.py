"""The campaign itself: people complete activities while everything around them fails.

Each person has an activity and a column of their own, so a grade of the wrong person would show.
A launch brings the column's address, and the credit that waits is written in its transaction.
"""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ltitool.actions import credit, library, library_shelves, progress
from ltitool.cli.demo import connect
from ltitool.core.delivery import Delivery
from ltitool.core.policy import Posting
from ltitool.core.presets import DEFAULT
from ltitool.demo.course import CONTEXT_ID, USERS
from ltitool.demo.messages import launch
from ltitool.settings import Settings, shipped
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    Activity,
    Context,
    Deployment,
    Membership,
    OutgoingScore,
    Participant,
    Person,
    Progress,
    Receipt,
    Registration,
)
from tests.chaos.platform import FaultyLms
from tests.chaos.tool import Process, environment_of, wait_for

LONG_AGO = timedelta(days=30)
SETTLES_WITHIN = 300.0
FAILS_ON_FOR = 20.0
"""The platform goes on failing for so long after the last completion."""


@dataclass(frozen=True)
class Plan:
    """How large a campaign is."""

    completions: int
    seconds: float
    seed: int
    rate: float = 0.25
    """How many of the service requests fail."""
    hangs: int = 1
    restarts: int = 1
    kills: int = 3


@dataclass
class Report:
    """What a campaign has found."""

    seed: int
    completions: int = 0
    scores: int = 0
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    seconds: float = 0.0
    settled_after: float = 0.0
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether every grade arrived, right, and for the right person."""
        return not (self.missing or self.wrong or self.misplaced)

    def __str__(self) -> str:
        """Return the figures."""
        met = ", ".join(f"{name} {number}" for name, number in sorted(self.faults.items()))
        return (
            f"seed {self.seed}: {self.completions} completions, {self.scores} scores, "
            f"{self.requests} tries in {self.seconds:.0f} s, "
            f"settled {self.settled_after:.0f} s later\n"
            f"faults: {met}; processes killed: {self.kills}\n"
            f"missing {len(self.missing)}, wrong {len(self.wrong)}, "
            f"of the wrong person {len(self.misplaced)}"
        )


class Campaign:
    """One run of everything against everything."""

    def __init__(self, plan: Plan, database_url: str, folder: Path, ports: tuple[int, int]) -> None:
        """Prepare a platform, a database and the processes of the tool."""
        self.plan = plan
        self.chance = Random(plan.seed)
        self.lms = FaultyLms(ports[0], ports[1], plan.completions, plan.seed)
        self.url = f"http://127.0.0.1:{ports[1]}"
        environment = environment_of(database_url, folder, self.url)
        connect(self.lms.lms, Settings.load(environ=environment))
        self.database = Database(database_url)
        web = ("serve", "--port", str(ports[1]))
        is_sqlite = database_url.startswith("sqlite")
        self.web = Process(environment, folder / "web.log", *web)
        self.workers = [
            Process(environment, folder / f"worker-{number}.log", "worker", "--threads", "2")
            for number in range(0 if is_sqlite else 2)
        ]
        with self.database.transaction() as session:
            Class(session, self.lms, self.chance).seed()

    def run(self, extra: Callable[[], None] | None = None) -> Report:
        """Run it, wait until nothing is on its way, and compare."""
        report = Report(self.plan.seed)
        processes = [self.web, *self.workers]
        self.lms.start(rate=self.plan.rate, hangs=self.plan.hangs)
        for process in processes:
            process.start()
        began = time.monotonic()
        try:
            wait_for(self.url, "the tool answers")
            with ThreadPoolExecutor(3) as pool:
                completing = pool.submit(self._complete_all)
                self._harass(extra, completing.done)
                report.completions = completing.result()
            report.seconds = time.monotonic() - began
            for process in processes:
                process.ensure()
            report.settled_after = self._settle()
        finally:
            for process in processes:
                report.kills += process.kills
                process.kill()
            self.lms.stop()
        report.faults = self.lms.met
        self._compare(report)
        self.database.dispose()
        return report

    def _complete_all(self) -> int:
        """Let everybody complete, spread over the time; some earn more a little later."""
        pause = self.plan.seconds / len(self.lms.names)
        until = time.monotonic()
        for number, name in enumerate(self.lms.names):
            until += pause
            self._complete(name)
            if number % 3 == 2:
                self._earn_more(self.lms.names[number - 2])
            time.sleep(max(0.0, until - time.monotonic()))
        return len(self.lms.names)

    def _complete(self, name: str) -> None:
        """Launch until it has worked, as a person would who meets an error page."""
        for _again in range(200):
            with suppress(requests.RequestException, KeyError):
                if self._launch(name):
                    return
            time.sleep(0.3)
        raise AssertionError(f"{name} could never open the activity.")

    def _launch(self, name: str) -> bool:
        lms = self.lms.lms
        asked = {
            "iss": lms.issuer,
            "client_id": lms.profile.client_id,
            "login_hint": name,
            "target_link_uri": lms.launch_url,
            "lti_message_hint": "1",
        }
        with requests.Session() as browser:
            login = browser.get(
                f"{self.url}/lti/login", params=asked, allow_redirects=False, timeout=10
            )
            sent = parse_qs(urlsplit(login.headers["Location"]).query)
            token = lms.sign(launch(lms, USERS[name], lms.links[name], sent["nonce"][0]))
            cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in login.cookies)
            answer = browser.post(
                f"{self.url}/lti/launch",
                data={"state": sent["state"][0], "id_token": token},
                headers={"Cookie": cookies},
                allow_redirects=False,
                timeout=10,
            )
            return answer.status_code == 303

    def _earn_more(self, name: str) -> None:
        """Raise somebody's credit, and write the score of it in the same transaction."""
        for _again in range(100):
            try:
                with self.database.transaction() as session:
                    activity = session.scalars(select(Activity).filter_by(lti_id=name)).one()
                    kept = session.scalars(
                        select(Progress).where(Progress.activity_id == activity.id)
                    ).one()
                    kept.counts = {**FULL}
                    session.flush()  # the next question reads it
                    progress.line_item_known(session, activity, now=datetime.now(UTC))
            except SQLAlchemyError:  # the database is being restarted
                time.sleep(0.3)
            else:
                return
        raise AssertionError(f"{name} could never earn more.")

    def _harass(self, extra: Callable[[], None] | None, is_done: Callable[[], bool]) -> None:
        """Kill processes, restart the platform, rotate its keys, at random moments."""
        plan = self.plan
        deeds: list[Callable[[], None]] = [self.web.kill_and_start] * plan.kills
        for worker in self.workers:
            deeds += [worker.kill_and_start] * plan.kills
        deeds += [self.lms.restart, self.lms.rotate_keys] * plan.restarts
        deeds += [extra] if extra else []
        self.chance.shuffle(deeds)
        moments = sorted(self.chance.uniform(0, plan.seconds * 0.9) for _deed in deeds)
        began = time.monotonic()
        for moment, deed in zip(moments, deeds, strict=True):
            while time.monotonic() - began < moment and not is_done():
                time.sleep(0.1)
            deed()
        while not is_done():
            for process in (self.web, *self.workers):
                process.ensure()
            time.sleep(0.5)

    def _settle(self) -> float:
        """Wait until nothing is on its way any more."""
        began = time.monotonic()
        while self._waiting() and time.monotonic() - began < SETTLES_WITHIN:
            time.sleep(0.5)
            if time.monotonic() - began > FAILS_ON_FOR:
                self.lms.rate = 0.0
        return time.monotonic() - began

    def _waiting(self) -> int:
        with self.database.session(is_read_only=True) as session:
            found = select(func.count()).where(OutgoingScore.delivery == Delivery.WAITING)
            return session.scalar(found) or 0

    def _compare(self, report: Report) -> None:
        """Hold the platform's gradebook against the ledger."""
        grades = self.lms.grades()
        with self.database.session(is_read_only=True) as session:
            rows = session.execute(
                select(Activity.lti_id, Person.lti_id, Progress.score_hundredths, Progress.counts)
                .join(Progress, Progress.activity_id == Activity.id)
                .join(Person, Person.id == Progress.person_id)
            ).all()
            scores = session.execute(
                select(Activity.lti_id, OutgoingScore.score_hundredths)
                .join(Activity, Activity.id == OutgoingScore.activity_id)
                .order_by(OutgoingScore.scored_at)
            ).all()
            report.requests = session.scalar(select(func.count(Receipt.id))) or 0
        report.scores = len(scores)
        newest = {link: hundredths / 100 for link, hundredths in scores}
        for link, sub, _hundredths, _counts in rows:
            stands = grades.get(link)
            if stands is None or link not in newest:
                report.missing.append(link)
            elif stands[0] != sub:
                report.misplaced.append(link)
            elif abs(stands[1] - newest[link]) > 0.005:
                report.wrong.append(f"{link}: {stands[1]} instead of {newest[link]}")
        report.misplaced += sorted(set(grades) - {row[0] for row in rows})


POLICY = replace(DEFAULT, posting=Posting.EACH_CHANGE)
FULL = {"core_decided": 3, "posts": 1, "replies": 1, "decided_again": 1, "reflections": 1}


class Class:
    """Puts a class into the database: everybody has done something, nothing has been sent."""

    def __init__(self, session: Session, lms: FaultyLms, chance: Random) -> None:
        """Write into this session."""
        self._session, self._lms, self._chance = session, lms, chance

    def seed(self) -> None:
        """Give everybody an activity and a part of its credit."""
        session, now = self._session, datetime.now(UTC)
        library_shelves.store_folder(session, shipped("scenarios"), now=now)
        version = library.by_scenario_id(session, "sam-and-lucy")
        assert version is not None
        scenario = library.scenario_of(version)
        registration = session.scalars(
            select(Registration).where(Registration.issuer == self._lms.lms.issuer)
        ).one()
        deployment = session.scalars(
            select(Deployment).where(Deployment.registration_id == registration.id)
        ).one()
        context = Context(deployment=deployment, lti_id=CONTEXT_ID)
        session.add(context)
        for number, name in enumerate(self._lms.names):
            person = Person(registration_id=registration.id, lti_id=name)
            activity = Activity(
                context=context,
                lti_id=name,
                seed=number,
                scenario_version=version,
                due_at=now - LONG_AGO,
                created_at=now - LONG_AGO,
            )
            session.add_all([person, activity])
            session.flush()  # their ids are needed
            credit.set_rules(session, activity, scenario, POLICY, actor_id=None, now=now)
            self._give(activity, person, now)

    def _give(self, activity: Activity, person: Person, now: datetime) -> None:
        counts = {rule: self._chance.randint(0, most) for rule, most in FULL.items()}
        own = {"activity_id": activity.id, "person_id": person.id}
        self._session.add_all(
            [
                Membership(context_id=activity.context_id, person_id=person.id),
                Participant(**own, alias="Ash", entered_at=now - LONG_AGO),
                Progress(
                    **own,
                    counts=counts | {"core_decided": 1},
                    score_hundredths=0,
                    is_complete=False,
                    measured_at=now,
                ),
            ]
        )
