"""`python -m tests.bench.scores [--scores N]`: sending scores, beside a bare PyLTI1p3 loop.

The platform answers as late as it is told to. What is measured is the time between the first and
the last request it gets, so that starting a process is in no figure.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.grade import Grade
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector
from rich.console import Console
from rich.table import Table

from ltitool.jobs import Jobs
from ltitool.lti.claims import SCORE_SCOPE
from ltitool.lti.http import PlatformHttp
from ltitool.settings import Settings
from ltitool.storage import migrate
from ltitool.storage.database import Database
from ltitool.storage.tables import OutgoingScore, Person
from ltitool.web import logs
from tests.gradebook import Gradebook
from tests.lms import KEY, TOKEN_PATH, Asked, Lms, Reply, running_lms
from tests.postgres import postgresql

PAST = datetime(2026, 1, 1, tzinfo=UTC)
LATENCIES = (0, 20, 200)
PATIENCE = 20.0
"""For so many seconds at most the bare loop sends where each score takes long."""
AT_ONCE = 8
"""So many scores are on their way at once from each worker."""


@dataclass(frozen=True)
class Sent:
    """What sending took."""

    sender: str
    latency_ms: int
    scores: int
    seconds: float
    tokens: int
    key_sets: int

    @property
    def a_second(self) -> float:
        """How many were taken in each second."""
        return self.scores / self.seconds


@dataclass
class Watch:
    """Answers late, and notes when it is asked."""

    latency: float
    first: float = 0.0
    last: float = 0.0

    def __call__(self, _asked: Asked) -> Reply:
        self.first = self.first or time.monotonic()
        time.sleep(self.latency)
        self.last = time.monotonic()
        return Reply()


@contextmanager
def slow_lms(latency_ms: int) -> Iterator[tuple[Lms, Watch]]:
    """Run a platform that answers to scores so late."""
    with running_lms() as lms:
        watch = Watch(latency_ms / 1000)
        lms.answer = watch
        yield lms, watch


def sent_by(sender: str, number: int, latency_ms: int, send: Callable[[Lms, int], None]) -> Sent:
    """Let somebody send so many scores to a platform that answers so late."""
    with slow_lms(latency_ms) as (lms, watch):
        send(lms, number)
        scores = [asked for asked in lms.service_requests if "/scores" in asked.path]
        keys = sum(asked.path == "/keys" for asked in lms.asked)
        assert len(scores) == number, f"{sender} sent {len(scores)} of {number}"
        tokens = sum(asked.path == TOKEN_PATH for asked in lms.asked)
        return Sent(sender, latency_ms, number, watch.last - watch.first, tokens, keys)


def send_bare(lms: Lms, number: int) -> None:
    """Send with PyLTI1p3 as it is, one score after another."""
    pem = KEY.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    registration = Registration()
    registration.set_client_id("client-1").set_auth_token_url(f"{lms.url}{TOKEN_PATH}")
    registration.set_issuer(lms.url).set_tool_private_key(pem.decode())
    service = AssignmentsGradesService(
        ServiceConnector(registration),
        {"scope": [SCORE_SCOPE], "lineitem": f"{lms.url}/course/1/item?type_id=2"},
    )
    for person in range(number):
        grade = Grade().set_score_given(50).set_score_maximum(100).set_user_id(f"p{person}")
        grade.set_timestamp(PAST.isoformat()).set_activity_progress("Completed")
        service.put_grade(grade.set_grading_progress("FullyGraded"))


def send_ours(workers: int) -> Callable[[Lms, int], None]:
    """Send by the outbox on PostgreSQL, in so many processes."""

    def send(lms: Lms, number: int) -> None:
        with postgresql() as url, tempfile.TemporaryDirectory() as folder:
            migrate.upgrade(url)
            write(url, lms.url, number)
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                drained = [pool.submit(drain, url, folder) for _worker in range(workers)]
                assert sum(one.result() for one in drained) == number

    return send


def write(url: str, lms_url: str, number: int) -> None:
    """Write the scores that are to be sent."""
    database = Database(url)
    book = Gradebook(database, lms_url)
    with database.transaction() as session:
        people = [Person(registration_id=1, lti_id=f"p{person}") for person in range(number)]
        session.add_all(people)
        session.flush()  # their ids are needed
        session.add_all(
            OutgoingScore(
                activity_id=book.activity_id,
                person_id=person.id,
                line_item_url=book.column,
                score_hundredths=5000,
                maximum=100,
                scored_at=PAST,
                comment="3 of 5 steps done.",
                next_try_at=PAST,
                written_at=PAST,
            )
            for person in people
        )
    database.dispose()


def drain(url: str, folder: str) -> int:
    """Send everything, as a worker does; return how many it sent."""
    logs.configure()
    settings = Settings(
        public_url="https://tool.example",
        database_url=url,
        data_dir=Path(folder),
        secret_key="for measuring only, long enough to sign with",
        allow_private_hosts=True,
    )
    http, database = PlatformHttp(allow_private_hosts=True), Database(url)
    jobs = Jobs(settings, database, http)
    sent = jobs.drain()
    jobs.close()
    http.close()
    database.dispose()
    return sent


def run(scores: int, latencies: tuple[int, ...] = LATENCIES) -> list[Sent]:
    """Measure every sender at every latency."""
    found = []
    for latency in latencies:
        most = int(PATIENCE * 1000 / latency) if latency else scores
        found += [
            sent_by("bare PyLTI1p3, one by one", min(scores, most), latency, send_bare),
            sent_by("Kaleidoscope, 1 worker", min(scores, most * AT_ONCE), latency, send_ours(1)),
            sent_by("Kaleidoscope, 4 workers", min(scores, most * AT_ONCE), latency, send_ours(4)),
        ]
    return found


def table_of(rows: list[Sent]) -> Table:
    """Return what was measured as a table, with ratios to the bare loop."""
    table = Table(title="Scores to a platform, from its first request to its last")
    for column in ("sender", "latency ms", "scores", "a second", "× bare", "tokens", "key sets"):
        table.add_column(column, justify="left" if column == "sender" else "right")
    bare = {row.latency_ms: row.a_second for row in rows if row.sender.startswith("bare")}
    for row in rows:
        table.add_row(
            row.sender,
            str(row.latency_ms),
            str(row.scores),
            f"{row.a_second:.0f}",
            f"{row.a_second / bare[row.latency_ms]:.1f}",
            str(row.tokens),
            str(row.key_sets),
        )
    return table


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scores", description=__doc__)
    parser.add_argument("--scores", type=int, default=3000)
    Console(width=110).print(table_of(run(parser.parse_args().scores)))


if __name__ == "__main__":
    main()
