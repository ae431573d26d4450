"""A platform, its gradebook and a worker, for the tests of what is sent."""

from collections.abc import Iterator

import pytest

from ltitool.lti.http import PlatformHttp
from ltitool.storage.database import Database
from tests.actions.worker import Worker
from tests.conftest import Clock
from tests.gradebook import Gradebook
from tests.lms import Lms, running_lms


@pytest.fixture
def lms() -> Iterator[Lms]:
    with running_lms() as lms:
        yield lms


@pytest.fixture
def book(database: Database, lms: Lms) -> Gradebook:
    return Gradebook(database, lms.url)


@pytest.fixture
def worker(database: Database, clock: Clock) -> Iterator[Worker]:
    http = PlatformHttp(allow_private_hosts=True, timeout=5)
    yield Worker(database, clock, http)
    http.close()
