"""`python -m tests.bench [--quick]`: launches beside those of a bare tool, in the same run."""

import argparse
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial

from rich.console import Console
from rich.table import Table

from tests.bench import platform, tools
from tests.bench.load import PEOPLE, Measured, measure

CONCURRENCIES = (1, 8, 32)
WIDTH = 150
COLUMNS = (
    "at once",
    "per second",
    "× bare",
    "p50 ms",
    "p95 ms",
    "× bare",
    "CPU ms",
    "failed",
    "key sets",
    "MB",
    "generator",
)
CAPTION = """The rate and the times are by the clock; CPU is of the web processes for one launch. \
The bare tool answers a launch with its page, ours leads to a visit first. “generator” is the part \
of a core that the load generator used: near 100 % it is what was measured. PostgreSQL is shown \
with and without waiting for its disk."""

Serve = Callable[[platform.Platform], AbstractContextManager[tools.Tool]]
EVERY_TOOL: tuple[Serve, ...] = (
    tools.bare,
    tools.ours_on_sqlite,
    partial(tools.ours_on_postgresql, is_durable=True),
    partial(tools.ours_on_postgresql, is_durable=False),
)


def run(
    serves: Iterable[Serve], concurrencies: Iterable[int], *, launches: int, warm_up: int
) -> list[Measured]:
    """Measure each tool in turn at every concurrency."""
    found = []
    for serve in serves:
        with platform.running() as lms, serve(lms) as tool:
            measure(tool, lms, concurrency=2, launches=warm_up)
            found += [
                measure(tool, lms, concurrency=count, launches=launches) for count in concurrencies
            ]
    return found


def table_of(rows: list[Measured]) -> Table:
    """Return what was measured as a table, with ratios to the tool that comes first."""
    bare = {row.concurrency: row for row in rows if row.tool == rows[0].tool}
    title = f"Full launches, {os.cpu_count()} cores shared with the load generator"
    table = Table(title=title, caption=CAPTION)
    table.add_column("tool", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
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
            str(row.fetches),
            f"{row.megabytes:.0f}",
            f"{row.generator_load:.0%}",
        )
    return table


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run, for a first look")
    launches = 200 if parser.parse_args().quick else 1500
    rows = run(EVERY_TOOL, CONCURRENCIES, launches=launches, warm_up=PEOPLE)
    Console(width=WIDTH).print(table_of(rows))


if __name__ == "__main__":
    main()
