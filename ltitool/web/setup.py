"""Connecting by hand: for each LMS the values to copy into it, and Canvas' own configuration.

Nothing here is private: every value is an address of the tool.
"""

from dataclasses import dataclass

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions.enrolment import tool_addresses
from ltitool.core.errors import NotFound
from ltitool.lti.tool_profile import (
    ABOUT,
    PLACEMENTS,
    TITLE,
    ToolAddresses,
    canvas_configuration,
    custom_for,
    scopes_for,
)

bp = Blueprint("setup", __name__, url_prefix="/lti")

LMS = {
    "moodle": "Moodle",
    "canvas": "Canvas",
    "openedx": "Open edX",
    "other": "Another LMS",
}


@dataclass(frozen=True)
class Value:
    """A value to copy, under the name that the LMS gives to it."""

    label: str
    value: str
    is_long: bool = False


@bp.get("/setup")
def index() -> ResponseReturnValue:
    """Say how an LMS is connected, and lead to the page of each."""
    return render_template("setup/index.html", kinds=LMS)


@bp.get("/setup/<kind>")
def values(kind: str) -> ResponseReturnValue:
    """Show the values for one LMS, each in a field of its own to copy from."""
    if kind not in LMS:
        raise NotFound("There is no such page.")
    return render_template(
        "setup/values.html", kind=kind, lms=LMS[kind], values=_values(kind), scopes=_scopes(kind)
    )


@bp.get("/canvas.json")
def canvas() -> ResponseReturnValue:
    """Give Canvas its configuration, where it asks for one by address."""
    return jsonify(canvas_configuration(_tool()))


def _values(kind: str) -> list[Value]:
    tool = _tool()
    custom = "\n".join(f"{name}={value}" for name, value in custom_for(kind).items())
    match kind:
        case "moodle":
            return [
                Value(_("Tool name"), TITLE),
                Value(_("Tool URL"), tool.launch_url),
                Value(_("Tool description"), ABOUT),
                Value(_("Public keyset"), tool.key_set_url),
                Value(_("Initiate login URL"), tool.login_url),
                Value(_("Redirection URI(s)"), tool.launch_url),
                Value(_("Custom parameters"), custom, is_long=True),
                Value(_("Icon URL"), tool.logo_url),
            ]
        case "canvas":
            return [
                Value(_("JSON URL"), f"{tool.public_url}/lti/canvas.json"),
                Value(_("Redirect URIs"), tool.launch_url),
                Value(_("Target Link URI"), tool.launch_url),
                Value(_("OpenID Connect Initiation Url"), tool.login_url),
                Value(_("JWK Method: Public JWK URL"), tool.key_set_url),
                Value(_("Custom Fields"), custom, is_long=True),
                Value(_("Placements"), ", ".join(PLACEMENTS)),
            ]
        case _:
            return [
                Value(_("Tool URL, target link URI"), tool.launch_url),
                Value(_("Login initiation URL (OIDC)"), tool.login_url),
                Value(_("Redirect URI"), tool.launch_url),
                Value(_("Deep linking URL"), tool.launch_url),
                Value(_("Public key set URL (JWKS)"), tool.key_set_url),
                Value(_("Custom parameters"), custom, is_long=True),
            ]


def _scopes(kind: str) -> dict[str, str]:
    return {scope: _(words) for scope, words in scopes_for(kind).items()}


def _tool() -> ToolAddresses:
    return tool_addresses(current_app.extensions["settings"])
