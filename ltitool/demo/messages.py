"""The messages the pretend LMS signs, shaped as its profile's real ones are."""

from typing import Any

from ltitool.demo.lms import CLIENT_ID, CONTEXT_ID, COURSE, DEPLOYMENT_ID, Link, Lms, User

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
SCORE = f"{AGS}scope/score"
RESULT = f"{AGS}scope/result.readonly"
LINE_ITEM = f"{AGS}scope/lineitem"
LINE_ITEM_READ = f"{AGS}scope/lineitem.readonly"
MEMBERS = f"{NRPS}scope/contextmembership.readonly"
SCOPES = (LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE, MEMBERS)


def launch(lms: Lms, user: User, link: Link, nonce: str) -> dict[str, Any]:
    """Return the claims of a resource link launch."""
    issued = int(lms.now.timestamp())
    given, _space, family = user.name.partition(" ")
    claims: dict[str, Any] = {
        "iss": lms.issuer,
        "aud": CLIENT_ID,
        "sub": user.id,
        "iat": issued,
        "exp": issued + lms.profile.token_seconds,
        "nonce": nonce,
        "name": user.name,
        "given_name": given,
        "family_name": family,
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": DEPLOYMENT_ID,
        f"{LTI}target_link_uri": f"{lms.tool_url}/lti/launch",
        f"{LTI}roles": lms.profile.launch_roles[user.role],
        f"{LTI}context": {"id": CONTEXT_ID, "label": "SWS2", "title": COURSE, "type": [_kind(lms)]},
        f"{LTI}resource_link": {"id": link.id, "title": link.title, "description": link.about},
        f"{LTI}custom": dict(link.custom),
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
        f"{NRPS}claim/namesroleservice": {
            "context_memberships_url": lms.members_url(),
            "service_versions": ["2.0"],
        },
    }
    endpoint: dict[str, Any] = {
        "scope": [LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE],
        "lineitems": f"{lms.api_url}/ags/lineitems?type_id={DEPLOYMENT_ID}",
    }
    if link.is_graded:
        endpoint["lineitem"] = lms.line_item_url(link.id)
    claims[f"{AGS}claim/endpoint"] = endpoint
    return claims


def _kind(lms: Lms) -> str:
    # Moodle sends the short name instead of the URI.
    is_moodle = lms.profile.name == "moodle"
    short = "CourseSection" if is_moodle else "CourseOffering"
    return short if is_moodle else f"http://purl.imsglobal.org/vocab/lis/v2/course#{short}"
