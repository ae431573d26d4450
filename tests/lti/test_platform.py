"""Which pages are a platform's own: they frame the tool, and people go back to them."""

import pytest

from ltitool.lti.platform import Platform

CLOUD = "https://sso.canvaslms.com/api/lti/authorize_redirect"


def platform(issuer: str, auth_url: str, *frame_origins: str) -> Platform:
    return Platform(1, "The LMS", issuer, "client-1", auth_url, auth_url, auth_url, frame_origins)


MOODLE = platform("https://moodle.example", "https://moodle.example/mod/lti/auth.php")
CANVAS = platform("https://canvas.instructure.com", CLOUD, "https://learn.school.example")
OWN_CANVAS = platform("https://canvas.instructure.com", "https://canvas.school.example/auth")
LOCAL = platform("http://lms.localhost:8000", "http://lms.localhost:8000/auth")


def test_moodle_frames_from_its_own_origin_alone() -> None:
    assert MOODLE.page_origins == {"https://moodle.example"}


def test_canvas_frames_from_the_hosts_of_its_cloud_and_from_those_added_by_hand() -> None:
    assert CANVAS.page_origins == {
        "https://canvas.instructure.com",
        "https://sso.canvaslms.com",
        "https://*.instructure.com",
        "https://learn.school.example",
    }


def test_a_school_s_own_canvas_is_not_framed_by_the_cloud() -> None:
    assert "https://*.instructure.com" not in OWN_CANVAS.page_origins


@pytest.mark.parametrize(
    ("where", "url"),
    [
        (MOODLE, "https://moodle.example/mod/lti/return.php?course=2"),
        (MOODLE, "https://MOODLE.example/course"),
        (CANVAS, "https://school.instructure.com/courses/1/external_content/success"),
        (CANVAS, "https://school.beta.instructure.com/"),
        (CANVAS, "https://learn.school.example/courses/1"),
        (LOCAL, "http://lms.localhost:8000/course"),
    ],
)
def test_a_page_of_the_platform_is_known(where: Platform, url: str) -> None:
    assert where.has_page(url)


@pytest.mark.parametrize(
    ("where", "url"),
    [
        (MOODLE, ""),
        (MOODLE, "javascript:alert(1)//moodle.example"),
        (MOODLE, "data:text/html,x"),
        (MOODLE, "//moodle.example/"),
        (MOODLE, "http://moodle.example/"),
        (MOODLE, "https://moodle.example.evil.example/"),
        (MOODLE, "https://moodle.example@evil.example/"),
        (MOODLE, "https://user@moodle.example/"),
        (MOODLE, "https://moodle.example:444/"),
        (MOODLE, "https://school.instructure.com/"),
        (MOODLE, "https://[::1"),
        (CANVAS, "https://instructure.com.evil.example/"),
        (CANVAS, "https://evilinstructure.com/"),
        (CANVAS, "https://*.instructure.com/"),
        (CANVAS, "http://school.instructure.com/"),
        (CANVAS, "https://school.instructure.com@evil.example/"),
        (OWN_CANVAS, "https://school.instructure.com/"),
    ],
)
def test_a_page_of_another_site_is_none_of_the_platform(where: Platform, url: str) -> None:
    assert not where.has_page(url)
