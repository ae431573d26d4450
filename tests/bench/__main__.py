"""`python -m tests.bench [--quick]`: launches a second beside a bare tool, in one run."""

import argparse
import os
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from tests.bench import platform, tools
from tests.bench.load import Measured, measure

CONCURRENCIES = (1, 8, 32)
WARM_UP = 50
WIDTH = 100


def run(launches: int, concurrencies: Iterable[int]) -> list[Measured]:
    """Measure every tool at every concurrency; the bare one comes first."""
    found = []
    for serve in (tools.bare, tools.ours_on_sqlite, tools.ours_on_postgresql):
        with platform.running() as lms, serve(lms) as tool:
            measure(tool, lms, concurrency=4, launches=WARM_UP)
            before = lms.fetches
            found += [
                measure(tool, lms, concurrency=count, launches=launches) for count in concurrencies
            ]
            print(
                f"{tool.name}: {lms.fetches - before} key set fetches after the warm-up, "
                f"largest process {tool.megabytes():.0f} MB"
            )
    return found


def table_of(rows: list[Measured]) -> Table:
    """Return what was measured as a table, with ratios to the bare tool of the same run."""
    bare = {row.concurrency: row for row in rows if row.tool == rows[0].tool}
    table = Table(title=f"A full launch, {os.cpu_count()} cores shared with the load generator")
    table.add_column("tool")
    columns = ("at once", "per second", "× bare", "p50 ms", "p95 ms", "× bare", "CPU ms", "failed")
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        beside = bare[row.concurrency]
        table.add_row(
            row.tool,
            str(row.concurrency),
            f"{row.per_second:.0f}",
            f"{row.per_second / beside.per_second:.2f}",
            f"{row.p50_ms:.1f}",
            f"{row.p95_ms:.1f}",
            f"{row.p95_ms / beside.p95_ms:.2f}",
            f"{row.cpu_ms:.2f}",
            str(row.failures),
        )
    return table


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run, for a first look")
    launches = 200 if parser.parse_args().quick else 1500
    Console(width=WIDTH).print(table_of(run(launches, CONCURRENCIES)))
    print("The bare tool answers the launch with its page; ours redirects to a visit first.")


if __name__ == "__main__":
    main()
