"""What a deep linking request may ask, and where its answer may go."""

from typing import Any

import pytest

from ltitool.core.errors import LaunchRefused
from ltitool.lti.claims import DEEP_LINKING_SETTINGS
from ltitool.lti.deep_linking import Asked, asked_for
from ltitool.lti.platform import Platform

ABSENT = object()
RETURN = "https://lms.example/mod/lti/contentitem_return.php?course=2&id=2&sesskey=GpdD8VzMqM"


def a_platform(issuer: str = "https://lms.example", host: str = "https://lms.example") -> Platform:
    return Platform(1, "LMS", issuer, "c", f"{host}/auth", f"{host}/token", f"{host}/keys")


def asked(platform: Platform | None = None, **changes: Any) -> Asked:
    told = {"deep_link_return_url": RETURN, "accept_types": ["link", "ltiResourceLink"], **changes}
    settings = {name: value for name, value in told.items() if value is not ABSENT}
    return asked_for({DEEP_LINKING_SETTINGS: settings}, platform or a_platform())


def test_what_is_asked_is_read() -> None:
    found = asked(
        accept_multiple="true",
        accept_lineitem="false",
        accept_presentation_document_targets=["embed", "window", "iframe"],
        data="opaque",
    )

    assert found == Asked(RETURN, True, False, ("iframe", "window"), "opaque")


def test_little_is_enough() -> None:
    assert asked(accept_presentation_document_targets="window") == Asked(RETURN)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"deep_link_return_url": ABSENT}, "DL-RETURN"),
        ({"deep_link_return_url": 7}, "DL-RETURN"),
        ({"deep_link_return_url": "javascript:alert(1)"}, "DL-RETURN"),
        ({"deep_link_return_url": 'https://lms.example/"><script>'}, "DL-RETURN"),
        ({"deep_link_return_url": "https://lms.example/\\evil.example"}, "DL-RETURN"),
        ({"deep_link_return_url": "https://lms.example/" + "a" * 9_000}, "DL-RETURN"),
        ({"deep_link_return_url": "https://evil.example/return"}, "DL-RETURN-HOST"),
        ({"deep_link_return_url": "https://lms.example@evil.example/"}, "DL-RETURN-HOST"),
        ({"deep_link_return_url": "https://lms.example.evil.example/"}, "DL-RETURN-HOST"),
        ({"deep_link_return_url": "https://lms.example:8443/"}, "DL-RETURN-HOST"),
        ({"deep_link_return_url": "https://school.instructure.com/"}, "DL-RETURN-HOST"),
        ({"deep_link_return_url": "http://lms.example/return"}, "DL-RETURN-HOST"),
        ({"deep_link_return_url": "https://[lms.example/return"}, "DL-RETURN-HOST"),
        ({"accept_types": ["link", "file"]}, "DL-TYPES"),
        ({"accept_types": ABSENT}, "DL-TYPES"),
        ({"accept_types": "ltiResourceLink"}, "DL-TYPES"),
        ({"data": "d" * 30_000}, "DL-DATA"),
        ({"data": {"nested": ["d" * 30_000]}}, "DL-DATA"),
    ],
)
def test_what_cannot_be_answered_is_refused(changes: dict[str, Any], check: str) -> None:
    with pytest.raises(LaunchRefused) as refused:
        asked(**changes)

    assert refused.value.check == check


@pytest.mark.parametrize(
    ("url", "is_its_own"),
    [
        ("https://school.instructure.com/courses/1/deep_linking_response?data=eyJ", True),
        ("https://a.beta.instructure.com/x", True),
        ("https://school.instructure.com.evil.example/x", False),
        ("https://school.instructure.com:443@evil.example/x", False),
        ("https://evil.example/.instructure.com", False),
        ("http://school.instructure.com/x", False),
    ],
)
def test_schools_on_canvas_cloud_answer_at_their_own_hosts(url: str, is_its_own: bool) -> None:
    canvas = a_platform("https://canvas.instructure.com", "https://sso.canvaslms.com")

    assert canvas.takes_answers_at(url) is is_its_own


def test_plain_http_goes_where_the_platform_itself_is_plain() -> None:
    local = a_platform("http://127.0.0.1:8100", "http://127.0.0.1:8100")

    assert local.takes_answers_at("http://127.0.0.1:8100/return")
    assert not local.takes_answers_at("http://127.0.0.1:8101/return")
