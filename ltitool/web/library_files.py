"""Taking a story out of the library: as it was stored, or as a copy to work on."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from flask import Response, request
from flask.typing import ResponseReturnValue

from ltitool.actions.stories import scenario_of
from ltitool.storage.tables import Media, ScenarioVersion, StoryOverlay
from ltitool.web.library_room import bp, version_here
from ltitool.web.transaction import db


@bp.get("/<int:entry_id>/<int:version_id>/file")
def file(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Send a version as it was stored, or as a copy to work on."""
    version, _before = version_here(entry_id, version_id)
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
