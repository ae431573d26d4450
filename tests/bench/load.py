"""Launching again and again: each worker begins its next when its last has ended.

The logins of a round come first, then the platform signs all its tokens with no clock running,
then the launches follow: what signing costs is in no figure.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import aiohttp
from multidict import CIMultiDictProxy

from tests.bench.platform import CLIENT_ID, Platform
from tests.bench.tools import Tool

PEOPLE = 100
TIMEOUT = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True)
class Measured:
    """What a number of launches took."""

    tool: str
    concurrency: int
    launches: int
    failures: int
    seconds: float
    cpu_seconds: float
    generator_seconds: float
    """Processor time of the load generator, who shares the machine with the tool."""
    p50_ms: float
    p95_ms: float
    fetches: int
    """How often the tool asked for the platform's key set."""
    megabytes: float

    @property
    def per_second(self) -> float:
        """Launches in a second."""
        return (self.launches - self.failures) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the web processes for each launch."""
        return 1000 * self.cpu_seconds / self.launches

    @property
    def generator_load(self) -> float:
        """The part of one core that the load generator used; near 1 it is what was measured."""
        return self.generator_seconds / self.seconds


@dataclass
class Person:
    """One person's way in, and how long it has taken so far."""

    sub: str
    state: str = ""
    nonce: str = ""
    cookies: str = ""
    token: str = ""
    seconds: float = 0.0
    is_well: bool = True


@dataclass
class Meter:
    """What the tool and the load generator have used while the clock ran."""

    tool: Tool
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    generator_seconds: float = 0.0

    async def run(
        self, people: list[Person], step: Callable[[Person], Awaitable[bool]], concurrency: int
    ) -> None:
        """Let everybody who is well take a step, so many at once."""
        waiting = iter([person for person in people if person.is_well])

        async def work() -> None:
            for person in waiting:
                began = time.perf_counter()
                person.is_well = await step(person)
                person.seconds += time.perf_counter() - began

        cpu, own, began = self.tool.cpu_seconds(), time.process_time(), time.perf_counter()
        await asyncio.gather(*(work() for _ in range(concurrency)))
        self.seconds += time.perf_counter() - began
        self.generator_seconds += time.process_time() - own
        self.cpu_seconds += self.tool.cpu_seconds() - cpu


def measure(tool: Tool, platform: Platform, *, concurrency: int, launches: int) -> Measured:
    """Launch so many times with so many at once."""
    return asyncio.run(_measure(tool, platform, concurrency, launches))


async def _measure(tool: Tool, platform: Platform, concurrency: int, launches: int) -> Measured:
    subs = itertools.cycle(f"person-{i}" for i in range(PEOPLE))
    people = [Person(sub) for sub in itertools.islice(subs, launches)]
    meter, fetches = Meter(tool), platform.fetches
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=TIMEOUT,
    ) as client:
        await meter.run(people, lambda person: log_in(client, tool, platform, person), concurrency)
        for person in people:
            person.token = platform.token(person.sub, person.nonce, f"{tool.url}/lti/launch")
        await meter.run(people, lambda person: _launch(client, tool, person), concurrency)
    times = sorted(1000 * person.seconds for person in people)
    return Measured(
        tool=tool.name,
        concurrency=concurrency,
        launches=launches,
        failures=sum(not person.is_well for person in people),
        seconds=meter.seconds,
        cpu_seconds=meter.cpu_seconds,
        generator_seconds=meter.generator_seconds,
        p50_ms=times[launches // 2],
        p95_ms=times[launches * 95 // 100],
        fetches=platform.fetches - fetches,
        megabytes=tool.megabytes(),
    )


async def log_in(
    client: aiohttp.ClientSession, tool: Tool, platform: Platform, person: Person
) -> bool:
    """Ask the tool where the platform is to send its token."""
    asked = {
        "iss": platform.url,
        "client_id": CLIENT_ID,
        "login_hint": person.sub,
        "target_link_uri": f"{tool.url}/lti/launch",
        "lti_message_hint": "1",
    }
    async with client.get(f"{tool.url}/lti/login", params=asked, allow_redirects=False) as answer:
        if answer.status != 302:
            return False
        sent = parse_qs(urlsplit(answer.headers["Location"]).query)
        person.state, person.nonce = sent["state"][0], sent["nonce"][0]
        person.cookies = cookies(answer.headers)
    return True


async def _launch(client: aiohttp.ClientSession, tool: Tool, person: Person) -> bool:
    """Bring the token; read the page it leads to, which the bare tool sends at once."""
    form = {"state": person.state, "id_token": person.token}
    async with client.post(
        f"{tool.url}/lti/launch",
        data=form,
        headers={"Cookie": person.cookies},
        allow_redirects=False,
    ) as answer:
        page = await answer.text()
        if answer.status != 303:
            return answer.status == 200 and person.sub in page
        location, held = answer.headers["Location"], cookies(answer.headers)
    async with client.get(f"{tool.url}{location}", headers={"Cookie": held}) as answer:
        return answer.status == 200 and "Start" in await answer.text()


def cookies(headers: "CIMultiDictProxy[str]") -> str:
    """Return what a browser would send back, without what was taken away."""
    pairs = (line.partition(";")[0] for line in headers.getall("Set-Cookie", []))
    return "; ".join(pair for pair in pairs if not pair.endswith("="))
