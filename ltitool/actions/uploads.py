"""Stories that instructors bring: looked at as `ltitool scenarios check` does, then kept or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ltitool.actions import audit, library, stories
from ltitool.core.errors import AlreadyDone, BrokenScenario, NotAllowed
from ltitool.core.exchange.imported import draft_of, is_from_elsewhere
from ltitool.core.library import Shelf
from ltitool.core.lint.files import media_findings
from ltitool.core.lint.findings import Finding, Severity
from ltitool.core.lint.linter import lint
from ltitool.core.lint.translation import translation_findings
from ltitool.core.overlay import read_overlay
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import read
from ltitool.core.upload import Upload, unpacked
from ltitool.storage.queries import library as queries
from ltitool.storage.tables import Activity, LibraryEntry, ScenarioVersion, StoryReport

MOST_PATHS = 5_000
"""Beyond that an upload is judged by a sample of its paths, so that a page can wait for it."""


PICTURES_STAY = (
    "The pictures stay in the package, which is a zip: put them into a folder media/ beside the "
    "story, and bring both in a .zip."
)


@dataclass(frozen=True)
class Examined:
    """What an upload is, and everything the rules find in it."""

    upload: Upload | None
    scenario: Scenario | None
    findings: tuple[tuple[str, Finding], ...]
    """Each with the name of the translation it is in, or none for the story."""
    losses: tuple[str, ...] = ()
    """What a story from another tool had that it has no longer, each as a sentence."""

    @property
    def errors(self) -> int:
        """How many findings keep it from being stored."""
        return sum(one.severity is Severity.ERROR for _name, one in self.findings)

    @property
    def asking(self) -> tuple[str, ...]:
        """The codes of the warnings, each of which asks for a reason."""
        codes = (one.code for _name, one in self.findings if one.severity is Severity.WARNING)
        return tuple(dict.fromkeys(codes))


def examine(session: Session, context_id: int, content: bytes) -> Examined:
    """Look at an upload for this course; nothing is stored.

    A file of Twine or H5P becomes the draft of a story, to be finished.
    """
    try:
        upload, losses = _taken(content)
    except BrokenScenario as broken:
        return Examined(None, None, tuple(("", one) for one in broken.findings))
    try:
        scenario = read_scenario(upload.source)
    except BrokenScenario as broken:
        return Examined(upload, None, tuple(("", one) for one in broken.findings), losses)
    root, _problems = read(upload.source)
    earlier = _earlier(session, context_id, scenario)
    found = [("", one) for one in media_findings(scenario, root, upload.media)]
    found += [("", one) for one in lint(scenario, root, earlier=earlier, cap=MOST_PATHS)]
    for name, text in upload.overlays.items():
        found += [(name, one) for one in _overlay_findings(scenario, text)]
    return Examined(upload, scenario, tuple(found), losses)


def publish(
    session: Session,
    activity: Activity,
    examined: Examined,
    reasons: Mapping[str, str],
    *,
    actor_id: int,
    now: datetime,
) -> ScenarioVersion:
    """Store an upload on the shelf of this course; raises BrokenScenario for what was left."""
    if examined.upload is None or examined.errors or set(examined.asking) - set(reasons):
        raise BrokenScenario([one for _name, one in examined.findings])
    version = library.store(
        session,
        examined.upload.source,
        examined.upload.media,
        overlays=list(examined.upload.overlays.values()),
        provenance=library.Provenance(Shelf.COURSE, activity.context_id, actor_id, reasons),
        now=now,
    )
    version.entry.is_retired = False
    _note(session, "story uploaded", activity, version.entry, actor_id, now)
    return version


def retire(
    session: Session,
    activity: Activity,
    entry: LibraryEntry,
    *,
    is_retired: bool,
    actor_id: int,
    now: datetime,
) -> None:
    """Offer a story of this course no longer, or again; activities that use it go on."""
    _require_own(activity, entry)
    if entry.is_retired != is_retired:
        entry.is_retired = is_retired
        words = "story retired" if is_retired else "story offered again"
        _note(session, words, activity, entry, actor_id, now)


def remove(
    session: Session, activity: Activity, entry: LibraryEntry, *, actor_id: int, now: datetime
) -> None:
    """Take a story of this course out for good; raises AlreadyDone when anything uses it."""
    _require_own(activity, entry)
    if queries.uses_of(session, entry.id):
        raise AlreadyDone("An activity uses this story, so it can only be retired.")
    _note(session, "story removed", activity, entry, actor_id, now)
    versions = select(ScenarioVersion.id).where(ScenarioVersion.entry_id == entry.id)
    session.execute(delete(StoryReport).where(StoryReport.version_id.in_(versions)))
    session.execute(delete(ScenarioVersion).where(ScenarioVersion.entry_id == entry.id))
    session.delete(entry)


def _taken(content: bytes) -> tuple[Upload, tuple[str, ...]]:
    """Return the parts of an upload, and what was lost where it comes from another tool."""
    if not is_from_elsewhere(content):
        return unpacked(content), ()
    draft = draft_of("", content)
    return Upload(draft.source), (*draft.losses, *([PICTURES_STAY] if draft.media else []))


def _require_own(activity: Activity, entry: LibraryEntry) -> None:
    if entry.context_id != activity.context_id:
        raise NotAllowed("Only stories of this course can be changed here.")


def _earlier(session: Session, context_id: int, scenario: Scenario) -> Scenario | None:
    """Return what this course has under the same number, for the rule about changed structures."""
    to = library.Provenance(Shelf.COURSE, context_id)
    entry = library.entry_of(session, scenario.id, to)
    before = library.same_number(session, entry, scenario.version) if entry else None
    return stories.scenario_of(before) if before else None


def _overlay_findings(scenario: Scenario, text: str) -> tuple[Finding, ...]:
    try:
        return translation_findings(scenario, read_overlay(text), read(text)[0])
    except BrokenScenario as broken:
        return broken.findings


def _note(
    session: Session,
    words: str,
    activity: Activity,
    entry: LibraryEntry,
    actor_id: int,
    now: datetime,
) -> None:
    details = {"story": entry.scenario_id, "entry": entry.id}
    audit.note(session, words, activity=activity, actor_id=actor_id, details=details, now=now)
