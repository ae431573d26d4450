"""What a launch message must say, and what it says, over claims that have been verified.

The library's message class gives the names of messages and services; what it would let pass is
decided here.
"""

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.message_validators.resource_message import ResourceMessageValidator

from ltitool.core.errors import LaunchRefused
from ltitool.lti import claims
from ltitool.lti.claim_values import (
    custom_of,
    group,
    groups_told,
    history_of,
    name_of,
    web_address,
    word,
)
from ltitool.lti.claims import MessageType
from ltitool.lti.deep_linking import asked_for
from ltitool.lti.launch import Launch
from ltitool.lti.login import same_origin
from ltitool.lti.platform import Platform
from ltitool.lti.roles import is_test_user, role_of

WITHOUT_A_LINK = {MessageType.DEEP_LINKING, MessageType.DATA_PRIVACY}


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
            name=name_of(claim),
            role=role_of(claim[claims.ROLES]),
            is_test_user=is_test_user(claim[claims.ROLES]),
            context_id=word(context.get("id")),
            context_title=word(context.get("title") or context.get("label")),
            resource_link_id=word(link.get("id")),
            resource_link_title=word(link.get("title")),
            custom=custom_of(claim),
            context_history=history_of(claim, "context_history"),
            link_history=history_of(claim, "link_history"),
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
            groups=groups_told(claim),
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
        address = web_address(url)
        return address if self._platform.has_page(address) else ""

    def _own_address(self, url: object) -> str | None:
        """Return a service's address if it is on a host of the platform: tokens go nowhere else."""
        address = web_address(url)
        host = urlsplit(address).netloc.lower()
        return address if host in self._platform.hosts else None


class _Nothing:
    """Stands in for the library's sessions and cookies, which are not used."""
