"""The administrator's pages of the pretend LMS: tools that register themselves.

It takes a registration as its profile's LMS does, and refuses one in that LMS's words.
"""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.demo.answers import the_lms
from ltitool.demo.course import DEPLOYMENT_ID
from ltitool.demo.door import logged_in
from ltitool.demo.lms import Lms, Tool
from ltitool.demo.messages import scopes_of

bp = Blueprint("administration", __name__)

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CANVAS_PRIVACY = "https://canvas.instructure.com/lti/privacy_level"
PLACEMENTS = {"assignment_selection", "link_selection"}


class NotTaken(Exception):
    """A registration with a fault, in the words of the LMS."""


@dataclass(frozen=True)
class Asked:
    """What a tool says of itself."""

    body: dict[str, Any]
    own: dict[str, Any]


@bp.get("/admin/tools")
def tools() -> ResponseReturnValue:
    """List the tools, and let one more register itself."""
    return render_template("tools.html", me=logged_in(), tools=the_lms().tools.values())


@bp.get("/admin/register")
def register() -> ResponseReturnValue:
    """Open a tool's registration page in a frame, with a one-time token."""
    lms, url = the_lms(), request.args.get("url", "").strip()
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != lms.tool_url:
        return redirect(url_for(".tools", wrong="1"))
    token = secrets.token_urlsafe(24)
    lms.registration_tokens.add(token)
    query = urlencode(
        {
            "openid_configuration": f"{lms.base_url}/openid-configuration",
            "registration_token": token,
        }
    )
    joint = "&" if parts.query else "?"
    return render_template("register.html", me=logged_in(), url=f"{url}{joint}{query}")


@bp.post("/admin/tools/<client_id>")
def change(client_id: str) -> ResponseReturnValue:
    """Activate a tool, and let the course use it."""
    lms = the_lms()
    if client_id in lms.tools:
        lms.tools[client_id].is_active = True
        lms.use_tool(client_id)
    return redirect(url_for(".tools"), 303)


@bp.get("/openid-configuration")
def configuration() -> ResponseReturnValue:
    """Say what the LMS is; as Canvas only to who shows the one-time token."""
    lms = the_lms()
    if lms.profile.name == "canvas" and _shown_token() not in lms.registration_tokens:
        return _refused("401 Unauthorized", 401)
    return {
        "issuer": lms.issuer,
        "authorization_endpoint": f"{lms.base_url}/auth",
        "token_endpoint": f"{lms.api_url}/token",
        "jwks_uri": f"{lms.api_url}/keys",
        "registration_endpoint": f"{lms.base_url}/openid-registration",
        "scopes_supported": list(scopes_of(lms)),
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM_CONFIGURATION: {
            "product_family_code": lms.profile.name,
            "version": "1",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest"},
            ],
        },
    }


@bp.post("/openid-registration")
def take() -> ResponseReturnValue:
    """Take a tool, or refuse it as the profile's LMS would."""
    lms = the_lms()
    token = _shown_token()
    with lms.lock:
        if token not in lms.registration_tokens:
            return _refused("token_already_used", 400)
        try:
            asked = _checked(lms, request.get_json(force=True, silent=True))
        except NotTaken as fault:
            return _refused(str(fault), 400)
        lms.registration_tokens.discard(token)
        tool = _make(lms, asked)
        lms.tools[tool.client_id] = tool
        lms.gradebooks[tool.client_id] = {}
    own = {
        "version": "1.3.0",
        "target_link_uri": asked.own["target_link_uri"],
        "domain": asked.own["domain"],
        "messages": [m for m in asked.own["messages"] if m["type"] == "LtiDeepLinkingRequest"],
        "custom_parameters": asked.own.get("custom_parameters", {}),
        "claims": asked.own.get("claims", []),
    }
    if lms.profile.name != "canvas":  # Canvas tells its deployment in launches only
        own["deployment_id"] = DEPLOYMENT_ID
    answer = {
        **asked.body,
        "client_id": tool.client_id,
        "scope": " ".join(tool.scopes),
        TOOL_CONFIGURATION: own,
    }
    return make_response(answer, 200 if lms.profile.name == "moodle" else 201)


def _make(lms: Lms, asked: Asked) -> Tool:
    return Tool(
        client_id=secrets.token_hex(8),
        name=str(asked.body["client_name"]),
        profile_name=lms.profile.name,
        scopes=[one for one in str(asked.body.get("scope", "")).split() if one in scopes_of(lms)],
        custom={k: str(v) for k, v in asked.own.get("custom_parameters", {}).items()},
    )


def _checked(lms: Lms, body: object) -> Asked:
    if not isinstance(body, dict):
        raise NotTaken("invalid_request")
    own = body.get(TOOL_CONFIGURATION)
    if not isinstance(own, dict):
        raise NotTaken("missing_tool_configuration")
    for name in ("client_name", "jwks_uri", "initiate_login_uri", "redirect_uris"):
        if not body.get(name):
            raise NotTaken(f"missing_{name}")
    if "id_token" not in body.get("response_types", []):
        raise NotTaken("invalid_response_types")
    if body.get("token_endpoint_auth_method") != "private_key_jwt":
        raise NotTaken("invalid_token_endpoint_auth_method")
    if not own.get("domain"):
        raise NotTaken("missing_domain")
    if urlsplit(str(own.get("target_link_uri"))).netloc != own["domain"]:
        raise NotTaken("domain_targetlinkuri_mismatch")
    if lms.profile.name == "canvas":
        _check_as_canvas(own)
    return Asked(body, own)


def _check_as_canvas(own: dict[str, Any]) -> None:
    if own.get(CANVAS_PRIVACY) not in {"public", "name_only", "email_only", "anonymous"}:
        raise NotTaken("privacy_level is not valid")
    for message in own.get("messages", []):
        if message.get("type") not in {"LtiResourceLinkRequest", "LtiDeepLinkingRequest"}:
            raise NotTaken(f"message type {message.get('type')} is not supported")
        if not set(message.get("placements", [])) <= PLACEMENTS:
            raise NotTaken("placement is not supported")


def _shown_token() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _refused(words: str, status: int) -> Response:
    the_lms().refused.append(f"registration: {words}")
    if the_lms().profile.name == "moodle":  # its errors are plain texts
        return make_response(words, status, {"Content-Type": "text/html; charset=utf-8"})
    return make_response({"errors": [{"message": words}]}, status)
