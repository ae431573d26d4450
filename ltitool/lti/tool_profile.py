"""What the tool says of itself to a platform: when it registers, to Canvas, and to a person."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ltitool.lti import claims
from ltitool.lti.claims import MessageType

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
TITLE = "Kaleidoscope"
ABOUT = "Branching dilemmas with group talk: decide, give reasons, meet those of others."

SCOPES = {
    claims.SCORE_SCOPE: "send scores to the gradebook",
    claims.LINE_ITEM_SCOPE: "make gradebook columns",
    claims.LINE_ITEM_READ_SCOPE: "find gradebook columns",
    claims.RESULT_SCOPE: "read scores back",
    claims.MEMBERS_SCOPE: "read who is in a course",
}
"""What the tool asks every platform for, each with what it does by it."""

OPTIONAL_SCOPES = {claims.GROUPS_SCOPE: "read the groups of a course"}
"""Asked only of platforms that say that they have it."""

CANVAS_SCOPES = {claims.NOTICES_SCOPE: "hear when a course was copied"}
DEEP_LINKING = "LtiDeepLinkingRequest"
PLACEMENTS = ("assignment_selection", "link_selection")
"""Where Canvas offers the tool: for an assignment, and for a module item."""

HISTORIES = {
    "context_history": "$Context.id.history",
    "link_history": "$ResourceLink.id.history",
}
GROUP_IDS = {"moodle": "$Moodle.Person.userGroupIds", "canvas": "$Canvas.group.contextIds"}
PERSON_CLAIMS = ["iss", "sub", "name", "given_name", "family_name"]
"""The e-mail address is not asked for: the tool has no use for it."""


@dataclass(frozen=True)
class ToolAddresses:
    """Where a platform finds the tool."""

    public_url: str
    launch_url: str
    login_url: str
    key_set_url: str

    @property
    def logo_url(self) -> str:
        """The picture that stands beside the tool's name."""
        return f"{self.public_url}/static/mark.svg"

    @property
    def domain(self) -> str:
        """Host and port, as platforms compare them with the addresses of links."""
        return urlsplit(self.public_url).netloc


def scopes_for(family: str) -> dict[str, str]:
    """Return what is asked of this kind of platform, each with what it is for."""
    return SCOPES | (CANVAS_SCOPES if family == "canvas" else {})


def custom_for(family: str) -> dict[str, str]:
    """Return the custom parameters that the tool wants filled in."""
    groups = {"group_ids": GROUP_IDS[family]} if family in GROUP_IDS else {}
    return HISTORIES | groups


def registration_request(
    tool: ToolAddresses, family: str, supported: Collection[str] = ()
) -> dict[str, Any]:
    """Return the body of a dynamic registration (LTI Dynamic Registration 1.0, 3.5).

    `supported` are the scopes that the platform says it has.
    """
    scopes = [*scopes_for(family), *(one for one in OPTIONAL_SCOPES if one in supported)]
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login_url,
        "redirect_uris": [tool.launch_url],
        "client_name": TITLE,
        "jwks_uri": tool.key_set_url,
        "logo_uri": tool.logo_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scopes),
        TOOL_CONFIGURATION: _tool_configuration(tool, family),
    }


def canvas_configuration(tool: ToolAddresses) -> dict[str, Any]:
    """Return the configuration that Canvas takes by address or pasted (`/lti/canvas.json`)."""
    placement = {
        "target_link_uri": tool.launch_url,
        "message_type": DEEP_LINKING,
        "text": TITLE,
        "icon_url": tool.logo_url,
        "enabled": True,
    }
    return {
        "title": TITLE,
        "description": ABOUT,
        "oidc_initiation_url": tool.login_url,
        "target_link_uri": tool.launch_url,
        "redirect_uris": [tool.launch_url],
        "public_jwk_url": tool.key_set_url,
        "scopes": list(scopes_for("canvas")),
        "custom_fields": custom_for("canvas"),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": tool.domain,
                "tool_id": "kaleidoscope",
                "privacy_level": "name_only",
                "settings": {
                    "text": TITLE,
                    "icon_url": tool.logo_url,
                    "placements": [{**placement, "placement": one} for one in PLACEMENTS],
                },
            }
        ],
    }


def _tool_configuration(tool: ToolAddresses, family: str) -> dict[str, Any]:
    deep_linking: dict[str, Any] = {
        "type": DEEP_LINKING,
        "target_link_uri": tool.launch_url,
        "label": TITLE,
    }
    whole: dict[str, Any] = {
        "domain": tool.domain,
        "target_link_uri": tool.launch_url,
        "description": ABOUT,
        "custom_parameters": custom_for(family),
        "claims": PERSON_CLAIMS,
    }
    if family == "canvas":
        # Canvas refuses message types that it does not know.
        deep_linking |= {"placements": list(PLACEMENTS), "icon_uri": tool.logo_url}
        vendor = {
            f"{CANVAS}privacy_level": "name_only",
            f"{CANVAS}tool_id": "kaleidoscope",
            f"{CANVAS}vendor": TITLE,
        }
        return whole | vendor | {"messages": [deep_linking]}
    others = (MessageType.SUBMISSION_REVIEW, MessageType.DATA_PRIVACY)
    messages = [{"type": one.value, "target_link_uri": tool.launch_url} for one in others]
    return whole | {"messages": [deep_linking, *messages]}
