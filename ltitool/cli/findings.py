"""Findings on the screen: a table for people, plain lines for pipes, JSON for machines."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ltitool.core.lint.findings import Finding, Severity

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
NAMES = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("piece of advice", "pieces of advice"),
}


def print_findings(path: Path, findings: Sequence[Finding], console: Console | None = None) -> None:
    """Print the findings of a file: a table on a terminal, else a line for each."""
    console = console or Console(file=sys.stdout)
    if console.is_terminal:
        console.print(_table(path, findings))
        return
    for found in findings:
        place = f"{path}:{found.line}"
        console.file.write(f"{place}: {found.code} {found.severity} {found.words}\n")


def as_json(findings: Mapping[Path, Sequence[Finding]]) -> str:
    """Return the findings of all files, and how many there are of each severity."""
    every = [found for of_file in findings.values() for found in of_file]
    listed = [
        {"file": str(path), **asdict(found)}
        for path, of_file in findings.items()
        for found in of_file
    ]
    counts = {NAMES[one][1].split(" ")[-1]: count(every, one) for one in Severity}
    return json.dumps({**counts, "findings": listed}, indent=1, ensure_ascii=False)


def in_all(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, in words; empty when none."""
    counted = [(count(findings, one), NAMES[one]) for one in Severity]
    return ", ".join(
        f"{number} {one if number == 1 else more}" for number, (one, more) in counted if number
    )


def count(findings: Sequence[Finding], severity: Severity) -> int:
    """Return how many findings are this grave."""
    return sum(found.severity is severity for found in findings)


def _table(path: Path, findings: Sequence[Finding]) -> Table:
    table = Table.grid(padding=(0, 1))
    for found in findings:
        code = Text(f"{found.code} {found.severity}", STYLES[found.severity])
        sentence = Text(f"{found.sentence}\n")
        sentence.append(found.place, "dim")
        table.add_row(Text(f"{path}:{found.line}", overflow="fold"), code, sentence)
    return table
