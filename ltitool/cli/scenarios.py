"""`ltitool scenarios`: checking and storing stories."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from ltitool.actions.library import media_beside, read_checked, source_text, store
from ltitool.cli.database import at_work
from ltitool.core.errors import BrokenScenario
from ltitool.core.scenario_file import schema as published_schema

FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.group(name="scenarios")
def command() -> None:
    """Check stories, and store them for activities."""


@command.command()
@FILES
def check(files: tuple[Path, ...]) -> None:
    """Report every problem of these files, with its line; the exit code is 1 if there is any."""
    problems = sum(_report(path) for path in files)
    if problems:
        sys.exit(1)


@command.command()
@FILES
def add(files: tuple[Path, ...]) -> None:
    """Store these stories, so that instructors can choose them; all of them or none."""
    if sum(_report(path) for path in files):
        sys.exit(1)
    with at_work() as (_settings, session):
        for path in files:
            version = store(session, source_text(path), media_beside(path), now=datetime.now(UTC))
            click.echo(f"{path}: stored as {version.scenario_id} {version.version}")


@command.command()
def schema() -> None:
    """Print the JSON Schema of the format, for editors that check while one writes."""
    click.echo(json.dumps(published_schema(), indent=1, ensure_ascii=False))


def _report(path: Path) -> int:
    """Print what is wrong with a file, or what is in it; return the number of problems."""
    try:
        scenario = read_checked(path.read_bytes(), media_beside(path))
    except BrokenScenario as broken:
        for problem in broken.problems:
            click.echo(f"{path}:{problem.removeprefix('line ')}", err=True)
        return len(broken.problems)
    endings = sum(scene.ending is not None for scene in scenario.scenes)
    click.echo(
        f"{path}: ok: “{scenario.title}” {scenario.version}, {len(scenario.scenes)} scenes, "
        f"{len(scenario.core_decisions)} core decisions, {endings} endings"
    )
    return 0
