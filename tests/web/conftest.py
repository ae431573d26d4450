"""A platform registered with the tool, ready to launch."""

from collections.abc import Iterator

import pytest
from flask import Flask

from ltitool.storage.database import Database
from tests.conftest import Clock
from tests.launching import SigningPlatform, published


@pytest.fixture
def platform(app: Flask, clock: Clock) -> Iterator[SigningPlatform]:
    """A platform with one approved deployment."""
    with published(SigningPlatform(clock.now)) as made:
        database: Database = app.extensions["database"]
        made.register(database, "1")
        yield made
