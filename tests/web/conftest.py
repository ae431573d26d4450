"""A platform registered with the tool, ready to launch."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from ltitool.storage.database import Database
from tests.conftest import Clock
from tests.launching import SigningPlatform, published
from tests.learner import Learner


@pytest.fixture
def platform(app: Flask, clock: Clock) -> Iterator[SigningPlatform]:
    """A platform with one approved deployment."""
    with published(SigningPlatform(clock.now)) as made:
        database: Database = app.extensions["database"]
        made.register(database, "1")
        yield made


@pytest.fixture
def learner(app: Flask, platform: SigningPlatform) -> Callable[..., Learner]:
    """Let somebody in, in a browser of their own."""

    def enter(sub: str = "student-1", **changes: Any) -> Learner:
        return Learner(app.test_client(), platform, sub, **changes)

    return enter
