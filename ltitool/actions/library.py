"""Keeping stories: each version whole, with its media and translations, in its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ltitool.actions.stories import scenario_of
from ltitool.core.errors import BrokenScenario, NotFound
from ltitool.core.library import Shelf
from ltitool.core.lint.files import media_findings, media_names
from ltitool.core.lint.findings import Finding, Severity
from ltitool.core.lint.translation import translation_findings
from ltitool.core.media import media_type
from ltitool.core.overlay import read_overlay
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import read
from ltitool.core.versions import structure_hash
from ltitool.storage.queries import library as queries
from ltitool.storage.tables import LibraryEntry, Media, ScenarioVersion, StoryOverlay


@dataclass(frozen=True)
class Package:
    """A story with what lies beside it."""

    source: str
    media: Mapping[str, bytes] = field(default_factory=dict)
    overlays: Sequence[str] = ()
    """The files of its translations."""


@dataclass(frozen=True)
class Provenance:
    """Where a story is put, and who does it."""

    shelf: Shelf = Shelf.SHIPPED
    context_id: int | None = None
    added_by_id: int | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


def store(
    session: Session,
    source: str,
    media: Mapping[str, bytes],
    *,
    now: datetime,
    overlays: Sequence[str] = (),
    provenance: Provenance | None = None,
) -> ScenarioVersion:
    """Return the kept version of this story, stored when it is new.

    Raises BrokenScenario with every problem; then nothing is kept.
    """
    package, to = Package(source, media, overlays), provenance or Provenance()
    scenario = checked(package)
    try:
        with session.begin_nested():  # another process may store the same one meanwhile
            return _stored(session, scenario, package, to, now=now)
    except IntegrityError:
        return _stored(session, scenario, package, to, now=now)


def checked(package: Package) -> Scenario:
    """Return the story of a package whose media and translations fit; raises BrokenScenario."""
    scenario = read_checked(package.source, package.media)
    found = [
        one
        for overlay in package.overlays
        for one in translation_findings(scenario, read_overlay(overlay), read(overlay)[0])
        if one.severity is Severity.ERROR
    ]
    if found:
        raise BrokenScenario(found)
    return scenario


def _stored(
    session: Session, scenario: Scenario, package: Package, to: Provenance, *, now: datetime
) -> ScenarioVersion:
    entry = entry_of(session, scenario.id, to) or _new_entry(session, scenario.id, to)
    _require_new_number(session, entry, scenario)
    media = {
        name: _store_media(session, name, package.media[name]) for name in media_names(scenario)
    }
    translations = _store_overlays(session, package.overlays)
    mark = package_hash(package.source, media)
    found = session.scalar(
        select(ScenarioVersion).where(
            ScenarioVersion.entry_id == entry.id, ScenarioVersion.hash == mark
        )
    )
    if found is not None:
        found.overlays = {**found.overlays, **translations}
        return found
    before = newest_of(session, entry)
    version = ScenarioVersion(
        entry_id=entry.id,
        entry=entry,
        hash=mark,
        scenario_id=scenario.id,
        version=scenario.version,
        title=scenario.title,
        source=package.source,
        media=media,
        # A translation goes on with its story; what no longer fits is reported as changed.
        overlays={**(before.overlays if before else {}), **translations},
        reasons=dict(to.reasons),
        added_by_id=to.added_by_id,
        stored_at=now,
    )
    session.add(version)
    session.flush()  # its id is needed
    return version


def package_hash(source: str, media: Mapping[str, str]) -> str:
    """Return the mark of a file and its media, these by their names and hashes."""
    beside = "".join(f"\n{name} {mark}" for name, mark in sorted(media.items()))
    return sha256(f"{source}{beside}".encode()).hexdigest()


def entry_of(session: Session, scenario_id: str, to: Provenance) -> LibraryEntry | None:
    """Return where this story stands on a shelf already."""
    return session.scalar(
        select(LibraryEntry).where(
            LibraryEntry.scenario_id == scenario_id,
            LibraryEntry.shelf == to.shelf,
            LibraryEntry.context_id == to.context_id,
        )
    )


def newest_of(session: Session, entry: LibraryEntry) -> ScenarioVersion | None:
    """Return the version of a story that was stored last."""
    return session.scalar(
        select(ScenarioVersion)
        .where(ScenarioVersion.entry_id == entry.id)
        .order_by(ScenarioVersion.id.desc())
        .limit(1)
    )


def same_number(session: Session, entry: LibraryEntry, version: str) -> ScenarioVersion | None:
    """Return the version that has this number already."""
    return session.scalar(
        select(ScenarioVersion)
        .where(ScenarioVersion.entry_id == entry.id, ScenarioVersion.version == version)
        .order_by(ScenarioVersion.id.desc())
        .limit(1)
    )


def _new_entry(session: Session, scenario_id: str, to: Provenance) -> LibraryEntry:
    entry = LibraryEntry(scenario_id=scenario_id, shelf=to.shelf, context_id=to.context_id)
    session.add(entry)
    session.flush()  # its id is needed
    return entry


def _require_new_number(session: Session, entry: LibraryEntry, scenario: Scenario) -> None:
    before = same_number(session, entry, scenario.version)
    if before is None or structure_hash(scenario_of(before)) == structure_hash(scenario):
        return
    words = f"the structure is no longer that of {before.version}: give it a new version."
    raise BrokenScenario([Finding("S03", Severity.ERROR, 0, "version", words)])


def read_checked(source: str | bytes, media: Mapping[str, bytes]) -> Scenario:
    """Return a scenario whose media are all there and safe; raises BrokenScenario."""
    scenario = read_scenario(source)
    if problems := media_findings(scenario, read(source)[0], media):
        raise BrokenScenario(problems)
    return scenario


def by_scenario_id(
    session: Session, scenario_id: str, context_id: int | None = None
) -> ScenarioVersion:
    """Return the newest version of a story that a course can choose; raises NotFound."""
    found = queries.by_scenario_id(session, scenario_id, context_id)
    if found is None:
        raise NotFound(f"There is no story “{scenario_id}”.")
    return found


def _store_overlays(session: Session, overlays: Sequence[str]) -> dict[str, str]:
    marks = {}
    for source in overlays:
        mark = sha256(source.encode()).hexdigest()
        language = read_overlay(source).language
        if session.get(StoryOverlay, mark) is None:
            session.add(StoryOverlay(hash=mark, language=language, source=source))
        marks[language] = mark
    return marks


def _store_media(session: Session, name: str, content: bytes) -> str:
    content_hash = sha256(content).hexdigest()
    if session.get(Media, content_hash) is None:
        kind = media_type(name)
        assert kind is not None  # read_checked has refused all others
        session.add(Media(hash=content_hash, type=kind, content=content))
    return content_hash
