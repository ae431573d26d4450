"""A worker that goes step by step."""

from random import Random

from ltitool.actions import outbox, receipts
from ltitool.actions.sending import Errand, Outcome, Round
from ltitool.lti.connector import Connector
from ltitool.lti.http import PlatformHttp
from ltitool.lti.platform import Platform
from ltitool.lti.tokens import TokensInMemory
from ltitool.storage.database import Database
from tests.conftest import Clock
from tests.lms import KEY


class Worker:
    """Does what a worker does, step by step."""

    def __init__(self, database: Database, clock: Clock, http: PlatformHttp) -> None:
        self.database = database
        self.clock = clock
        self._http = http
        self._tokens = TokensInMemory()
        self._connectors: dict[Platform, Connector] = {}
        self._chance = Random(7)
        self.is_stopping = False

    def connector(self, platform: Platform) -> Connector:
        made = Connector(platform, KEY, self._http, self._tokens, clock=self.clock)
        return self._connectors.setdefault(platform, made)

    def claim(self, limit: int = 50) -> list[Errand]:
        with self.database.transaction() as session:
            return outbox.claim(session, now=self.clock(), limit=limit)

    def send(self, errands: list[Errand], *, threads: int = 4) -> list[Outcome]:
        sending = Round(self.connector, self.clock, lambda: self.is_stopping)
        return sending.deliver(errands, threads=threads)

    def record(self, outcomes: list[Outcome]) -> None:
        with self.database.transaction() as session:
            receipts.record(session, outcomes, now=self.clock(), chance=self._chance)

    def run(self) -> int:
        errands = self.claim()
        self.record(self.send(errands))
        return len(errands)
