"""How kinds of LMS differ: what they send, and in which words they refuse.

Facts about Moodle were observed on Moodle 4.5; those about Canvas are from its documentation.
"""

from dataclasses import dataclass

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
STUDENT, TUTOR, INSTRUCTOR = "student", "tutor", "instructor"


@dataclass(frozen=True)
class Profile:
    """One kind of LMS."""

    name: str
    label: str
    token_seconds: int
    """How long an id token is valid."""
    launch_roles: dict[str, list[str]]
    roster_roles: dict[str, list[str]]
    allows_skew: bool
    """Whether an assertion signed a moment in the future is taken."""
    hint_works_once: bool
    page_size: int
    link_header: str
    """How the address of the next page is written."""
    equal_timestamp_status: int
    not_gradable_status: int
    not_gradable_words: str
    rate_limit: int
    """Service calls in ten seconds before refusing; 0 for no limit."""
    offers_storage: bool
    sends_deployment_in_login: str
    """The name of that parameter."""


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
    allows_skew=True,
    hint_works_once=False,
    page_size=100,
    link_header='<{url}>; rel="next"',
    equal_timestamp_status=409,
    not_gradable_status=404,
    not_gradable_words="No such student in this course",
    rate_limit=0,
    offers_storage=False,
    sends_deployment_in_login="lti_deployment_id",
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
    allows_skew=False,
    hint_works_once=True,
    page_size=1000,
    link_header="<{escaped}>; rel=“next”",
    equal_timestamp_status=409,
    not_gradable_status=400,
    not_gradable_words="Incorrect score received",
    rate_limit=0,
    offers_storage=False,
    sends_deployment_in_login="lti_deployment_id",
)

CANVAS = Profile(
    name="canvas",
    label="Canvas",
    token_seconds=3600,
    launch_roles={
        STUDENT: [f"{INSTITUTION}#Student", f"{MEMBERSHIP}#Learner"],
        TUTOR: [
            f"{INSTITUTION}#Student",
            f"{MEMBERSHIP}/Instructor#TeachingAssistant",
            f"{MEMBERSHIP}#Instructor",
        ],
        INSTRUCTOR: [f"{INSTITUTION}#Instructor", f"{MEMBERSHIP}#Instructor"],
    },
    roster_roles={
        STUDENT: [f"{MEMBERSHIP}#Learner"],
        TUTOR: [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"],
        INSTRUCTOR: [f"{MEMBERSHIP}#Instructor"],
    },
    allows_skew=True,
    hint_works_once=True,
    page_size=3,
    link_header='<{url}>; rel="next"',
    equal_timestamp_status=400,
    not_gradable_status=422,
    not_gradable_words="User not found in course or is not a student",
    rate_limit=60,
    offers_storage=True,
    sends_deployment_in_login="deployment_id",
)

PROFILES = {profile.name: profile for profile in (PLAIN, MOODLE, CANVAS)}
