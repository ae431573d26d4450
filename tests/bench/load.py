"""Launching again and again: each worker begins its next launch when the last has ended."""

import asyncio
import itertools
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import aiohttp
from multidict import CIMultiDictProxy

from tests.bench.platform import CLIENT_ID, Platform
from tests.bench.tools import Tool

PEOPLE = 200
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
    p50_ms: float
    p95_ms: float

    @property
    def per_second(self) -> float:
        """Launches in a second."""
        return (self.launches - self.failures) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the tool's processors for each launch."""
        return 1000 * self.cpu_seconds / self.launches


def measure(tool: Tool, platform: Platform, *, concurrency: int, launches: int) -> Measured:
    """Launch so many times with so many at once."""
    return asyncio.run(_measure(tool, platform, concurrency, launches))


async def _measure(tool: Tool, platform: Platform, concurrency: int, launches: int) -> Measured:
    numbers = iter(range(launches))
    times: list[float] = []
    failures = 0
    people = itertools.cycle(f"person-{i}" for i in range(PEOPLE))
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=TIMEOUT
    ) as client:

        async def work() -> None:
            nonlocal failures
            for _number in numbers:
                began = time.perf_counter()
                is_good = await _launch(client, tool, platform, next(people))
                times.append(time.perf_counter() - began)
                failures += not is_good

        cpu, began = tool.cpu_seconds(), time.perf_counter()
        await asyncio.gather(*(work() for _ in range(concurrency)))
        seconds = time.perf_counter() - began
    ordered = sorted(times)
    return Measured(
        tool.name,
        concurrency,
        launches,
        failures,
        seconds,
        tool.cpu_seconds() - cpu,
        1000 * ordered[len(ordered) // 2],
        1000 * ordered[int(len(ordered) * 0.95)],
    )


async def _launch(client: aiohttp.ClientSession, tool: Tool, platform: Platform, sub: str) -> bool:
    """Do one whole launch: login, launch, and the page it leads to."""
    asked = {
        "iss": platform.url,
        "client_id": CLIENT_ID,
        "login_hint": sub,
        "target_link_uri": f"{tool.url}/lti/launch",
        "lti_message_hint": "1",
    }
    async with client.get(f"{tool.url}/lti/login", params=asked, allow_redirects=False) as answer:
        if answer.status != 302:
            return False
        sent = parse_qs(urlsplit(answer.headers["Location"]).query)
        cookies = _cookies(answer.headers)
    token = platform.token(sub, sent["nonce"][0], f"{tool.url}/lti/launch")
    form = {"state": sent["state"][0], "id_token": token}
    async with client.post(
        f"{tool.url}/lti/launch", data=form, headers={"Cookie": cookies}, allow_redirects=False
    ) as answer:
        page = await answer.text()
        if answer.status == 200:
            return "Person" in page
        if answer.status != 303:
            return False
        location, cookies = answer.headers["Location"], _cookies(answer.headers)
    async with client.get(f"{tool.url}{location}", headers={"Cookie": cookies}) as answer:
        return answer.status == 200 and "Start" in await answer.text()


def _cookies(headers: "CIMultiDictProxy[str]") -> str:
    """Return what a browser would send back, without what was taken away."""
    pairs = (line.partition(";")[0] for line in headers.getall("Set-Cookie", []))
    return "; ".join(pair for pair in pairs if not pair.endswith("="))
