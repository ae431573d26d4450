"""The messages the pretend LMS signs, shaped as its profile's real ones are."""

import json
from typing import Any

from ltitool.demo.course import DEPLOYMENT_ID, Course, Link, User
from ltitool.demo.lms import Lms

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
BASIC_OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"
SCORE = f"{AGS}scope/score"
RESULT = f"{AGS}scope/result.readonly"
LINE_ITEM = f"{AGS}scope/lineitem"
LINE_ITEM_READ = f"{AGS}scope/lineitem.readonly"
MEMBERS = f"{NRPS}scope/contextmembership.readonly"
GS = "https://purl.imsglobal.org/spec/lti-gs/"
GROUPS = f"{GS}scope/contextgroup.readonly"
SUBSTITUTED = {"$Moodle.Person.userGroupIds": ""}
"""Variables that have the same value for everybody: nobody is in a group."""

SCOPES = (LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE, MEMBERS)


def scopes_of(lms: Lms) -> tuple[str, ...]:
    """Return what the LMS can let a tool do, as it behaves now."""
    return (*SCOPES, GROUPS) if lms.profile.has_groups_service else SCOPES


def launch(lms: Lms, user: User, link: Link, nonce: str) -> dict[str, Any]:
    """Return the claims of a resource link launch."""
    course = lms.courses[link.course_id]
    claims = _of_every_kind(lms, user, course, nonce) | {
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}resource_link": {"id": link.id, "title": link.title, "description": link.about},
        f"{LTI}custom": _substituted(lms, course, link),
        f"{AGS}claim/endpoint": _gradebook(lms, link),
    }
    if lms.profile.name == "moodle":
        _add_result(lms, user, link, claims)
    return claims


def placing(lms: Lms, user: User, course: Course, nonce: str) -> dict[str, Any]:
    """Return the claims of a deep linking request: the tool is to choose for this course."""
    return _of_every_kind(lms, user, course, nonce) | {
        f"{LTI}message_type": "LtiDeepLinkingRequest",
        f"{DEEP_LINKING}deep_linking_settings": {
            "deep_link_return_url": f"{lms.base_url}/place/{course.id}/return",
            "accept_types": ["ltiResourceLink"],
            "accept_multiple": True,
            "auto_create": False,
            **lms.profile.deep_linking,
        },
        f"{AGS}claim/endpoint": _gradebook(lms, None),
    }


def _of_every_kind(lms: Lms, user: User, course: Course, nonce: str) -> dict[str, Any]:
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
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": DEPLOYMENT_ID,
        f"{LTI}target_link_uri": lms.launch_url,
        f"{LTI}roles": lms.profile.launch_roles[user.role],
        f"{LTI}context": {
            "id": course.id,
            "label": course.label,
            "title": course.title,
            "type": [lms.profile.context_type],
        },
        f"{LTI}launch_presentation": {
            "locale": "en-GB",
            "document_target": "iframe",
            "return_url": f"{lms.base_url}/?course={course.id}",
        },
        f"{LTI}tool_platform": {
            "guid": "kaleidoscope-demo",
            "name": "The pretend LMS",
            "product_family_code": lms.profile.name,
            "version": "1",
        },
        f"{NRPS}claim/namesroleservice": {
            "context_memberships_url": lms.members_url(),
            "service_versions": ["2.0"],
        },
    }
    if lms.profile.has_groups_service:
        claims[f"{GS}claim/groupsservice"] = {
            "scope": [GROUPS],
            "context_groups_url": f"{lms.api_url}/groups",
            "context_group_sets_url": f"{lms.api_url}/groups/sets",
            "service_versions": ["1.0"],
        }
    if lms.profile.name == "moodle":
        _as_moodle(user, course, claims)
    if lms.profile.name == "canvas":
        claims["azp"] = lms.client_id
    return claims


def _substituted(lms: Lms, course: Course, link: Link) -> dict[str, str]:
    """Return the custom parameters of the tool and the link; unknown variables stay as they are."""
    tool = lms.tools.get(lms.client_id)
    asked = dict(tool.custom) if tool is not None else {}
    known = {**SUBSTITUTED, "$Context.id.history": ",".join(course.history)}
    if lms.profile.knows_link_history:
        known["$ResourceLink.id.history"] = ",".join(link.history)
    custom = {name: known.get(value, value) for name, value in {**asked, **link.custom}.items()}
    if lms.profile.name == "moodle":
        custom |= {name.lower(): value for name, value in custom.items()}
        custom["context_memberships_url"] = lms.members_url()
    return custom


def names(user: User) -> dict[str, str]:
    """Return a person's names; where there is no space, the whole name is the given one."""
    given, _space, family = user.name.partition(" ")
    return {"name": user.name, "given_name": given, "family_name": family}


def _gradebook(lms: Lms, link: Link | None) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "scope": [LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE],
        "lineitems": f"{lms.api_url}/ags/lineitems?type_id={DEPLOYMENT_ID}",
    }
    if link is None:
        return endpoint
    return endpoint | ({"lineitem": lms.line_item_url(link.id)} if link.is_graded else {})


def _as_moodle(user: User, course: Course, claims: dict[str, Any]) -> None:
    claims[f"{LTI}lis"] = {
        "person_sourcedid": f"S-{user.id}",
        "course_section_sourcedid": f"SIS-{course.label}",
    }
    claims[f"{LTI}ext"] = {"user_username": user.username, "lms": "moodle-2"}
    claims[f"{LTI}tool_platform"] |= {"version": "2024100706", "description": "Not a real Moodle"}
    claims[f"{NRPS}claim/namesroleservice"]["service_versions"] = ["1.0", "2.0"]


def _add_result(lms: Lms, user: User, link: Link, claims: dict[str, Any]) -> None:
    if link.is_graded:
        result = {"data": {"instanceid": link.id, "userid": user.id, "typeid": DEPLOYMENT_ID}}
        claims[BASIC_OUTCOME] = {
            "lis_result_sourcedid": json.dumps(result),
            "lis_outcome_service_url": f"{lms.api_url}/mod/lti/service.php",
        }
