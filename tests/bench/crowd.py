"""A class that has come as far as the talk: launched over HTTP, brought there by the actions."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import story
from ltitool.actions.reader import Reader, ensure_participant
from ltitool.core.walk import follow
from ltitool.storage.database import Database
from ltitool.storage.queries import story as queries
from ltitool.storage.tables import Activity, Person
from tests.bench import load
from tests.bench.platform import Platform
from tests.bench.tools import Tool

WORDS = (
    "Sam’s account is full of other people, none of whom agreed to be part of this. A clear answer "
    "soon is kinder than silence, and it costs the order in which Lucy reads things."
)


@dataclass
class Seat:
    """One person with the talk open in a browser."""

    path: str
    cookies: str
    token: str = ""
    after: int = 0
    etag: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What this browser sends along."""
        return {"Cookie": self.cookies}


def seat_people(tool: Tool, lms: Platform, number: int) -> list[Seat]:
    """Let so many people enter, and bring them to the talk."""
    seats = asyncio.run(_enter_all(tool, lms, number))
    database = Database(tool.database_url)
    with database.transaction() as session:
        people = session.scalars(select(Person.id).order_by(Person.id)).all()
    for person_id in people:
        with database.transaction() as session:
            _come_to_the_talk(session, person_id)
    database.dispose()
    return seats


async def _enter_all(tool: Tool, lms: Platform, number: int) -> list[Seat]:
    """Let them in one after another: how fast people enter is measured elsewhere."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), timeout=load.TIMEOUT
    ) as client:
        return [await _enter(client, tool, lms, f"person-{sub}") for sub in range(number)]


async def _enter(client: aiohttp.ClientSession, tool: Tool, lms: Platform, sub: str) -> Seat:
    person = load.Person(sub)
    assert await load.log_in(client, tool, lms, person)
    token = lms.token(person.sub, person.nonce, f"{tool.url}/lti/launch")
    async with client.post(
        f"{tool.url}/lti/launch",
        data={"state": person.state, "id_token": token},
        headers={"Cookie": person.cookies},
        allow_redirects=False,
    ) as answer:
        assert answer.status == 303, await answer.text()
        path = "/".join(answer.headers["Location"].split("/")[:3])
        return Seat(path, load.cookies(answer.headers))


def _come_to_the_talk(session: Session, person_id: int) -> None:
    now = datetime.now(UTC)
    activity = session.scalars(select(Activity)).one()
    participant = ensure_participant(session, activity, person_id, is_preview=False, now=now)
    reader = Reader.of(activity, participant)
    while True:
        attempts = queries.attempts_of(session, activity.id, person_id)
        here = follow(reader.scenario, story.path_of(attempts[-1] if attempts else None)).here
        decision = here.scene.decision
        if decision is None or here.taken is not None:
            break
        choice = here.choices[person_id % len(here.choices)]
        story.decide(session, reader, decision.id, story.Answer(choice.id, WORDS), now=now)
        story.lock(session, reader, decision.id, now=now)
        session.expire_all()
    story.read_reasons(session, reader, now=now)
