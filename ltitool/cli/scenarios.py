"""`ltitool scenarios`: checking, playing and storing stories."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from ltitool.actions.library import Package, Provenance, checked, store
from ltitool.actions.library_files import is_overlay, media_beside, overlays_beside, source_text
from ltitool.cli import overlays as overlay_commands
from ltitool.cli.database import at_work
from ltitool.cli.exchange import export, import_
from ltitool.cli.findings import as_json, count, in_all, print_findings
from ltitool.cli.scenario_tools import FILE, draw, play
from ltitool.cli.story_reports import command as reports
from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.exported import counted
from ltitool.core.library import Shelf
from ltitool.core.lint.files import media_findings
from ltitool.core.lint.findings import Finding, Severity
from ltitool.core.lint.linter import RULES, lint
from ltitool.core.lint.page import rules_page
from ltitool.core.reference.page import reference_page
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_file import schema as published_schema
from ltitool.core.scenario_yaml import read

FILES = click.argument("files", nargs=-1, required=True, type=FILE)


@click.group(name="scenarios")
def command() -> None:
    """Check stories, play them, and store them for activities."""


@command.command()
@FILES
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--strict", is_flag=True, help="Warnings fail the check as errors do.")
@click.option("--advice", is_flag=True, help="Show advice (I) as well.")
@click.option("--since", type=FILE, help="The version before, to see whether it needs a new one.")
def check(
    files: tuple[Path, ...],
    *,
    form: str,
    strict: bool,
    advice: bool,
    since: Path | None,
) -> None:
    """Report what is wrong with these stories, with lines; the exit code is 1 for any error (E).

    Their translations, in files beside them, are looked at as well.
    """
    earlier = read_scenario(since.read_bytes()) if since is not None else None
    findings: dict[Path, tuple[Finding, ...]] = {}
    for path in (file for file in files if not is_overlay(file)):
        scenario, findings[path] = _examined(path, earlier)
        if form == "text":
            _tell(path, scenario, findings[path], advice=advice)
    for path in _overlays_of(files):
        findings[path] = overlay_commands.examined(path, overlay_commands.story_beside(path))
        if form == "text":
            overlay_commands.tell(path, findings[path], advice=advice)
    if form == "json":
        click.echo(as_json(findings))
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if any(one.severity in failing for found in findings.values() for one in found):
        sys.exit(1)


@command.command()
@FILES
def add(files: tuple[Path, ...]) -> None:
    """Store these stories, so that instructors can choose them; all of them or none."""
    if sum(_report(path) for path in files):
        sys.exit(1)
    with at_work() as (_settings, session):
        for path in files:
            version = store(
                session,
                source_text(path),
                media_beside(path),
                overlays=[source_text(overlay) for overlay in overlays_beside(path)],
                provenance=Provenance(Shelf.INSTITUTION),
                now=datetime.now(UTC),
            )
            click.echo(f"{path}: stored as {version.scenario_id} {version.version}")


@command.command()
def schema() -> None:
    """Print the JSON Schema of the format, for editors that check while one writes."""
    click.echo(json.dumps(published_schema(), indent=1, ensure_ascii=False))


@command.command()
def rules() -> None:
    """Print every rule that stories are checked by, as a page in Markdown."""
    click.echo(rules_page(RULES), nl=False)


@command.command()
def reference() -> None:
    """Print every field of the format with its limits and an example, as a page in Markdown."""
    click.echo(reference_page(), nl=False)


command.add_command(overlay_commands.command)
command.add_command(play)
command.add_command(draw)
command.add_command(export)
command.add_command(import_)
command.add_command(reports)


def _overlays_of(files: Sequence[Path]) -> list[Path]:
    """Return the translations among these files, and those that lie beside the stories."""
    named = [file for file in files if is_overlay(file)]
    beside = [path for file in files for path in overlays_beside(file)]
    return list(dict.fromkeys((*beside, *named)))


def _examined(path: Path, earlier: Scenario | None) -> tuple[Scenario | None, tuple[Finding, ...]]:
    """Return a story and what the rules say of it; no story where it cannot be read."""
    source = path.read_bytes()
    try:
        scenario = read_scenario(source)
    except BrokenScenario as broken:
        return None, broken.findings
    root, _problems = read(source)
    files = media_findings(scenario, root, media_beside(path))
    found = (*files, *lint(scenario, root, earlier=earlier))
    return scenario, tuple(sorted(found, key=lambda one: one.line))


def _tell(path: Path, scenario: Scenario | None, found: Sequence[Finding], *, advice: bool) -> None:
    shown = [one for one in found if advice or one.severity is not Severity.INFO]
    print_findings(path, shown)
    summary = in_all(shown)
    if scenario is not None and not count(shown, Severity.ERROR):
        summary = f"ok: {_contents(scenario)}{f'; {summary}' if summary else ''}"
    click.echo(f"{path}: {summary}")


def _contents(scenario: Scenario) -> str:
    endings = sum(scene.ending is not None for scene in scenario.scenes)
    parts = (
        counted(len(scenario.scenes), "scene", "scenes"),
        counted(len(scenario.core_decisions), "core decision", "core decisions"),
        counted(endings, "ending", "endings"),
    )
    return f"“{scenario.title}” {scenario.version}, {', '.join(parts)}"


def _report(path: Path) -> int:
    """Print what keeps a story from being played, or what is in it; return how many problems."""
    try:
        overlays = [source_text(overlay) for overlay in overlays_beside(path)]
        scenario = checked(Package(source_text(path), media_beside(path), overlays))
    except BrokenScenario as broken:
        print_findings(path, broken.findings, Console(stderr=True))
        return len(broken.findings)
    click.echo(f"{path}: ok: {_contents(scenario)}")
    return 0
