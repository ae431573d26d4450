"""The messages the pretend LMS signs, shaped as its profile's real ones are."""

import json
from typing import Any

from ltitool.demo.course import CONTEXT_ID, COURSE, COURSE_LABEL, DEPLOYMENT_ID, Link, User
from ltitool.demo.lms import Lms

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
BASIC_OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"
SCORE = f"{AGS}scope/score"
RESULT = f"{AGS}scope/result.readonly"
LINE_ITEM = f"{AGS}scope/lineitem"
LINE_ITEM_READ = f"{AGS}scope/lineitem.readonly"
MEMBERS = f"{NRPS}scope/contextmembership.readonly"
SUBSTITUTED = {"$Context.id.history": "", "$Moodle.Person.userGroupIds": ""}
"""Variables whose values are known here: the course is no copy, and nobody is in a group."""

SCOPES = (LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE, MEMBERS)


def launch(lms: Lms, user: User, link: Link, nonce: str) -> dict[str, Any]:
    """Return the claims of a resource link launch."""
    issued = int(lms.now.timestamp())
    claims: dict[str, Any] = {
        "iss": lms.issuer,
        "aud": lms.client_id,
        "sub": user.id,
        "iat": issued,
        "exp": issued + lms.profile.token_seconds,
        "nonce": nonce,
        **names(user),
        "email": user.email,
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": DEPLOYMENT_ID,
        f"{LTI}target_link_uri": lms.launch_url,
        f"{LTI}roles": lms.profile.launch_roles[user.role],
        f"{LTI}context": {
            "id": CONTEXT_ID,
            "label": COURSE_LABEL,
            "title": COURSE,
            "type": [lms.profile.context_type],
        },
        f"{LTI}resource_link": {"id": link.id, "title": link.title, "description": link.about},
        f"{LTI}custom": _custom(lms) | link.custom,
        f"{LTI}launch_presentation": {
            "locale": "en-GB",
            "document_target": "iframe",
            "return_url": f"{lms.base_url}/",
        },
        f"{LTI}tool_platform": {
            "guid": "kaleidoscope-demo",
            "name": "The pretend LMS",
            "product_family_code": lms.profile.name,
            "version": "1",
        },
        f"{AGS}claim/endpoint": _gradebook(lms, link),
        f"{NRPS}claim/namesroleservice": {
            "context_memberships_url": lms.members_url(),
            "service_versions": ["2.0"],
        },
    }
    if lms.profile.name == "moodle":
        _as_moodle(lms, user, link, claims)
    if lms.profile.name == "canvas":
        claims["azp"] = lms.client_id
    return claims


def _custom(lms: Lms) -> dict[str, str]:
    """Return the custom parameters that the tool asked for; unknown variables stay as they are."""
    tool = lms.tools.get(lms.client_id)
    asked = tool.custom if tool is not None else {}
    return {name: SUBSTITUTED.get(value, value) for name, value in asked.items()}


def names(user: User) -> dict[str, str]:
    """Return a person's names; where there is no space, the whole name is the given one."""
    given, _space, family = user.name.partition(" ")
    return {"name": user.name, "given_name": given, "family_name": family}


def _gradebook(lms: Lms, link: Link) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "scope": [LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE],
        "lineitems": f"{lms.api_url}/ags/lineitems?type_id={DEPLOYMENT_ID}",
    }
    return endpoint | ({"lineitem": lms.line_item_url(link.id)} if link.is_graded else {})


def _as_moodle(lms: Lms, user: User, link: Link, claims: dict[str, Any]) -> None:
    claims[f"{LTI}lis"] = {
        "person_sourcedid": f"S-{user.id}",
        "course_section_sourcedid": f"SIS-{COURSE_LABEL}",
    }
    claims[f"{LTI}ext"] = {"user_username": user.username, "lms": "moodle-2"}
    claims[f"{LTI}tool_platform"] |= {"version": "2024100706", "description": "Not a real Moodle"}
    claims[f"{NRPS}claim/namesroleservice"]["service_versions"] = ["1.0", "2.0"]
    custom = claims[f"{LTI}custom"]
    custom |= {name.lower(): value for name, value in link.custom.items()}
    custom["context_memberships_url"] = lms.members_url()
    if link.is_graded:
        result = {"data": {"instanceid": link.id, "userid": user.id, "typeid": DEPLOYMENT_ID}}
        claims[BASIC_OUTCOME] = {
            "lis_result_sourcedid": json.dumps(result),
            "lis_outcome_service_url": f"{lms.api_url}/mod/lti/service.php",
        }
