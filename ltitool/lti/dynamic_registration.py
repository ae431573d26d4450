"""Dynamic registration: reading what a platform says of itself, and asking it to take the tool.

Both requests carry the platform's one-time token. Nothing that comes back is believed before its
host has been compared with that of the issuer (LTI Dynamic Registration 1.0; Canvas, Moodle 4.5).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ltitool.core.errors import PlatformError
from ltitool.core.words import one_line
from ltitool.lti.http import Answer, PlatformHttp
from ltitool.lti.tool_profile import TOOL_CONFIGURATION

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CANVAS_HOSTS = ("canvaslms.com", "instructure.com")
"""Canvas in the cloud speaks for its one issuer from its sign-on host and from every school's."""

LONGEST_WORD = 1000


class RegistrationRefused(PlatformError):
    """What a platform sent cannot be taken, or it did not take the tool."""

    code = "REGISTRATION"


@dataclass(frozen=True)
class Configuration:
    """What a platform says of itself."""

    issuer: str
    auth_url: str
    token_url: str
    key_set_url: str
    registration_url: str
    family: str
    """`moodle`, `canvas` or whatever its maker writes; may be empty."""
    scopes: tuple[str, ...] = ()
    """What it says it can let a tool do."""


@dataclass(frozen=True)
class Registered:
    """What a platform made of the tool."""

    client_id: str
    deployment_id: str
    """Empty where the platform tells it in launches only, as Canvas does."""
    scopes: tuple[str, ...]
    """What it lets the tool do; may be less than was asked."""


def read_configuration(
    http: PlatformHttp, url: str, token: str, *, is_loopback_believed: bool = False
) -> Configuration:
    """Return what the platform says of itself at this address.

    Raises PlatformError when it cannot be reached, and RegistrationRefused when it speaks for
    another than itself. `is_loopback_believed` lets a server of this machine speak for any issuer.
    """
    headers = {"Accept": "application/json"} | _bearer(token)
    answer = http.request("GET", url, headers=headers)
    body = _object(answer, "configuration")
    platform = body.get(PLATFORM_CONFIGURATION)
    family = platform.get("product_family_code") if isinstance(platform, dict) else ""
    found = Configuration(
        issuer=_needed(body, "issuer"),
        auth_url=_needed(body, "authorization_endpoint"),
        token_url=_needed(body, "token_endpoint"),
        key_set_url=_needed(body, "jwks_uri"),
        registration_url=_needed(body, "registration_endpoint"),
        family=one_line(family, 50).lower() if isinstance(family, str) else "",
        scopes=_texts(body.get("scopes_supported")),
    )
    if not (is_loopback_believed and is_loopback(url)):
        _require_own_word(found, url)
    return found


def register(
    http: PlatformHttp, configuration: Configuration, request: Mapping[str, Any], token: str
) -> Registered:
    """Ask the platform to take the tool; raises PlatformError with its words when it does not."""
    answer = http.request(
        "POST",
        configuration.registration_url,
        headers={"Accept": "application/json", "Content-Type": "application/json"} | _bearer(token),
        data=json.dumps(request),
    )
    body = _object(answer, "registration")  # Moodle says 200, the specification 201
    granted = body.get("scope")
    own = body.get(TOOL_CONFIGURATION)
    deployment = own.get("deployment_id") if isinstance(own, dict) else None
    asked = str(request.get("scope", ""))
    return Registered(
        _needed(body, "client_id"),
        one_line(str(deployment), 255) if isinstance(deployment, str | int) else "",
        tuple((granted if isinstance(granted, str) else asked).split()),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def is_loopback(url: str) -> bool:
    """Whether an address names this very machine."""
    host = (_host(url) or "").rstrip(".")
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


def _require_own_word(found: Configuration, url: str) -> None:
    speaker, issuer, door = _host(url), _host(found.issuer), _host(found.registration_url)
    is_own = speaker is not None and (speaker == issuer or _are_canvas(speaker, issuer))
    if not (is_own or _is_signed_by_canvas(found)):
        raise RegistrationRefused(
            f"The configuration is on “{speaker}” and speaks for “{one_line(found.issuer, 200)}”, "
            "which is another site. A platform can only register itself."
        )
    if door not in {speaker, issuer} and not _are_canvas(door, issuer):
        raise RegistrationRefused(
            f"The platform wants the registration sent to “{door}”, which is another site."
        )


def _is_signed_by_canvas(found: Configuration) -> bool:
    """Whether launches can come from Canvas' cloud alone, whoever speaks for it.

    A school may have its Canvas under a domain of its own. Another site that spoke so could give us
    no more than a client id of that cloud: logins go there, and its keys sign.
    """
    hosts = (_host(url) for url in (found.issuer, found.auth_url, found.key_set_url))
    return all(_is_canvas(host) for host in hosts)


def _are_canvas(host: str | None, issuer: str | None) -> bool:
    return _is_canvas(host) and _is_canvas(issuer)


def _is_canvas(host: str | None) -> bool:
    return any(f".{host}".endswith(f".{known}") for known in CANVAS_HOSTS)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _object(answer: Answer, what: str) -> dict[str, Any]:
    if not answer.is_ok:
        words = f"The platform refused the {what}: {answer.words}"
        raise RegistrationRefused(words, answer.status)
    body = answer.json()
    if not isinstance(body, dict):
        raise RegistrationRefused(f"The {what} is not a JSON object.", answer.status)
    return body


def _needed(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WORD:
        raise RegistrationRefused(f"The platform did not say its {name}.")
    return value
