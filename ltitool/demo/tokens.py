"""The token service of the pretend LMS, and its key set. It checks all of an assertion.

Moodle checks less (neither `aud` nor `jti`); a tool that passes here passes there.
"""

import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
import requests
from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from ltitool.demo.answers import JSON, the_lms
from ltitool.demo.grades import Token
from ltitool.demo.lms import Lms
from ltitool.demo.messages import scopes_of

bp = Blueprint("tokens", __name__)

TOKEN_LASTS = timedelta(hours=1)
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASKED = ("application/x-www-form-urlencoded", "client_credentials", ASSERTION_TYPE)
KEY_SET_TIMEOUT = 5
HTML = "text/html; charset=utf-8"


class Fault(StrEnum):
    """What can be wrong with a request for a token."""

    REQUEST = "not a form-encoded client_credentials request"
    UNREADABLE = "the assertion is no signed token, or its signature is wrong"
    INCOMPLETE = "exp, iat, iss, sub, aud or jti is missing"
    NO_KID = "kid must be provided in JWT header"
    NO_KEY_SET = "the tool's key set cannot be read"
    UNKNOWN_KID = "the kid is in no key of the tool's key set"
    CLIENT = "iss and sub must be a known client id"
    AUDIENCE = "aud must be the token URL"
    EXPIRED = "the assertion has ended"
    EARLY = "the assertion comes from the future"
    USED = "this assertion was used before"
    SCOPE = "no scope that is known"


class AssertionRefused(Exception):
    """An assertion with a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@bp.get("/keys")
def keys() -> ResponseReturnValue:
    """Publish the key set."""
    return the_lms().key_set()


@bp.post("/token")
def token() -> ResponseReturnValue:
    """Give a bearer token for a signed assertion (RFC 7523), if every part of it is right."""
    lms, form = the_lms(), request.form
    if (request.mimetype, form.get("grant_type"), form.get("client_assertion_type")) != ASKED:
        return _refused(lms, Fault.REQUEST)
    granted = [scope for scope in form.get("scope", "").split() if scope in scopes_of(lms)]
    try:
        claims = _checked(lms, form.get("client_assertion", ""))
    except AssertionRefused as refusal:
        return _refused(lms, refusal.fault)
    tool = lms.tools.get(claims["iss"])
    if tool is not None:  # one that has registered itself gets what it was granted then
        granted = [scope for scope in granted if scope in tool.scopes]
    if not granted:
        return _refused(lms, Fault.SCOPE)
    made = secrets.token_urlsafe(24)
    with lms.lock:
        lms.tokens[made] = Token(claims["iss"], frozenset(granted), lms.now + TOKEN_LASTS)
    answer = make_response(
        {
            "access_token": made,
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LASTS.total_seconds()),
            "scope": " ".join(granted),
        }
    )
    answer.headers["Content-Type"] = _media_type(lms)
    return answer


def _checked(lms: Lms, assertion: str) -> dict[str, Any]:
    """Return the claims of an assertion that is right in every part, and spend it."""
    claims = _verified(lms, assertion)
    if claims["iss"] not in lms.clients or claims["sub"] != claims["iss"]:
        raise AssertionRefused(Fault.CLIENT)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if f"{lms.api_url}/token" not in audience:
        raise AssertionRefused(Fault.AUDIENCE)
    _check_times(lms, claims)
    with lms.lock:
        if claims["jti"] in lms.seen_assertions:
            raise AssertionRefused(Fault.USED)
        lms.seen_assertions.add(claims["jti"])
    return claims


def _verified(lms: Lms, assertion: str) -> dict[str, Any]:
    try:
        kid = jwt.get_unverified_header(assertion).get("kid")
        if not kid:
            raise AssertionRefused(Fault.NO_KID)
        unchecked = {f"verify_{name}": False for name in ("aud", "exp", "iat", "nbf")}
        options: Any = {"require": ["exp", "iat", "iss", "sub", "aud", "jti"], **unchecked}
        found: dict[str, Any] = jwt.decode(
            assertion, tool_key(lms, kid), ["RS256"], options=options
        )
    except jwt.MissingRequiredClaimError as missing:
        raise AssertionRefused(Fault.INCOMPLETE) from missing
    except jwt.PyJWTError as wrong:
        raise AssertionRefused(Fault.UNREADABLE) from wrong
    return found


def tool_key(lms: Lms, kid: str) -> jwt.PyJWK:
    """Return a key that the tool publishes now; raises AssertionRefused."""
    try:
        answer = requests.get(f"{lms.tool_api_url}/lti/keys", timeout=KEY_SET_TIMEOUT)
        known: list[dict[str, Any]] = answer.json()["keys"]
    except (requests.RequestException, LookupError, TypeError) as failure:
        raise AssertionRefused(Fault.NO_KEY_SET) from failure
    key = next((key for key in known if key.get("kid") == kid), None)
    if key is None:
        raise AssertionRefused(Fault.UNKNOWN_KID)
    return jwt.PyJWK(key, algorithm="RS256")


def _check_times(lms: Lms, claims: dict[str, Any]) -> None:
    """Check by the clock of the LMS; as in Moodle, `iat` counts only where there is no `nbf`."""
    present, leeway = lms.now.timestamp(), lms.profile.leeway_seconds
    if claims["exp"] <= present - leeway:
        raise AssertionRefused(Fault.EXPIRED)
    if claims.get("nbf", claims["iat"]) > present + leeway:
        raise AssertionRefused(Fault.EARLY)


def _refused(lms: Lms, fault: Fault) -> Response:
    lms.refused.append(f"token: {fault}")
    if lms.profile.name == "moodle":
        return _refused_by_moodle(lms, fault)
    codes = {Fault.REQUEST: "invalid_request", Fault.SCOPE: "invalid_scope"}
    body = {"error": codes.get(fault, "invalid_client"), "error_description": fault.value}
    return make_response(body, 400)


def _refused_by_moodle(lms: Lms, fault: Fault) -> Response:
    """Answer as Moodle does: JSON that calls itself HTML, sometimes broken, once a whole page."""
    if fault is Fault.NO_KEY_SET:
        page = "<!DOCTYPE html>\n<html><head><title>Error</title></head><body></body></html>"
        return make_response(page, 404)
    second = datetime.fromtimestamp(int(lms.now.timestamp()), UTC).strftime("%Y-%m-%dT%H:%M:%S%z")
    words = {
        Fault.REQUEST: "invalid_request",
        Fault.SCOPE: "invalid_scope",
        Fault.NO_KID: "error/Error: kid must be provided in JWT header.",
        Fault.UNKNOWN_KID: '"kid" invalid, unable to lookup correct key',
        Fault.EXPIRED: "Expired token",
        Fault.EARLY: f"Cannot handle token with iat prior to {second}",
        Fault.UNREADABLE: "Signature verification failed",
    }.get(fault, "invalid_client")
    body = f'{{\n  "error" : "{words}"\n}}'  # the quotes inside are not escaped there either
    return make_response(body, 400, {"Content-Type": HTML})


def _media_type(lms: Lms) -> str:
    return HTML if lms.profile.name == "moodle" else JSON
