"""Notices: what a platform tells the tool without anybody's launch, checked like a launch.

Canvas says so when a course was copied (`LtiContextCopyNotice`), at an address that the tool has
told it (Platform Notification Service 1.0).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from ltitool.core.errors import LaunchRefused
from ltitool.lti import claims
from ltitool.lti.claim_values import group, word
from ltitool.lti.connector import Connector
from ltitool.lti.id_token import FindKey, check_parties, check_times, read_token
from ltitool.lti.platform import Platform

MOST_NOTICES = 100
MOST_ORIGINS = 50

FindByClient = Callable[[str, str], Platform | None]


@dataclass(frozen=True)
class CourseCopied:
    """A course was made from others."""

    registration_id: int
    deployment_id: str
    nonce: str
    context_id: str
    context_title: str
    origins: tuple[str, ...]


def verify_notice(
    token: str, *, find_platform: FindByClient, find_key: FindKey, now: int
) -> CourseCopied | None:
    """Return what a notice tells; None for kinds that the tool has no use for.

    Raises LaunchRefused naming the check that failed.
    """
    platform = _platform_of(token, find_platform)
    try:
        claim = read_token(token, platform, find_key)
        check_times(claim, now)
        check_parties(claim, platform)
        return _told(claim, platform)
    except LaunchRefused as refusal:
        refusal.registration_id = platform.registration_id
        raise


def subscribe(connector: Connector, notices_url: str, handler: str) -> None:
    """Tell the platform where notices of copied courses go; raises PlatformError."""
    connector.call(
        "PUT",
        notices_url,
        [claims.NOTICES_SCOPE],
        {"Content-Type": "application/json", "Accept": "application/json"},
        json.dumps({"notice_type": claims.CONTEXT_COPY, "handler": handler}),
    )


def _platform_of(token: str, find_platform: FindByClient) -> Platform:
    """Return whose key has to have signed; who it is is only believed after the signature."""
    try:
        unverified: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as broken:
        raise LaunchRefused("TOKEN", "The notice cannot be read.") from broken
    audience = unverified.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    for client_id in audiences[:5]:
        platform = find_platform(word(unverified.get("iss")), word(client_id))
        if platform is not None:
            return platform
    raise LaunchRefused("UNKNOWN-PLATFORM", "The notice is of a platform that is not known.")


def _told(claim: Mapping[str, Any], platform: Platform) -> CourseCopied | None:
    if claim.get(claims.VERSION) != "1.3.0":
        raise LaunchRefused("VERSION", "The notice has another version than LTI 1.3.0.")
    deployment, nonce = word(claim.get(claims.DEPLOYMENT_ID)), word(claim.get("nonce"))
    if not deployment:
        raise LaunchRefused("DEPLOYMENT", "The notice does not name its deployment.")
    nonce = nonce or word(claim.get("jti"))
    if not nonce:
        raise LaunchRefused("NONCE", "The notice has no mark that tells it from a copy of it.")
    if word(group(claim, claims.NOTICE).get("type")) != claims.CONTEXT_COPY:
        return None
    context = group(claim, claims.CONTEXT)
    origins = claim.get(claims.ORIGIN_CONTEXTS)
    named = origins if isinstance(origins, list) else []
    ids = tuple(found for one in named[:MOST_ORIGINS] if (found := word(one)))
    if not word(context.get("id")) or not ids:
        raise LaunchRefused("MESSAGE", "The notice does not say which course was copied.")
    return CourseCopied(
        platform.registration_id,
        deployment,
        nonce,
        word(context["id"]),
        word(context.get("title") or context.get("label")),
        ids,
    )
