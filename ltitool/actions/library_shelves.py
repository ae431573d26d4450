"""Whole shelves of stories: what comes with the tool, and what a copied course brings along."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions.library import store
from ltitool.actions.library_files import media_beside, overlays_beside, source_text, stories_in
from ltitool.core.library import Shelf
from ltitool.storage.tables import LibraryEntry, ScenarioVersion


def store_folder(session: Session, folder: Path, *, now: datetime) -> list[ScenarioVersion]:
    """Keep every story of a folder with its translations."""
    return [
        store(
            session,
            source_text(path),
            media_beside(path),
            overlays=[source_text(overlay) for overlay in overlays_beside(path)],
            now=now,
        )
        for path in stories_in(folder)
    ]


def on_own_shelf(
    session: Session, version: ScenarioVersion, context_id: int, *, now: datetime
) -> ScenarioVersion:
    """Return a version as this course can choose it: another course's story is put on its shelf.

    Who calls it has made sure that the two courses are of one deployment. Where this course has
    other versions of that story, nothing is put among them; it plays the one that it was given.
    """
    theirs = version.entry
    if theirs.shelf is not Shelf.COURSE or theirs.context_id == context_id:
        return version
    entry = session.scalar(
        select(LibraryEntry).where(
            LibraryEntry.context_id == context_id, LibraryEntry.scenario_id == theirs.scenario_id
        )
    )
    if entry is not None:
        same = (ScenarioVersion.entry_id == entry.id, ScenarioVersion.hash == version.hash)
        return session.scalar(select(ScenarioVersion).where(*same)) or version
    entry = LibraryEntry(scenario_id=theirs.scenario_id, shelf=Shelf.COURSE, context_id=context_id)
    own = ScenarioVersion(
        entry=entry,
        hash=version.hash,
        scenario_id=version.scenario_id,
        version=version.version,
        title=version.title,
        source=version.source,
        media=dict(version.media),
        overlays=dict(version.overlays),
        reasons=dict(version.reasons),
        stored_at=now,
    )
    session.add(own)
    session.flush()  # its id is needed
    return own
