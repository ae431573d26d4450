"""A talk that everybody has open: people who poll every few seconds while posts come in.

`python -m tests.bench.talk [--seconds 30]` prints how long polls and posts take, and what failed.
"""

import argparse
import asyncio
import re
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

import aiohttp
from rich.console import Console
from rich.table import Table

from tests.bench import load, platform, tools
from tests.bench.crowd import Seat, seat_people

PEOPLE = 200
EVERY_SECONDS = 4.0
POSTS_A_SECOND = 5.0
Serve = Callable[[platform.Platform], AbstractContextManager[tools.Tool]]
SERVES: tuple[Serve, ...] = (
    tools.ours_on_sqlite,
    partial(tools.ours_on_postgresql, is_durable=True),
)
TIMEOUT = aiohttp.ClientTimeout(total=30)
WORDS = "Thought {number}: I would name the day on which the answer comes, and say why it is late."


@dataclass
class Times:
    """How long requests of one kind took, and what came back."""

    ms: list[float] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    expected: frozenset[int] = frozenset()

    def note(self, status: int, seconds: float) -> None:
        """Keep one answer."""
        self.ms.append(1000 * seconds)
        self.answers[status] = self.answers.get(status, 0) + 1

    @property
    def errors(self) -> int:
        """How many answers were none, or not what was asked for."""
        return sum(number for status, number in self.answers.items() if status not in self.expected)

    def percentile(self, share: int) -> float:
        """Return the time within which so many of a hundred were answered."""
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) * share // 100, len(ordered) - 1)] if ordered else 0.0


@dataclass
class Measured:
    """What one tool did with everybody at once."""

    tool: str
    polls: Times
    posts: Times
    cpu_share: float


def measure(tool: tools.Tool, seats: list[Seat], *, seconds: float) -> Measured:
    """Let everybody poll, and some of them post, for so long."""
    return asyncio.run(_measure(tool, seats, seconds))


async def _measure(tool: tools.Tool, seats: list[Seat], seconds: float) -> Measured:
    polls = Times(expected=frozenset({200, 304}))
    posts = Times(expected=frozenset({303}))
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=PEOPLE),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=TIMEOUT,
    ) as client:
        for seat in seats:
            await _open(client, tool, seat)
        cpu, began = tool.cpu_seconds(), time.perf_counter()
        end = began + seconds
        pollers = (
            _poll(client, tool, seat, polls, began + EVERY_SECONDS * place / len(seats), end)
            for place, seat in enumerate(seats)
        )
        await asyncio.gather(*pollers, _post(client, tool, seats, posts, began, end))
        took = time.perf_counter() - began
    return Measured(tool.name, polls, posts, (tool.cpu_seconds() - cpu) / took)


async def _open(client: aiohttp.ClientSession, tool: tools.Tool, seat: Seat) -> None:
    """Open the page of the talk, and take from it what its script and its form send."""
    async with client.get(f"{tool.url}{seat.path}/talk/", headers=seat.headers) as answer:
        page = await answer.text()
        assert answer.status == 200, page
        seat.cookies = load.cookies(answer.headers) or seat.cookies
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    news = re.search(r'data-after="(\d+)"', page)
    assert found is not None
    assert news is not None
    seat.token, seat.after, seat.etag = found[1], int(news[1]), f'"{news[1]}-0-0"'


async def _poll(
    client: aiohttp.ClientSession,
    tool: tools.Tool,
    seat: Seat,
    times: Times,
    first: float,
    end: float,
) -> None:
    due = first
    while due < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        url = f"{tool.url}{seat.path}/talk/new?after={seat.after}"
        status, began = 0, time.perf_counter()
        try:
            headers = {**seat.headers, "If-None-Match": seat.etag}
            async with client.get(url, headers=headers) as answer:
                await answer.read()
                status = answer.status
                seat.etag = answer.headers.get("ETag", seat.etag)
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        times.note(status, time.perf_counter() - began)
        due += EVERY_SECONDS


async def _post(
    client: aiohttp.ClientSession,
    tool: tools.Tool,
    seats: list[Seat],
    times: Times,
    began: float,
    end: float,
) -> None:
    due, number = began, 0
    while due < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        seat = seats[number % len(seats)]
        form = {
            "csrf_token": seat.token,
            "text": WORDS.format(number=number),
            "submission_id": f"bench-{number}",
            "anyway": "1",
        }
        sent = time.perf_counter()
        url = f"{tool.url}{seat.path}/talk/"
        async with client.post(
            url, data=form, headers=seat.headers, allow_redirects=False
        ) as answer:
            times.note(answer.status, time.perf_counter() - sent)
        number += 1
        due += 1 / POSTS_A_SECOND


def run(
    serves: Iterable[Serve] = SERVES, *, people: int = PEOPLE, seconds: float = 30
) -> list[Measured]:
    """Measure each tool in turn."""
    found = []
    for serve in serves:
        with platform.running() as lms, serve(lms) as tool:
            found.append(measure(tool, seat_people(tool, lms, people), seconds=seconds))
    return found


def table_of(rows: list[Measured]) -> Table:
    """Return what was measured as a table."""
    title = f"{PEOPLE} people poll every {EVERY_SECONDS:g} s, {POSTS_A_SECOND:g} posts a second"
    table = Table(title=title)
    for column in ("tool", "requests", "number", "p50 ms", "p95 ms", "errors", "CPU"):
        table.add_column(column, justify="left" if column == "tool" else "right")
    for row in rows:
        for name, times in (("polls", row.polls), ("posts", row.posts)):
            table.add_row(
                row.tool,
                name,
                str(len(times.ms)),
                f"{times.percentile(50):.1f}",
                f"{times.percentile(95):.1f}",
                str(times.errors),
                f"{row.cpu_share:.0%}",
            )
    return table


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.talk", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long everybody stays")
    Console(width=120).print(table_of(run(seconds=parser.parse_args().seconds)))


if __name__ == "__main__":
    main()
