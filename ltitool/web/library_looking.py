"""Looking at a story of the library before choosing it: its map, and a walk through it."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from ltitool.actions.stories import scenario_of
from ltitool.core.roles import Role
from ltitool.core.story_map import page_map, ways_of
from ltitool.web import labels
from ltitool.web.library_room import bp, version_here
from ltitool.web.media import file_of
from ltitool.web.staging import stage
from ltitool.web.trial import Around, trial_page
from ltitool.web.visit import here


@bp.get("/<int:entry_id>/<int:version_id>/map")
def drawn(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Show the map of a story, which tells its endings."""
    version, _before = version_here(entry_id, version_id)
    scenario = scenario_of(version)
    return render_template(
        "library/map.html",
        version=version,
        scenario=scenario,
        drawing=Markup(page_map(scenario, _("Map of the story"), labels.SCENES)),
        ways=list(ways_of(scenario)),
    )


@bp.get("/<int:entry_id>/<int:version_id>/try")
def walk(entry_id: int, version_id: int) -> ResponseReturnValue:
    """Walk through a story as a student would; nothing of it is kept."""
    version, _before = version_here(entry_id, version_id)
    media = version.media
    stage(
        lambda src: url_for(
            ".media",
            entry_id=entry_id,
            version_id=version_id,
            media_hash=media.get(src, "missing"),
        )
    )
    around = Around(
        "teaching/_room.html",
        back_url=url_for(".story", entry_id=entry_id),
        choose_url=url_for("visit.teaching.settings.show", _anchor="story")
        if here().role is Role.INSTRUCTOR
        else None,
    )
    return trial_page(version, around, room="library")


@bp.get("/<int:entry_id>/<int:version_id>/media/<media_hash>")
def media(entry_id: int, version_id: int, media_hash: str) -> ResponseReturnValue:
    """Send one file that a story of the library uses."""
    return file_of(version_here(entry_id, version_id)[0], media_hash)
