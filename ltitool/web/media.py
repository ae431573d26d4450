"""The images and sounds of the story, found by the hash of their bytes."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from ltitool.core.errors import NotFound
from ltitool.storage.tables import Media, ScenarioVersion
from ltitool.web.place import place
from ltitool.web.transaction import db

bp = Blueprint("media", __name__, url_prefix="/media")


@bp.get("/<media_hash>")
def show(media_hash: str) -> ResponseReturnValue:
    """Send one file that the story of this person uses."""
    return file_of(place().version, media_hash)


def file_of(version: ScenarioVersion | None, media_hash: str) -> Response:
    """Return one file that a version uses; raises NotFound for any other."""
    is_known = version is not None and media_hash in version.media.values()
    found = db().get(Media, media_hash) if is_known else None
    if found is None:
        raise NotFound("The story has no such file.")
    return Response(
        found.content,
        mimetype=found.type,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            # An image may hold markup (SVG); opened on its own it runs nothing.
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        },
    )
