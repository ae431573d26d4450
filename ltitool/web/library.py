"""The library of a course: looking for a story, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import updates, uploads
from ltitool.actions.stories import scenario_of
from ltitool.core.errors import NotFound
from ltitool.core.library import Shelf
from ltitool.core.scenario import Scenario
from ltitool.core.versions import changes, structural_changes
from ltitool.core.words import clean
from ltitool.storage.queries import library as queries
from ltitool.storage.queries import story_reports as reports_of
from ltitool.storage.tables import ScenarioVersion
from ltitool.web import labels, library_adding, library_files, library_looking, library_reports
from ltitool.web.forms import PlainForm
from ltitool.web.library_room import bp, entry_here, version_here
from ltitool.web.settings_room import instructors_only
from ltitool.web.telling import languages, named
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

__all__ = ["bp", "library_adding", "library_files", "library_looking", "library_reports"]


@dataclass(frozen=True)
class Listed:
    """A story in the list."""

    version: ScenarioVersion
    scenario: Scenario

    @property
    def languages(self) -> list[str]:
        """Every language it can be read in."""
        return [self.scenario.language, *sorted(self.version.overlays)]

    def told_in(self, names: Mapping[str, str]) -> str:
        """Return its languages by these names."""
        return ", ".join(names[code] for code in self.languages)

    def fits(self, words: str, shelf: str, language: str) -> bool:
        """Whether it is what somebody looks for."""
        said = (self.scenario.title, self.scenario.summary, *self.scenario.keywords)
        text = " ".join((*said, *self.scenario.discipline)).lower()
        return (
            all(word in text for word in words.lower().split())
            and shelf in {"", self.version.entry.shelf.value}
            and (not language or language in self.languages)
        )


@bp.app_context_processor
def _names() -> dict[str, object]:
    return {"shelf_names": labels.SHELVES, "severities": labels.SEVERITIES}


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the stories of this course, of the institution and of the tool."""
    every = [
        Listed(one, scenario_of(one)) for one in queries.listed(db(), here().activity.context_id)
    ]
    words = clean(request.args.get("q", ""))[:100]
    shelf, language = request.args.get("shelf", ""), request.args.get("language", "")
    return render_template(
        "library/list.html",
        every=every,
        found=[one for one in every if one.fits(words, shelf, language)],
        words=words,
        shelf=shelf,
        wanted_language=language,
        languages=named(sorted({code for one in every for code in one.languages})),
        playing=_playing(),
        reports=reports_of.open_in_course(db(), here().activity.context_id),
        shelves=list(Shelf),
    )


def _playing() -> dict[int, ScenarioVersion]:
    """Return what the activity of this visit plays, by the story it is of."""
    playing = here().activity.scenario_version
    if playing is None:
        return {}
    entry = queries.entry_played(db(), here().activity.context_id, playing)
    return {entry.id: playing} if entry is not None else {}


@bp.get("/<int:entry_id>")
def story(entry_id: int) -> ResponseReturnValue:
    """Show one story: what it is about, whose it is, and its versions."""
    entry = entry_here(entry_id)
    versions = list(queries.versions_of(db(), entry_id))
    return render_template(
        "library/story.html",
        entry=entry,
        versions=versions,
        newest=versions[0],
        scenario=scenario_of(versions[0]),
        titles={scene.id: scene.title for scene in scenario_of(versions[0]).scenes},
        languages=named(languages(versions[0])),
        reports=reports_of.told_in_course(db(), here().activity.context_id, entry_id),
        uses=queries.uses_of(db(), entry_id),
        played=queries.played_in_course(db(), here().activity.context_id, entry),
        has_newer=updates.newer_version(db(), here().activity) is not None,
        is_own=entry.context_id is not None,
        is_added="added" in request.args,
        form=PlainForm(),
    )


@bp.get("/<int:entry_id>/<int:version_id>/changes")
def changed(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Show what a version says otherwise than the one before it."""
    version, before = version_here(entry_id, version_id)
    if before is None:
        raise NotFound("This is the first version.")
    old, new = scenario_of(before), scenario_of(version)
    return render_template(
        "library/changes.html",
        version=version,
        before=before,
        scenario=new,
        changes=changes(old, new),
        structural=structural_changes(old, new),
    )


@bp.post("/<int:entry_id>/retire")
def retire(entry_id: int) -> ResponseReturnValue:
    """Offer a story of this course no longer, or again."""
    instructors_only()
    uploads.retire(
        db(),
        here().activity,
        entry_here(entry_id),
        is_retired="again" not in request.form,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(url_for(".story", entry_id=entry_id), 303)


@bp.post("/<int:entry_id>/remove")
def remove(entry_id: int) -> ResponseReturnValue:
    """Take a story out that nothing uses."""
    instructors_only()
    entry = entry_here(entry_id)
    uploads.remove(db(), here().activity, entry, actor_id=here().person_id, now=now())
    return redirect(url_for(".show"), 303)
