"""`python -m tests.chaos [--completions N] [--minutes M] [--seed S] [--on postgresql|sqlite]`."""

import argparse
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

from rich.console import Console

from tests.chaos.campaign import on_postgresql, on_sqlite
from tests.chaos.report import Plan

PLACES = {"postgresql": on_postgresql, "sqlite": on_sqlite}


def main() -> None:
    """Run a campaign, and print what it found."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--completions", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--on", choices=PLACES, default="postgresql")
    asked = parser.parse_args()
    console = Console()
    console.print(
        f"Seed {asked.seed}, {asked.completions} completions in {asked.minutes} minutes "
        f"on {asked.on}."
    )
    plan = Plan(
        asked.completions,
        asked.minutes * 60,
        asked.seed,
        hangs=max(1, round(asked.minutes)),
        restarts=max(1, round(asked.minutes / 2)),
        kills=max(2, round(asked.minutes / 2)),
        fills=max(1, round(asked.minutes / 5)),
    )
    with tempfile.TemporaryDirectory() as folder:
        report = PLACES[asked.on](plan, Path(folder))
    console.print(str(report))
    for line in [*report.missing, *report.wrong, *report.misplaced][:50]:
        console.print(line)
    sys.exit(0 if report.is_well else 1)


if __name__ == "__main__":
    main()
