from collections.abc import Iterator

import pytest

from ltitool.lti.connector import Connector
from ltitool.lti.http import PlatformHttp
from ltitool.lti.tokens import TokensInMemory
from tests.conftest import Clock
from tests.lms import KEY, Lms, running_lms


@pytest.fixture
def lms() -> Iterator[Lms]:
    with running_lms() as lms:
        yield lms


@pytest.fixture
def http() -> Iterator[PlatformHttp]:
    http = PlatformHttp(allow_private_hosts=True, timeout=5)
    yield http
    http.close()


@pytest.fixture
def pauses() -> list[float]:
    """Return how long the connector has waited, in place of waiting."""
    return []


@pytest.fixture
def connector(lms: Lms, http: PlatformHttp, pauses: list[float], clock: Clock) -> Connector:
    tokens = TokensInMemory()
    return Connector(lms.platform(), KEY, http, tokens, clock=clock, pause=pauses.append)
