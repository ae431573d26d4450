"""The room of a course's library: its pages, and which of its stories a visit may see."""

from flask import Blueprint

from ltitool.core.errors import NotFound
from ltitool.storage.queries import library as queries
from ltitool.storage.tables import LibraryEntry, ScenarioVersion
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("library", __name__, url_prefix="/library")


def entry_here(entry_id: int) -> LibraryEntry:
    """Return a story that this course sees; raises NotFound."""
    found = queries.entry_by_id(db(), here().activity.context_id, entry_id)
    if found is None:
        raise NotFound("There is no such story in the library of this course.")
    return found


def version_here(entry_id: int, version_id: int) -> tuple[ScenarioVersion, ScenarioVersion | None]:
    """Return a version of a story that this course sees, and the one before it."""
    entry_here(entry_id)
    versions = list(queries.versions_of(db(), entry_id))
    for number, one in enumerate(versions):
        if one.id == version_id:
            return one, versions[number + 1] if number + 1 < len(versions) else None
    raise NotFound("There is no such version of this story.")
