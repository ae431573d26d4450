"""Verifying a launch: every check that decides, in order, with no transaction open."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ltitool.core.errors import LaunchRefused
from ltitool.lti.claim_values import word
from ltitool.lti.id_token import (
    DIFFERENT,
    LEEWAY,
    FindKey,
    check_parties,
    check_times,
    read_token,
)
from ltitool.lti.launch import Launch
from ltitool.lti.login import LOGIN_SECONDS, LoginState, States, hash_of
from ltitool.lti.message import ToolMessage
from ltitool.lti.platform import Platform
from ltitool.lti.platform_storage import PlatformStorage, storage_for


@dataclass(frozen=True)
class Verified:
    """A launch with the login it answers."""

    launch: Launch
    login_id: str
    is_bound: bool
    """Whether this browser is the one that began the login."""
    storage: PlatformStorage | None = None
    """Where a browser without cookies has left word that it is."""


FindPlatform = Callable[[int], Platform | None]


def verify(
    form: Mapping[str, str],
    cookies: Mapping[str, str],
    states: States,
    *,
    find_platform: FindPlatform,
    find_key: FindKey,
    launch_url: str,
    now: int,
) -> Verified:
    """Return the launch of a posted form; raises LaunchRefused naming the check that failed.

    `now` is in seconds since 1970.
    """
    _require_no_error(form)
    state = states.read(form.get("state", ""))
    if not -LEEWAY <= now - state.began <= LOGIN_SECONDS:
        raise LaunchRefused("STATE-AGE", "This launch took too long. Open the activity again.")
    platform = find_platform(state.registration_id)
    if platform is None:
        raise LaunchRefused("REGISTRATION", "This LMS is no longer registered with the tool.")
    try:
        claim = read_token(form.get("id_token", ""), platform, find_key)
        check_times(claim, now)
        check_parties(claim, platform)
        _check_nonce(claim, states.nonce(state.login_id))
        launch = ToolMessage(claim, platform, launch_url).validate().launch
    except LaunchRefused as refusal:
        refusal.registration_id = platform.registration_id
        raise
    storage = storage_for(state.login_id, state.storage_target, platform)
    return Verified(launch, state.login_id, _is_bound(cookies, state), storage)


def _require_no_error(form: Mapping[str, str]) -> None:
    if error := form.get("error"):
        words = word(form.get("error_description") or error)
        raise LaunchRefused("PLATFORM-ERROR", f"The LMS did not let the launch go on: {words}")


def _check_nonce(claim: Mapping[str, Any], nonce: str) -> None:
    if not hmac.compare_digest(str(claim.get("nonce", "")).encode(), nonce.encode()):
        raise LaunchRefused("NONCE", DIFFERENT)


def _is_bound(cookies: Mapping[str, str], state: LoginState) -> bool:
    secret = cookies.get(f"login-{state.login_id}", "")
    return hmac.compare_digest(hash_of(secret).encode(), state.secret_hash.encode())
