"""Verifying an id_token: its signature, its times, who made it and for whom."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

import jwt
from jwt.types import Options

from ltitool.core.errors import LaunchRefused, PlatformError
from ltitool.lti.platform import Platform

LEEWAY = 60
OLDEST = 3600
"""Seconds since the token was signed."""

LARGEST_TOKEN = 100_000
DIFFERENT = "The LMS sent something that does not fit the login it answers."

FindKey = Callable[[Platform, str], jwt.PyJWK | None]


def read_token(token: str, platform: Platform, find_key: FindKey) -> dict[str, Any]:
    """Return the claims that the platform has signed; raises LaunchRefused."""
    if not token or len(token) > LARGEST_TOKEN:
        raise LaunchRefused("TOKEN", "The LMS sent no usable proof of who you are (id_token).")
    try:
        head = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as broken:
        raise LaunchRefused("TOKEN", "The proof the LMS sent cannot be read.") from broken
    if head.get("alg") != "RS256":
        raise LaunchRefused("ALGORITHM", "The LMS signs in a way that this tool does not accept.")
    kid = head.get("kid")
    if not isinstance(kid, str) or not kid:
        raise LaunchRefused("KEY-ID", "The LMS did not say which key it signed with.")
    try:
        key = find_key(platform, kid)
    except PlatformError as unreachable:
        raise LaunchRefused(
            "KEY-SET", "The keys of the LMS could not be fetched. Try again in a minute."
        ) from unreachable
    if key is None:
        raise LaunchRefused("KEY-UNKNOWN", "The LMS signed with a key that it does not publish.")
    return _verified(token, key)


def _verified(token: str, key: jwt.PyJWK) -> dict[str, Any]:
    # Times and parties are checked below, with words of their own for each.
    options: Options = {
        "verify_aud": False,
        "verify_iss": False,
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
        "verify_sub": False,
        "verify_jti": False,
    }
    try:
        claim: dict[str, Any] = jwt.decode(token, key, ["RS256"], options=options)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as forged:
        raise LaunchRefused("SIGNATURE", "The signature of the LMS is not valid.") from forged
    return claim


def check_times(claim: Mapping[str, Any], now: int) -> None:
    """Raise LaunchRefused unless the token is of now."""
    expires, issued = _time(claim, "exp"), _time(claim, "iat")
    if expires + LEEWAY < now:
        raise LaunchRefused("EXPIRED", "This launch has expired. Open the activity again.")
    if issued > now + LEEWAY:
        raise LaunchRefused("CLOCK", "The clocks of the LMS and of this tool differ too much.")
    if issued < now - OLDEST:
        raise LaunchRefused("OLD", "This launch is too old. Open the activity again.")


def check_parties(claim: Mapping[str, Any], platform: Platform) -> None:
    """Raise LaunchRefused unless the token is from this platform, and for this tool."""
    if claim.get("iss") != platform.issuer:
        raise LaunchRefused("ISSUER", DIFFERENT)
    audience = claim.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if platform.client_id not in audiences:
        raise LaunchRefused("AUDIENCE", "This launch was made for another tool.")
    # OpenID Connect Core 3.1.3.7: with several audiences the authorised party must be named.
    party = claim.get("azp")
    if party is None and len(audiences) > 1:
        raise LaunchRefused("PARTY", "This launch names several tools and not which one is meant.")
    if party is not None and party != platform.client_id:
        raise LaunchRefused("PARTY", "This launch was made for another tool.")


def _time(claim: Mapping[str, Any], name: str) -> float:
    value = claim.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise LaunchRefused("TIMES", "The LMS did not say when its proof was made and ends.")
    return value
