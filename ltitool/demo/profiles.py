"""How kinds of LMS differ: what they send, and in which words they refuse.

Facts about Moodle were observed on Moodle 4.5; those about Canvas are from its documentation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

LIS = "http://purl.imsglobal.org/vocab/lis/v2"
MEMBERSHIP = f"{LIS}/membership"
INSTITUTION = f"{LIS}/institution/person"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
STUDENT, TUTOR, INSTRUCTOR, STUDENT_VIEW = "student", "tutor", "instructor", "student view"


class AuthFault(StrEnum):
    """What can be wrong with an authentication request, beside its redirect_uri."""

    CLIENT = "client_id names nobody"
    REQUEST = "scope, response_type or nonce is wrong"
    MODE = "response_mode is not form_post"
    NOBODY = "nobody is logged in"
    OTHER_PERSON = "login_hint names somebody else than who is logged in"
    HINT = "lti_message_hint is missing, foreign or used"


@dataclass(frozen=True)
class Profile:
    """One kind of LMS."""

    name: str
    label: str
    token_seconds: int
    """How long an id token is valid."""
    launch_roles: Mapping[str, list[str]]
    roster_roles: Mapping[str, list[str]]
    context_type: str
    auth_errors: Mapping[AuthFault, str]
    """What is posted to the tool as `error=`; the rest ends on a page of the LMS."""
    leeway_seconds: int
    """How far in the future an assertion may be signed."""
    page_size: int
    is_stale: Callable[[datetime, datetime], bool]
    """Whether a score of the first time is refused where one of the second time stands."""
    stale_status: int
    not_gradable_status: int
    not_gradable_words: str

    client_id: str = "kaleidoscope-demo"
    issuer: str = ""
    """Who signs; when empty, the LMS's own address."""
    hint_works_once: bool = True
    hint_is_json: bool = False
    login_by_post: bool = False
    login_extras: Mapping[str, str] = field(default_factory=dict)
    deployment_parameter: str = "lti_deployment_id"
    pages_only_on_request: bool = False
    link_header: str = '<{url}>; rel="next"'
    """How the gradebook writes the address of the next page; the roster writes it properly."""
    rate_limit: int = 0
    """Service calls in ten seconds before refusing; 0 for no limit."""
    needs_user_agent: bool = False
    knows_link_history: bool = True
    """Whether `$ResourceLink.id.history` is substituted in custom parameters."""
    has_groups_service: bool = False
    """Whether the Course Groups Service is offered; neither Moodle's core nor Canvas has it."""
    deep_linking: Mapping[str, object] = field(default_factory=dict)
    """What its deep linking requests say beside where the answer goes."""
    heeds_of_items: frozenset[str] = frozenset(
        {"title", "text", "url", "custom", "lineItem", "label", "submission", "window"}
    )
    """What it takes of a content item; the rest is ignored."""


def _not_later(new: datetime, old: datetime) -> bool:
    return new <= old


def _not_a_later_second(new: datetime, old: datetime) -> bool:
    return int(new.timestamp()) <= int(old.timestamp())


def _earlier(new: datetime, old: datetime) -> bool:
    return new < old


PLAIN = Profile(
    name="plain",
    label="A plain LMS, by the letter of the specification",
    token_seconds=300,
    launch_roles={
        STUDENT: [f"{MEMBERSHIP}#Learner"],
        TUTOR: [f"{MEMBERSHIP}/Instructor#TeachingAssistant"],
        INSTRUCTOR: [f"{MEMBERSHIP}#Instructor"],
    },
    roster_roles={
        STUDENT: [f"{MEMBERSHIP}#Learner"],
        TUTOR: [f"{MEMBERSHIP}/Instructor#TeachingAssistant"],
        INSTRUCTOR: [f"{MEMBERSHIP}#Instructor"],
    },
    context_type=f"{LIS}/course#CourseOffering",
    auth_errors={
        AuthFault.CLIENT: "unauthorized_client",
        AuthFault.REQUEST: "invalid_request",
        AuthFault.MODE: "invalid_request",
        AuthFault.NOBODY: "login_required",
        AuthFault.OTHER_PERSON: "login_required",
        AuthFault.HINT: "invalid_request",
    },
    hint_works_once=False,  # so that the Back button reaches the tool
    leeway_seconds=60,
    page_size=100,
    is_stale=_not_later,
    has_groups_service=True,
    deep_linking={
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_lineitem": True,
        "data": "what the plain LMS wants back",
    },
    stale_status=409,
    not_gradable_status=404,
    not_gradable_words="No such student in this course",
)

MOODLE = Profile(
    name="moodle",
    label="Moodle 4.5",
    token_seconds=60,
    launch_roles={
        STUDENT: [f"{MEMBERSHIP}#Learner"],
        TUTOR: [f"{MEMBERSHIP}#Instructor"],  # a non-editing teacher may manage the tool
        INSTRUCTOR: [f"{MEMBERSHIP}#Instructor"],
    },
    roster_roles={STUDENT: ["Learner"], TUTOR: ["Learner"], INSTRUCTOR: ["Instructor"]},
    context_type="CourseSection",  # the short name instead of the URI
    auth_errors={
        AuthFault.CLIENT: "unauthorized_client",
        AuthFault.MODE: "invalid_request",
        AuthFault.OTHER_PERSON: "access_denied",
    },
    hint_is_json=True,
    login_by_post=True,
    leeway_seconds=0,
    page_size=1000,
    pages_only_on_request=True,
    link_header="<{escaped}>; rel=“next”",
    knows_link_history=False,
    deep_linking={
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_copy_advice": False,
        "accept_unsigned": False,
        "can_confirm": False,
        "title": "Kaleidoscope",
        "text": "",
    },
    heeds_of_items=frozenset({"title", "text", "url", "custom", "lineItem"}),
    is_stale=_not_a_later_second,
    stale_status=409,
    not_gradable_status=400,
    not_gradable_words="Incorrect score received",
)

CANVAS = Profile(
    name="canvas",
    label="Canvas",
    client_id="170000000000042",
    issuer="https://canvas.instructure.com",  # every school in the cloud has this one
    token_seconds=3600,
    launch_roles={
        STUDENT: [f"{INSTITUTION}#Student", f"{MEMBERSHIP}#Learner"],
        TUTOR: [
            f"{INSTITUTION}#Student",
            f"{MEMBERSHIP}/Instructor#TeachingAssistant",
            f"{MEMBERSHIP}#Instructor",
        ],
        INSTRUCTOR: [f"{INSTITUTION}#Instructor", f"{MEMBERSHIP}#Instructor"],
        STUDENT_VIEW: [f"{INSTITUTION}#Student", f"{MEMBERSHIP}#Learner", TEST_USER],
    },
    roster_roles={
        STUDENT: [f"{MEMBERSHIP}#Learner"],
        TUTOR: [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"],
        INSTRUCTOR: [f"{MEMBERSHIP}#Instructor"],
    },
    context_type=f"{LIS}/course#CourseOffering",
    auth_errors={
        AuthFault.CLIENT: "unauthorized_client",
        AuthFault.REQUEST: "invalid_request_object",
        AuthFault.MODE: "invalid_request_object",
        AuthFault.NOBODY: "login_required",
        AuthFault.OTHER_PERSON: "login_required",
        AuthFault.HINT: "launch_no_longer_valid",
    },
    login_extras={
        "canvas_region": "us-east-1",
        "canvas_environment": "prod",
        "lti_storage_target": "post_message_forwarding",
    },
    deployment_parameter="deployment_id",
    leeway_seconds=60,
    page_size=3,  # 50 in real life, where classes are larger than this one
    is_stale=_earlier,
    stale_status=400,
    not_gradable_status=422,
    not_gradable_words="User not found in course or is not a student",
    deep_linking={
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
        "accept_lineitem": True,
    },
    rate_limit=60,
    needs_user_agent=True,
)

PROFILES = {profile.name: profile for profile in (PLAIN, MOODLE, CANVAS)}
