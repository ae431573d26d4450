"""The names LTI gives to the parts of a launch and to its services."""

from enum import StrEnum
from typing import Final

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION = LTI + "version"
MESSAGE_TYPE = LTI + "message_type"
DEPLOYMENT_ID = LTI + "deployment_id"
TARGET_LINK_URI = LTI + "target_link_uri"
RESOURCE_LINK = LTI + "resource_link"
CONTEXT = LTI + "context"
ROLES = LTI + "roles"
CUSTOM = LTI + "custom"
LAUNCH_PRESENTATION = LTI + "launch_presentation"
TOOL_PLATFORM = LTI + "tool_platform"

AGS = "https://purl.imsglobal.org/spec/lti-ags/"
AGS_ENDPOINT = AGS + "claim/endpoint"
SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
LINE_ITEM_SCOPE = AGS + "scope/lineitem"
LINE_ITEM_READ_SCOPE = AGS + "scope/lineitem.readonly"
RESULT_SCOPE = AGS + "scope/result.readonly"

NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
NRPS_SERVICE = NRPS + "claim/namesroleservice"
MEMBERS_SCOPE = NRPS + "scope/contextmembership.readonly"

GROUPS = "https://purl.imsglobal.org/spec/lti-gs/"
GROUPS_SERVICE = GROUPS + "claim/groupsservice"
GROUPS_SCOPE = GROUPS + "scope/contextgroup.readonly"

FOR_USER = LTI + "for_user"

NOTICE_SERVICE = LTI + "platformnotificationservice"
NOTICE = LTI + "notice"
ORIGIN_CONTEXTS = LTI + "origin_contexts"
NOTICES_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
CONTEXT_COPY = "LtiContextCopyNotice"

DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
DEEP_LINKING_SETTINGS = DEEP_LINKING + "deep_linking_settings"
CONTENT_ITEMS = DEEP_LINKING + "content_items"
DEEP_LINKING_DATA = DEEP_LINKING + "data"
DEEP_LINKING_MESSAGE = DEEP_LINKING + "msg"
DEEP_LINKING_LOG = DEEP_LINKING + "log"
DEEP_LINKING_RESPONSE = "LtiDeepLinkingResponse"


class MessageType(StrEnum):
    """What a platform may ask for by a launch."""

    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"
    DATA_PRIVACY = "DataPrivacyLaunchRequest"
