"""The library of a course: looking for a story, bringing one's own, and what became of each."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import uploads
from ltitool.actions.library import scenario_of
from ltitool.core.errors import NotFound
from ltitool.core.library import Shelf
from ltitool.core.scenario import Scenario
from ltitool.core.story_map import in_words, story_map
from ltitool.core.upload import LARGEST_PACKAGE
from ltitool.core.versions import changes, structural_changes
from ltitool.core.words import clean
from ltitool.storage.queries import library as queries
from ltitool.storage.tables import LibraryEntry, Media, ScenarioVersion, StoryOverlay
from ltitool.web import labels
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import instructors_only
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("library", __name__, url_prefix="/library")

LARGEST_TYPED = 1024 * 1024


@dataclass(frozen=True)
class Listed:
    """A story in the list."""

    version: ScenarioVersion
    scenario: Scenario

    @property
    def languages(self) -> list[str]:
        """Every language it can be read in."""
        return [self.scenario.language, *sorted(self.version.overlays)]

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


@bp.before_app_request
def _take_larger_uploads() -> None:
    """Let a package be larger than what other forms send."""
    if request.endpoint == "visit.teaching.library.add":
        request.max_content_length = LARGEST_PACKAGE
        request.max_form_memory_size = LARGEST_TYPED


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
        codes=sorted({code for one in every for code in one.languages}),
        shelves=list(Shelf),
    )


@bp.get("/add")
def begin() -> ResponseReturnValue:
    """Ask for a file."""
    instructors_only()
    return _upload_page()


@bp.post("/add")
def add() -> ResponseReturnValue:
    """Look at a file, and store it when nothing keeps it out."""
    instructors_only()
    content = _sent() or _typed().encode()
    if not content.strip():
        return _upload_page(is_empty=True), 422
    activity = here().activity
    examined = uploads.examine(db(), activity.context_id, content)
    reasons = {
        code: reason
        for code in examined.asking
        if (reason := clean(request.form.get(f"reason-{code}", ""))[:500])
    }
    if examined.errors or set(examined.asking) - set(reasons) or "check" in request.form:
        return _upload_page(examined, reasons), 200 if "check" in request.form else 422
    version = uploads.publish(
        db(), activity, examined, reasons, actor_id=here().person_id, now=now()
    )
    return redirect(url_for(".story", entry_id=version.entry_id, added=1), 303)


@bp.get("/<int:entry_id>")
def story(entry_id: int) -> ResponseReturnValue:
    """Show one story: what it is about, whose it is, and its versions."""
    entry = _entry(entry_id)
    versions = list(queries.versions_of(db(), entry_id))
    return render_template(
        "library/story.html",
        entry=entry,
        versions=versions,
        newest=versions[0],
        scenario=scenario_of(versions[0]),
        uses=queries.uses_of(db(), entry_id),
        is_own=entry.context_id is not None,
        is_added="added" in request.args,
        form=PlainForm(),
    )


@bp.get("/<int:entry_id>/<int:version_id>/changes")
def changed(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Show what a version says otherwise than the one before it."""
    version, before = _version(entry_id, version_id)
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


@bp.get("/<int:entry_id>/<int:version_id>/map")
def drawn(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Show the map of a story, which tells its endings."""
    version, _before = _version(entry_id, version_id)
    scenario = scenario_of(version)
    return render_template(
        "library/map.html", version=version, scenario=scenario, words=in_words(scenario)
    )


@bp.get("/<int:entry_id>/<int:version_id>/map.svg")
def map_file(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Send the map of a story as a picture."""
    version, _before = _version(entry_id, version_id)
    drawn = story_map(scenario_of(version))
    return Response(
        drawn,
        mimetype="image/svg+xml",
        headers={
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; "
            "frame-ancestors 'none'",
            "Cache-Control": "private, max-age=3600",
        },
    )


@bp.get("/<int:entry_id>/<int:version_id>/file")
def file(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Send a version as it was stored, or as a copy to work on."""
    version, _before = _version(entry_id, version_id)
    is_copy = "copy" in request.args
    source = _as_copy(version) if is_copy else version.source
    name = f"{version.scenario_id}-copy" if is_copy else version.scenario_id
    if not version.media and not version.overlays:
        return _download(source.encode(), f"{name}.yaml", "application/yaml")
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.yaml", source)
        for path, mark in version.media.items():
            archive.writestr(path, db().get_one(Media, mark).content)
        for language, mark in version.overlays.items():
            text = db().get_one(StoryOverlay, mark).source
            if is_copy:
                text = _renamed(text, "scenario", version.scenario_id, name)
            archive.writestr(f"{name}.{language}.yaml", text)
    return _download(packed.getvalue(), f"{name}.zip", "application/zip")


@bp.post("/<int:entry_id>/retire")
def retire(entry_id: int) -> ResponseReturnValue:
    """Offer a story of this course no longer, or again."""
    instructors_only()
    uploads.retire(
        db(),
        here().activity,
        _entry(entry_id),
        is_retired="again" not in request.form,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(url_for(".story", entry_id=entry_id), 303)


@bp.post("/<int:entry_id>/remove")
def remove(entry_id: int) -> ResponseReturnValue:
    """Take a story out that nothing uses."""
    instructors_only()
    entry = _entry(entry_id)
    uploads.remove(db(), here().activity, entry, actor_id=here().person_id, now=now())
    return redirect(url_for(".show"), 303)


def _sent() -> bytes:
    file = request.files.get("file")
    if file is None:
        return b""
    with file.stream as opened:
        return opened.read()


def _typed() -> str:
    return request.form.get("source", "").replace("\r\n", "\n")


def _upload_page(
    examined: uploads.Examined | None = None,
    reasons: dict[str, str] | None = None,
    *,
    is_empty: bool = False,
) -> str:
    upload = examined.upload if examined else None
    is_alone = upload is not None and not upload.media and not upload.overlays
    values: dict[str, Any] = {
        "examined": examined,
        "reasons": reasons or {},
        "is_empty": is_empty,
        "source": upload.source if upload is not None and is_alone else _typed(),
        "must_choose_again": examined is not None and not is_alone,
        "form": PlainForm(),
    }
    return render_template("library/add.html", **values)


def _entry(entry_id: int) -> LibraryEntry:
    found = queries.entry_by_id(db(), here().activity.context_id, entry_id)
    if found is None:
        raise NotFound("There is no such story in the library of this course.")
    return found


def _version(entry_id: int, version_id: int) -> tuple[ScenarioVersion, ScenarioVersion | None]:
    """Return a version of a story that this course sees, and the one before it."""
    _entry(entry_id)
    versions = list(queries.versions_of(db(), entry_id))
    for number, one in enumerate(versions):
        if one.id == version_id:
            return one, versions[number + 1] if number + 1 < len(versions) else None
    raise NotFound("There is no such version of this story.")


def _as_copy(version: ScenarioVersion) -> str:
    """Return the file with an id and a number of its own, and where it comes from; licence kept."""
    scenario = scenario_of(version)
    authors = ", ".join(author.name for author in scenario.authors)
    by = f" by {authors}" if authors else ""
    words = f"Adapted from “{scenario.title}” {scenario.version}{by}, {scenario.licence}."
    words = f"{words} {scenario.provenance or ''}".strip()[:2000].replace('"', "'")
    source = _renamed(version.source, "id", scenario.id, f"{scenario.id}-copy"[:40])
    source = re.sub(r"^version:.*$", 'version: "1.0.0"', source, count=1, flags=re.MULTILINE)
    source = re.sub(r"^provenance:.*\n(?:[ \t]+.*\n|\n(?=[ \t]))*", "", source, flags=re.MULTILINE)
    return re.sub(
        r"^(licence:.*)$",
        lambda m: f'{m[1]}\nprovenance: "{words}"',
        source,
        count=1,
        flags=re.MULTILINE,
    )


def _renamed(source: str, name: str, old: str, new: str) -> str:
    pattern = rf"^{name}:(\s+)[\"']?{re.escape(old)}[\"']?"
    return re.sub(pattern, rf"{name}:\g<1>{new}", source, count=1, flags=re.MULTILINE)


def _download(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)
