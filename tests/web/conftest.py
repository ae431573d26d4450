"""A platform registered with the tool, ready to launch, and a course with everybody in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ltitool.storage.database import Database
from tests.conftest import Clock, refill, running, settings_in
from tests.launching import SigningPlatform, published
from tests.learner import Learner
from tests.web.everything import Everything


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


@pytest.fixture(scope="session")
def kept_course(
    stocked_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Everything, Path]]:
    """A course with everybody in it, played once, and the file that holds its rows."""
    folder = tmp_path_factory.mktemp("course")
    rows, clock = folder / "course.sqlite", Clock()
    settings = settings_in(folder, f"sqlite:///{rows}")
    refill(settings.database_url, stocked_template)
    with (
        running(settings, clock) as app,
        published(SigningPlatform(clock.now)) as platform,
    ):
        platform.register(app.extensions["database"], "1")
        yield Everything(app, platform), rows


@pytest.fixture
def course(
    app: Flask, platform: SigningPlatform, kept_course: tuple[Everything, Path]
) -> Everything:
    """A course with everybody in it; what a test does to it, it does to a copy."""
    kept, rows = kept_course
    if not refill(app.extensions["settings"].database_url, rows):
        return Everything(app, platform)
    platform.key_set_url = kept.platform.key_set_url
    return Everything.again(app, platform, kept)
