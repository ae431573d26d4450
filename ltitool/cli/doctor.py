"""`ltitool platforms doctor`: the checklist of a platform, looked at now."""

import json
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from ltitool.actions import checkups, keys, registrations
from ltitool.cli.database import require_current_schema
from ltitool.core.checkup import Finding, Health, is_well
from ltitool.lti.http import PlatformHttp
from ltitool.settings import Settings
from ltitool.storage.database import Database

MARKS = {Health.FINE: "fine", Health.WRONG: "WRONG", Health.UNKNOWN: "not known yet"}


@click.command()
@click.argument("name")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
def doctor(name: str, shape: str) -> None:
    """Look at a platform's services, and say who has to do what; exit code 1 if anything is wrong.

    The page of the platform then shows the same.
    """
    findings = _examined(Settings.load(), name)
    if shape == "json":
        click.echo(json.dumps([_plain(one) for one in findings], indent=2, ensure_ascii=False))
    else:
        _print_table(name, findings)
    if not is_well(findings):
        raise click.exceptions.Exit(1)


def _examined(settings: Settings, name: str) -> list[Finding]:
    require_current_schema(settings)
    database = Database(settings.database_url)
    http = PlatformHttp(allow_private_hosts=settings.allow_private_hosts)
    now = datetime.now(UTC)
    try:
        with database.transaction() as session:
            registration_id = registrations.by_name(session, name).id
            key = keys.signing_key(session, settings.secret_key, now=now)
        of_services = checkups.check_and_keep(
            database, http, key, registration_id, lambda: datetime.now(UTC)
        )
        with database.session(is_read_only=True) as session:
            registration = registrations.by_name(session, name)
            return [*checkups.from_the_rows(session, registration), *of_services]
    finally:
        http.close()
        database.dispose()


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "subject": finding.subject,
        "health": finding.health.value,
        "words": str(finding.words),
        "advice": str(finding.advice),
    }


def _print_table(name: str, findings: list[Finding]) -> None:
    table = Table(title=name, title_justify="left", box=None, pad_edge=False)
    for title in ("What", "How", "What was found, and who has to do what"):
        table.add_column(title, overflow="fold")
    for one in findings:
        words = "\n".join(str(part) for part in (one.words, one.advice) if part)
        table.add_row(one.subject, MARKS[one.health], words)
    Console(highlight=False, markup=False).print(table)
