"""Verifying a launch: every check that decides, in order, with no transaction open.

The library's message class gives the names of messages and services; what it would let pass
(replayed, unbound or expired tokens) is decided here.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Self
from urllib.parse import urlsplit

import jwt
from jwt.types import Options
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.message_validators.resource_message import ResourceMessageValidator

from ltitool.core.errors import LaunchRefused, PlatformError
from ltitool.core.roles import Role
from ltitool.core.words import one_line
from ltitool.lti import claims
from ltitool.lti.claims import MessageType
from ltitool.lti.deep_linking import Asked, asked_for
from ltitool.lti.login import LOGIN_SECONDS, LoginState, States, hash_of, same_origin
from ltitool.lti.platform import Platform
from ltitool.lti.platform_storage import PlatformStorage, storage_for
from ltitool.lti.roles import is_test_user, role_of

LEEWAY = 60
OLDEST = 3600
"""Seconds since the token was signed."""

LARGEST_TOKEN = 100_000
LONGEST_WORD = 255
LONGEST_URL = 2000
LONGEST_CUSTOM = 4000
MOST_GROUPS = 50
WITHOUT_A_LINK = {MessageType.DEEP_LINKING, MessageType.DATA_PRIVACY}
DIFFERENT = "The LMS sent something that does not fit the login it answers."


@dataclass(frozen=True)
class Launch:
    """A verified launch, as everything behind this package sees it."""

    registration_id: int
    deployment_id: str
    sub: str
    role: Role
    resource_link_id: str
    """Empty where the launch is about no link: there is none yet, or none is meant."""
    name: str = ""
    context_id: str = ""
    context_title: str = ""
    resource_link_title: str = ""
    is_test_user: bool = False
    custom: Mapping[str, str] = field(default_factory=dict)
    context_history: tuple[str, ...] = ()
    """The platform's ids of the courses this one was copied from, nearest first."""
    link_history: tuple[str, ...] = ()
    locale: str = ""
    return_url: str = ""
    line_item_url: str | None = None
    """The gradebook column; None unless the platform lets us send scores to it."""
    line_items_url: str | None = None
    """Where the course's gradebook columns are; None unless the platform lets us read them."""
    can_make_line_items: bool = False
    members_url: str | None = None
    groups_url: str | None = None
    """Where the groups of the course can be read; None unless the platform lets us."""
    group_sets_url: str | None = None
    notices_url: str | None = None
    """Where the platform takes our address for its notices of copied courses."""
    product_family: str = ""
    groups: tuple[str, ...] | None = None
    """The platform's ids of the groups this person is in; None where it did not say."""
    message_type: MessageType = MessageType.RESOURCE_LINK
    for_user: str = ""
    """Whose work is to be reviewed, where the platform says so."""
    asked: Asked | None = None
    """What the platform asks to be chosen for its course; None for every other kind of launch."""

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Self:
        """Return a launch from the plain values that `dataclasses.asdict` made of it."""
        asked = kept.get("asked")
        parts: dict[str, Any] = {
            "role": Role(kept["role"]),
            "message_type": MessageType(kept["message_type"]),
            "context_history": tuple(kept["context_history"]),
            "link_history": tuple(kept["link_history"]),
            "asked": Asked.restored(asked) if asked else None,
        }
        return cls(**{**kept, **parts})


@dataclass(frozen=True)
class Verified:
    """A launch with the login it answers."""

    launch: Launch
    login_id: str
    is_bound: bool
    """Whether this browser is the one that began the login."""
    storage: PlatformStorage | None = None
    """Where a browser without cookies has left word that it is."""


FindKey = Callable[[Platform, str], jwt.PyJWK | None]
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


class ToolMessage(MessageLaunch[Any, Any, Any, Any]):
    """The library's launch message over claims whose signature has been verified."""

    def __init__(self, claim: Mapping[str, Any], platform: Platform, launch_url: str) -> None:
        """Take the claims of a token, the platform that signed it, and our one address."""
        super().__init__(None, None, session_service=_Nothing(), cookie_service=_Nothing())
        self.set_auto_validation(enable=False)
        self._claim = claim
        self._platform = platform
        self._launch_url = launch_url

    def validate(self) -> Self:
        """Check what the message says; raises LaunchRefused."""
        claim = self._claim
        if claim.get(claims.VERSION) != "1.3.0":
            raise LaunchRefused("VERSION", "The LMS speaks another version than LTI 1.3.0.")
        if claim.get(claims.MESSAGE_TYPE) not in set(MessageType):
            raise LaunchRefused("MESSAGE-TYPE", "This tool does not answer that kind of launch.")
        roles = claim.get(claims.ROLES)
        if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
            raise LaunchRefused("ROLES", "The LMS did not say in which role you come.")
        if not word(claim.get(claims.DEPLOYMENT_ID)):
            raise LaunchRefused("DEPLOYMENT", "The LMS did not name its deployment of the tool.")
        is_about_a_link = self._message_type not in WITHOUT_A_LINK
        if is_about_a_link and not word(group(claim, claims.RESOURCE_LINK).get("id")):
            raise LaunchRefused("RESOURCE-LINK", "The LMS did not say which link you opened.")
        if not word(claim.get("sub")):
            raise LaunchRefused(
                "ANONYMOUS",
                "The LMS did not say who you are, so nothing you do could be kept. "
                "Log in to your LMS and open the activity again.",
            )
        target = claim.get(claims.TARGET_LINK_URI)
        if not isinstance(target, str) or not same_origin(target, self._launch_url):
            raise LaunchRefused("TARGET", "The link leads to another site than this tool.")
        self._check_own_part()
        return self

    def _check_own_part(self) -> None:
        """Check what only this kind of message has; raises LaunchRefused."""
        if self._message_type is MessageType.DEEP_LINKING:
            asked_for(self._claim, self._platform)
        if self._message_type is MessageType.RESOURCE_LINK:
            try:
                ResourceMessageValidator().validate(self._claim)
            except (LtiException, AttributeError, TypeError) as broken:
                raise LaunchRefused("MESSAGE", "The launch is not complete.") from broken

    @property
    def launch(self) -> Launch:
        """What the message says, in our own words; every text is cut to a sane length."""
        claim = self._claim
        context = group(claim, claims.CONTEXT)
        link = group(claim, claims.RESOURCE_LINK)
        shown = group(claim, claims.LAUNCH_PRESENTATION)
        service = group(claim, claims.NRPS_SERVICE)
        return Launch(
            registration_id=self._platform.registration_id,
            deployment_id=word(claim[claims.DEPLOYMENT_ID]),
            sub=word(claim["sub"]),
            name=_name(claim),
            role=role_of(claim[claims.ROLES]),
            is_test_user=is_test_user(claim[claims.ROLES]),
            context_id=word(context.get("id")),
            context_title=word(context.get("title") or context.get("label")),
            resource_link_id=word(link.get("id")),
            resource_link_title=word(link.get("title")),
            custom=_custom(claim),
            context_history=_history(claim, "context_history"),
            link_history=_history(claim, "link_history"),
            locale=word(shown.get("locale"))[:35],
            return_url=self._way_back(shown.get("return_url")),
            line_item_url=self._line_item_url(),
            line_items_url=self._line_items_url(),
            can_make_line_items=claims.LINE_ITEM_SCOPE in self._gradebook_scopes(),
            members_url=self._own_address(service.get("context_memberships_url")),
            groups_url=self._groups_url("context_groups_url"),
            group_sets_url=self._groups_url("context_group_sets_url"),
            notices_url=self._notices_url(),
            product_family=word(
                group(claim, claims.TOOL_PLATFORM).get("product_family_code")
            ).lower(),
            groups=_groups(claim),
            message_type=self._message_type,
            for_user=word(group(claim, claims.FOR_USER).get("user_id")),
            asked=asked_for(claim, self._platform)
            if self._message_type is MessageType.DEEP_LINKING
            else None,
        )

    @property
    def _message_type(self) -> MessageType:
        return MessageType(self._claim[claims.MESSAGE_TYPE])

    def _get_request_param(self, key: str) -> str:
        raise LookupError(key)  # the form was read before; the library never looks at it

    def _line_item_url(self) -> str | None:
        url = self._own_address(group(self._claim, claims.AGS_ENDPOINT).get("lineitem"))
        return url if claims.SCORE_SCOPE in self._gradebook_scopes() else None

    def _line_items_url(self) -> str | None:
        readable = {claims.LINE_ITEM_SCOPE, claims.LINE_ITEM_READ_SCOPE}
        is_readable = not readable.isdisjoint(self._gradebook_scopes())
        url = self._own_address(group(self._claim, claims.AGS_ENDPOINT).get("lineitems"))
        return url if is_readable else None

    def _notices_url(self) -> str | None:
        service = group(self._claim, claims.NOTICE_SERVICE)
        kinds = service.get("notice_types_supported")
        is_offered = isinstance(kinds, list) and claims.CONTEXT_COPY in kinds
        url = self._own_address(service.get("platform_notification_service_url"))
        return url if is_offered else None

    def _groups_url(self, name: str) -> str | None:
        service = group(self._claim, claims.GROUPS_SERVICE)
        scopes = service.get("scope")
        is_readable = isinstance(scopes, list) and claims.GROUPS_SCOPE in scopes
        return self._own_address(service.get(name)) if is_readable else None

    def _gradebook_scopes(self) -> list[Any]:
        scopes = group(self._claim, claims.AGS_ENDPOINT).get("scope")
        return scopes if isinstance(scopes, list) else []

    def _way_back(self, url: object) -> str:
        """Return where people go back to if that is a page of the platform: never elsewhere."""
        address = _web_address(url)
        return address if self._platform.has_page(address) else ""

    def _own_address(self, url: object) -> str | None:
        """Return a service's address if it is on a host of the platform: tokens go nowhere else."""
        address = _web_address(url)
        host = urlsplit(address).netloc.lower()
        return address if host in self._platform.hosts else None


class _Nothing:
    """Stands in for the library's sessions and cookies, which are not used."""


def _require_no_error(form: Mapping[str, str]) -> None:
    if error := form.get("error"):
        words = word(form.get("error_description") or error)
        raise LaunchRefused("PLATFORM-ERROR", f"The LMS did not let the launch go on: {words}")


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


def _check_nonce(claim: Mapping[str, Any], nonce: str) -> None:
    if not hmac.compare_digest(str(claim.get("nonce", "")).encode(), nonce.encode()):
        raise LaunchRefused("NONCE", DIFFERENT)


def _time(claim: Mapping[str, Any], name: str) -> float:
    value = claim.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise LaunchRefused("TIMES", "The LMS did not say when its proof was made and ends.")
    return value


def _is_bound(cookies: Mapping[str, str], state: LoginState) -> bool:
    secret = cookies.get(f"login-{state.login_id}", "")
    return hmac.compare_digest(hash_of(secret).encode(), state.secret_hash.encode())


def group(claim: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a claim that holds others; empty when it is not there."""
    found = claim.get(name)
    return found if isinstance(found, dict) else {}


def word(value: object) -> str:
    """Return a text of a claim in one line of a sane length; empty when it is none."""
    return one_line(value, LONGEST_WORD) if isinstance(value, str) else ""


def _name(claim: Mapping[str, Any]) -> str:
    parts = (word(claim.get("given_name")), word(claim.get("family_name")))
    return word(claim.get("name")) or " ".join(part for part in parts if part)


def _web_address(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_URL:
        return ""
    is_plain = value.isprintable() and " " not in value and "\\" not in value
    is_web = value.startswith(("https://", "http://"))
    return value if is_plain and is_web else ""


def _custom(claim: Mapping[str, Any]) -> dict[str, str]:
    """Return the custom parameters; one that the platform did not substitute counts as absent."""
    return {
        word(name).lower(): value[:LONGEST_CUSTOM].replace("\x00", "")
        for name, value in group(claim, claims.CUSTOM).items()
        if isinstance(value, str) and not value.startswith("$")
    }


def _groups(claim: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the ids that the platform put into our custom parameter; Canvas sends them as JSON."""
    told = _custom(claim).get("group_ids")
    if told is None:
        return None
    parts = (word(part.strip(' []"')) for part in told.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_GROUPS]


def _history(claim: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the ids of a history that the platform substituted, as ours ask it to.

    Canvas ends a long one with “truncated”, and says “timed out” where it could not tell.
    """
    told = _custom(claim).get(name, "").split(",")
    ids = (word(part) for part in told)
    return tuple(one for one in ids if one and one not in {"truncated", "timed out"})
