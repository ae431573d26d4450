"""Keeping scenarios: each version whole, with its media, found by the hash of its source."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ltitool.actions.library_files import media_beside, source_text, stories_in
from ltitool.core.errors import BrokenScenario, NotFound
from ltitool.core.lint.findings import Finding, Severity
from ltitool.core.media import media_problem, media_type
from ltitool.core.scenario import Image, Scenario, Timed
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import text_of
from ltitool.storage.tables import Media, ScenarioVersion

MOST_PARSED = 64
_PARSED: dict[str, Scenario] = {}
"""Stories by the hash of their file, as this process has read them."""


def store(
    session: Session, source: str, media: Mapping[str, bytes], *, now: datetime
) -> ScenarioVersion:
    """Return the kept version of this source, stored when it is new.

    Raises BrokenScenario with every problem; then nothing is kept.
    """
    scenario = read_checked(source, media)
    source_hash = sha256(source.encode()).hexdigest()
    found = _by_hash(session, source_hash)
    if found is not None:
        return found
    try:
        with session.begin_nested():  # another process may store the same one meanwhile
            return _store_new(session, scenario, source, media, now=now)
    except IntegrityError:
        found = _by_hash(session, source_hash)
        if found is None:
            raise
        return found


def _by_hash(session: Session, source_hash: str) -> ScenarioVersion | None:
    return session.scalar(select(ScenarioVersion).where(ScenarioVersion.hash == source_hash))


def _store_new(
    session: Session,
    scenario: Scenario,
    source: str,
    media: Mapping[str, bytes],
    *,
    now: datetime,
) -> ScenarioVersion:
    names = {name: _store_media(session, name, media[name]) for name in media_names(scenario)}
    version = ScenarioVersion(
        hash=sha256(source.encode()).hexdigest(),
        scenario_id=scenario.id,
        version=scenario.version,
        title=scenario.title,
        source=source,
        media=names,
        stored_at=now,
    )
    session.add(version)
    session.flush()  # its id is needed
    return version


def store_folder(session: Session, folder: Path, *, now: datetime) -> list[ScenarioVersion]:
    """Keep every scenario file of a folder."""
    return [
        store(session, source_text(path), media_beside(path), now=now)
        for path in stories_in(folder)
    ]


def read_checked(source: str | bytes, media: Mapping[str, bytes]) -> Scenario:
    """Return a scenario whose media are all there and safe; raises BrokenScenario."""
    scenario = read_scenario(source)
    lines = text_of(source).splitlines()
    problems = []
    for name in media_names(scenario):
        line = next((i for i, text in enumerate(lines, start=1) if name in text), 1)
        problem = f"the file “{name}” is missing."
        if name in media:
            problem = media_problem(name, media[name])
        if problem:
            problems.append(Finding("A03", Severity.ERROR, line, "", problem))
    if problems:
        raise BrokenScenario(problems)
    return scenario


def media_names(scenario: Scenario) -> list[str]:
    """Return the names of all files a scenario uses, each once."""
    return sorted(set(_files(scenario)))


def scenario_of(version: ScenarioVersion) -> Scenario:
    """Return the scenario of a kept version; each is read once in a process."""
    found = _PARSED.get(version.hash)
    if found is None:
        # Asked for only here: a page that finds its story parsed does not fetch the file again.
        found = _PARSED[version.hash] = read_scenario(version.source)
        while len(_PARSED) > MOST_PARSED:
            del _PARSED[next(iter(_PARSED))]
    return found


def latest_versions(session: Session) -> Sequence[ScenarioVersion]:
    """Return the newest version of every scenario, by title."""
    newest = select(func.max(ScenarioVersion.id)).group_by(ScenarioVersion.scenario_id)
    return session.scalars(
        select(ScenarioVersion)
        .where(ScenarioVersion.id.in_(newest))
        .order_by(ScenarioVersion.title)
    ).all()


def by_scenario_id(session: Session, scenario_id: str) -> ScenarioVersion:
    """Return the newest version of one scenario; raises NotFound."""
    found = session.scalar(
        select(ScenarioVersion)
        .where(ScenarioVersion.scenario_id == scenario_id)
        .order_by(ScenarioVersion.id.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(f"There is no story “{scenario_id}”.")
    return found


def _store_media(session: Session, name: str, content: bytes) -> str:
    content_hash = sha256(content).hexdigest()
    if session.get(Media, content_hash) is None:
        kind = media_type(name)
        assert kind is not None  # read_checked has refused all others
        session.add(Media(hash=content_hash, type=kind, content=content))
    return content_hash


def _files(value: object) -> list[str]:
    if isinstance(value, Image):
        return [value.src]
    if isinstance(value, Timed):
        return [value.src, *([value.captions] if value.captions else [])]
    if isinstance(value, BaseModel):
        return [
            name for field in type(value).model_fields for name in _files(getattr(value, field))
        ]
    if isinstance(value, tuple):
        return [name for part in value for name in _files(part)]
    return []
