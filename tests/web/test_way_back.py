"""Going back to the LMS: only to its own pages, with words for it to show."""

from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.launching import LTI, SigningPlatform, post_launch
from tests.learner import Learner
from tests.web.test_held import found

Enter = Callable[..., Learner]
BACK = r'href="([^"]+)"[^>]*>Back to the course'
COURSE = "https://lms.example/course?id=1&x=%22"
MOODLES = "https://lms.example/mod/lti/return.php?course=2&launch_container=3"


def refused(client: FlaskClient, platform: SigningPlatform, return_url: object) -> str:
    """Return the page of a launch that is used a second time."""
    sent = platform.log_in(client)
    changes = {f"{LTI}launch_presentation": {"return_url": return_url}}
    token = platform.token(sent["nonce"], changes)
    post_launch(client, sent["state"], token)
    return post_launch(client, sent["state"], token).text


def test_a_refusal_tells_the_lms_in_words_why(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    back = urlsplit(unescape(found(BACK, refused(client, platform, COURSE))))

    told = parse_qs(back.query)
    assert (back.netloc, back.path) == ("lms.example", "/course")
    assert told["id"] == ["1"]
    assert told["lti_errormsg"][0].startswith("This link was already used. ")
    assert told["lti_errorlog"][0].startswith("LAUNCH-USED ")


def test_moodle_would_show_the_words_in_place_of_the_course_so_it_gets_none(
    client: FlaskClient, platform: SigningPlatform, learner: Enter
) -> None:
    assert unescape(found(BACK, refused(client, platform, MOODLES))) == MOODLES
    student = learner(**{f"{LTI}launch_presentation": {"return_url": MOODLES}})
    assert unescape(found(BACK, student.get("/leave"))) == MOODLES


def test_who_leaves_is_told_by_the_lms_that_the_place_is_kept(learner: Enter) -> None:
    student = learner(**{f"{LTI}launch_presentation": {"return_url": COURSE}})

    back = urlsplit(unescape(found(BACK, student.get("/leave"))))

    assert parse_qs(back.query)["lti_msg"] == ["Your place in the activity is kept."]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://evil.example/",
        "https://lms.example@evil.example/",
        "https://lms.example\\@evil.example/",
        "https://lms.example.evil.example/",
        "http://lms.example/",
        "https://lms.example/\nx",
        "https://lms.example/" + "x" * 3000,
        7,
        {"url": COURSE},
    ],
)
def test_an_address_of_another_site_is_no_way_back(
    client: FlaskClient, platform: SigningPlatform, learner: Enter, url: object
) -> None:
    student = learner(**{f"{LTI}launch_presentation": {"return_url": url}})

    for page in (refused(client, platform, url), student.get("/leave")):
        assert "Back to the course" not in page
        assert "evil" not in page


def test_pages_tell_their_height_to_the_lms_alone(learner: Enter) -> None:
    known = learner(**{f"{LTI}launch_presentation": {"return_url": COURSE}})
    unknown = learner("somebody else")

    assert found(r'<body data-lms="([^"]*)"', known.get("/")) == "https://lms.example"
    assert found(r'<body data-lms="([^"]*)"', unknown.get("/")) == "*"
