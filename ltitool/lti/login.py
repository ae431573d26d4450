"""The third-party login: who asks, and sending the browser to its platform to prove who it is.

Nothing is written. What the launch must find again travels in a signed state; the nonce is derived
from it; the browser is bound by a cookie of this one login, so four frames at once all work.
"""

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from itsdangerous import BadSignature, URLSafeSerializer
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect

from ltitool.core.errors import LaunchRefused
from ltitool.lti.platform import Platform
from ltitool.lti.platform_storage import PlatformStorage, storage_for, target_of

LOGIN_SECONDS = 600
COOKIE_PATH = "/lti/launch"
LONGEST_HINT = 8_000
LONGEST_STATE = 2_000


@dataclass(frozen=True)
class LoginState:
    """What a launch finds again of its login."""

    login_id: str
    registration_id: int
    began: int
    """Seconds since 1970."""
    secret_hash: str
    """Of the cookie that binds the browser."""
    storage_target: str = ""
    """The frame by which the platform offered to keep word of the login, if cookies fail."""


@dataclass(frozen=True)
class LoginStart:
    """Where the browser goes, the cookie it takes along, and the word it leaves behind."""

    url: str
    cookie_name: str
    cookie_value: str
    storage: PlatformStorage | None = None
    """Where the word is left; None when the platform keeps none."""
    proof: str = ""


class States:
    """Signs and reads states; derives nonces and proofs."""

    def __init__(self, secret: str) -> None:
        """Use the tool's secret key."""
        self._signer = URLSafeSerializer(secret, salt="login")
        self._nonce_key = sha256(f"nonce:{secret}".encode()).digest()
        self._proof_key = sha256(f"proof:{secret}".encode()).digest()

    def write(self, state: LoginState) -> str:
        """Return the state as a token for the platform to hand back."""
        return str(self._signer.dumps(list(asdict(state).values())))

    def read(self, token: str) -> LoginState:
        """Return the state of a token; raises LaunchRefused when we did not sign it."""
        try:
            return LoginState(*self._signer.loads(token[:LONGEST_STATE]))
        except (BadSignature, TypeError, ValueError) as forged:
            raise LaunchRefused(
                "STATE", "The launch does not belong to a login that was begun here."
            ) from forged

    def nonce(self, login_id: str) -> str:
        """Return the one nonce of a login."""
        return hmac.new(self._nonce_key, login_id.encode(), "sha256").hexdigest()

    def proof(self, login_id: str) -> str:
        """Return what shows that a browser began this login, where it keeps no cookie.

        Told to that browser alone. The platform's page sees it, too, and gains nothing by it: it
        opens only what the platform itself has signed, and is no cookie.
        """
        return hmac.new(self._proof_key, login_id.encode(), "sha256").hexdigest()

    def is_proof(self, login_id: str, proof: str) -> bool:
        """Whether somebody shows the proof of this login."""
        return hmac.compare_digest(self.proof(login_id).encode(), proof.encode())


class ToolLogin(OIDCLogin[Any, Any, Any, Any, Any]):
    """The library's login message, with our own state, nonce, cookie and address."""

    def __init__(self, params: Mapping[str, str], platform: Platform, states: States) -> None:
        """Take the parameters the platform sent, and the platform they name."""
        super().__init__(_Params(params), None, None, None)
        self._platform = platform
        self._states = states
        self._state = LoginState("", 0, 0, "")

    def get_redirect(self, url: str) -> Redirect[Any]:
        """Leave redirecting to the web layer."""
        raise NotImplementedError(url)

    def url(self, state: LoginState, launch_url: str) -> str:
        """Return the platform's authentication address for this login."""
        self._state = state
        return self._prepare_redirect_url(launch_url)

    def _prepare_redirect_url(self, launch_url: str) -> str:
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self._platform.client_id,
            "redirect_uri": launch_url,
            "state": self._states.write(self._state),
            "nonce": self._states.nonce(self._state.login_id),
            "login_hint": self._get_request_param("login_hint"),
        }
        if hint := self._get_request_param("lti_message_hint"):
            asked["lti_message_hint"] = hint
        parts = urlsplit(self._platform.auth_url)
        query = "&".join(part for part in (parts.query, urlencode(asked)) if part)
        return urlunsplit(parts._replace(query=query, fragment=""))


class _Params:
    def __init__(self, params: Mapping[str, str]) -> None:
        self._params = params

    def get_param(self, key: str) -> str:
        return self._params.get(key, "")


def start_login(
    params: Mapping[str, str],
    platform: Platform,
    states: States,
    *,
    launch_url: str,
    login_id: str,
    secret: str,
    began: int,
) -> LoginStart:
    """Return where the browser goes to log in; raises LaunchRefused when the request is broken.

    `login_id` and `secret` are fresh random words; `began` is in seconds since 1970.
    """
    if not params.get("login_hint"):
        raise LaunchRefused("LOGIN-HINT", "The LMS did not say who is coming (login_hint).")
    if len(params.get("lti_message_hint", "")) > LONGEST_HINT:
        raise LaunchRefused("LOGIN-HINT", "What the LMS sent along is too long.")
    target = params.get("target_link_uri", "")
    if target and not same_origin(target, launch_url):
        raise LaunchRefused("TARGET", "The link leads to another site than this tool.")
    state = LoginState(
        login_id,
        platform.registration_id,
        began,
        hash_of(secret),
        target_of(params),
    )
    return LoginStart(
        ToolLogin(params, platform, states).url(state, launch_url),
        f"login-{login_id}",
        secret,
        storage_for(login_id, state.storage_target, platform),
        states.proof(login_id),
    )


def hash_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def same_origin(url: str, ours: str) -> bool:
    """Whether an address is on our own site: parsed, never compared by its beginning."""
    if "\\" in url or any(mark <= " " for mark in url):
        return False
    try:
        theirs, own = urlsplit(url), urlsplit(ours)
        ports = (theirs.port, own.port)
    except ValueError:
        return False
    return (
        theirs.scheme == own.scheme
        and theirs.hostname == own.hostname
        and ports[0] == ports[1]
        and theirs.username is None
        and theirs.password is None
    )
