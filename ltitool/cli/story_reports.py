"""`ltitool scenarios reports`: what people find wrong with stories that everybody sees."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from ltitool.actions import story_reports as actions
from ltitool.cli.database import at_work
from ltitool.core.library import Shelf
from ltitool.storage.queries import story_reports as queries
from ltitool.storage.tables import ScenarioVersion, StoryReport


@click.command(name="reports")
@click.option("--seen-to", "done", type=int, multiple=True, help="Tick off the report NUMBER.")
@click.option("--open-again", "again", type=int, multiple=True, help="Take that back.")
def command(done: tuple[int, ...], again: tuple[int, ...]) -> None:
    """List what people find wrong with stories: what is open first, then the newest.

    Stories of a single course are left out: its own staff read about them.
    """
    with at_work() as (_settings, session):
        now = datetime.now(UTC)
        for number in done:
            actions.tick(session, _report(session, number), actor_id=None, now=now)
        for number in again:
            actions.untick(session, _report(session, number), actor_id=None, now=now)
        session.flush()  # the list is read from what stands
        reports = queries.told_everywhere(session)
        if not reports:
            click.echo("Nobody has found anything wrong with a story.")
        for one in reports:
            click.echo(_head(one))
            click.echo("".join(f"    {line}\n" for line in one.report.text.splitlines()), nl=False)


def _report(session: Session, number: int) -> StoryReport:
    """Return a report of a story that everybody sees, by its number."""
    found = session.get(StoryReport, number)
    version = session.get(ScenarioVersion, found.version_id) if found else None
    if found is None or version is None or version.entry.shelf is Shelf.COURSE:
        raise click.ClickException(
            f"There is no report {number}. The list names each with its number."
        )
    return found


def _head(one: queries.Reported) -> str:
    """Return the line above a report: which story, where in it, when, and whether it is open."""
    scene = f", scene {one.report.scene_id}" if one.report.scene_id else ""
    by = f", told by {one.told_by}" if one.told_by else ""
    at = one.report.told_at.strftime("%Y-%m-%d %H:%M UTC")
    done = ", seen to" if one.report.seen_to_at else ""
    return (
        f"{one.report.id}  {at}  {one.version.scenario_id} {one.version.version}{scene}{by}{done}"
    )
