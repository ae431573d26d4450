"""What a launch claims, beside what a real Moodle claimed and what Canvas is known to claim."""

import json
from pathlib import Path
from typing import Any

import pytest

from ltitool.demo.course import LINKS, USERS
from ltitool.demo.lms import Lms
from ltitool.demo.messages import AGS, LTI, NRPS, launch
from ltitool.demo.profiles import INSTITUTION, MEMBERSHIP, TEST_USER

RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"
ZOE, TUTOR, INSTRUCTOR, TEST_STUDENT = "101", "201", "301", "901"


def claims_for(
    lms: Lms, profile: str, user_id: str = ZOE, link_id: str = "pending"
) -> dict[str, Any]:
    lms.use(profile)
    return launch(lms, USERS[user_id], LINKS[link_id], "a-nonce")


def shape(value: Any) -> Any:
    """Return the keys and types of a message, without what it says."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items() if name != f"{LTI}custom"}
    if isinstance(value, list):
        return [type(inner).__name__ for inner in value[:1]]
    return type(value).__name__


@pytest.mark.parametrize(
    ("recording", "user_id", "link_id"),
    [
        ("launch-student", ZOE, "pending"),
        ("launch-teacher", INSTRUCTOR, "pending"),
        ("launch-student-ungraded-link", ZOE, "pending-ungraded"),
    ],
)
def test_a_moodle_launch_has_the_shape_of_a_real_one(
    lms: Lms, recording: str, user_id: str, link_id: str
) -> None:
    real = json.loads((RECORDED / f"{recording}.json").read_text("utf-8"))["claims"]

    claims = claims_for(lms, "moodle", user_id, link_id)

    assert shape(claims) == shape(real)
    assert claims["exp"] - claims["iat"] == real["exp"] - real["iat"] == 60
    for name in ("version", "message_type", "roles"):
        assert claims[LTI + name] == real[LTI + name]
    assert claims[f"{LTI}context"]["type"] == real[f"{LTI}context"]["type"]
    custom = claims[f"{LTI}custom"]
    assert custom["context_memberships_url"] == lms.members_url()
    assert custom["scenario"] == "sam-and-lucy"


@pytest.mark.parametrize("profile", ["plain", "moodle", "canvas"])
def test_only_a_graded_link_names_its_column(lms: Lms, profile: str) -> None:
    graded = claims_for(lms, profile)[f"{AGS}claim/endpoint"]
    ungraded = claims_for(lms, profile, link_id="pending-ungraded")[f"{AGS}claim/endpoint"]

    assert graded["lineitem"] == lms.line_item_url("pending")
    assert "lineitem" not in ungraded
    assert graded["lineitems"] == ungraded["lineitems"]


@pytest.mark.parametrize(
    ("profile", "user_id", "roles"),
    [
        ("plain", ZOE, [f"{MEMBERSHIP}#Learner"]),
        ("plain", TUTOR, [f"{MEMBERSHIP}/Instructor#TeachingAssistant"]),
        ("moodle", TUTOR, [f"{MEMBERSHIP}#Instructor"]),
        ("canvas", ZOE, [f"{INSTITUTION}#Student", f"{MEMBERSHIP}#Learner"]),
        ("canvas", INSTRUCTOR, [f"{INSTITUTION}#Instructor", f"{MEMBERSHIP}#Instructor"]),
        (
            "canvas",
            TUTOR,
            [
                f"{INSTITUTION}#Student",
                f"{MEMBERSHIP}/Instructor#TeachingAssistant",
                f"{MEMBERSHIP}#Instructor",
            ],
        ),
        (
            "canvas",
            TEST_STUDENT,
            [f"{INSTITUTION}#Student", f"{MEMBERSHIP}#Learner", TEST_USER],
        ),
    ],
)
def test_each_platform_sends_its_own_roles(
    lms: Lms, profile: str, user_id: str, roles: list[str]
) -> None:
    assert claims_for(lms, profile, user_id)[f"{LTI}roles"] == roles


def test_canvas_signs_as_the_shared_issuer_for_one_client(lms: Lms) -> None:
    claims = claims_for(lms, "canvas")

    assert claims["iss"] == "https://canvas.instructure.com"
    assert claims["aud"] == claims["azp"] == lms.profile.client_id
    assert claims[f"{LTI}tool_platform"]["product_family_code"] == "canvas"
    kind = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"
    assert claims[f"{LTI}context"]["type"] == [kind]


def test_only_canvas_has_a_student_view_and_it_is_on_no_roster(lms: Lms) -> None:
    seen = {}
    for profile in ("plain", "moodle", "canvas"):
        lms.use(profile)
        seen[profile] = TEST_STUDENT in {user.id for user in lms.people}
        assert TEST_STUDENT not in {user.id for user in lms.members}

    assert seen == {"plain": False, "moodle": False, "canvas": True}


def test_services_are_named_by_the_address_that_the_tool_can_reach(lms: Lms) -> None:
    claims = claims_for(lms, "plain")

    members = claims[f"{NRPS}claim/namesroleservice"]["context_memberships_url"]
    column = claims[f"{AGS}claim/endpoint"]["lineitem"]
    assert members.startswith(f"{lms.api_url}/")
    assert column.startswith(f"{lms.api_url}/")
    assert claims["iss"] == lms.base_url


def test_a_new_activity_has_no_story_yet(lms: Lms) -> None:
    assert claims_for(lms, "plain", link_id="new")[f"{LTI}custom"] == {}
