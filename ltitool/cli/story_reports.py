"""`ltitool scenarios reports`: what people find wrong with stories that everybody sees."""

import click

from ltitool.cli.database import at_work
from ltitool.storage.queries import story_reports as queries


@click.command(name="reports")
def command() -> None:
    """List what people find wrong with stories, the newest first.

    Stories of a single course are left out: its own staff read about them.
    """
    with at_work() as (_settings, session):
        reports = queries.told_everywhere(session)
        if not reports:
            click.echo("Nobody has found anything wrong with a story.")
        for one in reports:
            click.echo(_head(one))
            click.echo("".join(f"    {line}\n" for line in one.report.text.splitlines()), nl=False)


def _head(one: queries.Reported) -> str:
    """Return the line above a report: which story, where in it, and when."""
    scene = f", scene {one.report.scene_id}" if one.report.scene_id else ""
    by = f", told by {one.told_by}" if one.told_by else ""
    at = one.report.told_at.strftime("%Y-%m-%d %H:%M UTC")
    return f"{at}  {one.version.scenario_id} {one.version.version}{scene}{by}"
