"""Launches used twice at the same moment, in each kind of database: one of them gets in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from ltitool.core.way_in import WayIn
from ltitool.settings import Settings
from tests.launching import SigningPlatform, post_launch
from tests.web.test_held import Held, found, number_held, press, ways_in
from tests.web.test_way_back import BACK, COURSE, refused


@pytest.fixture
def settings(settings: Settings, database_url: str) -> Settings:
    """The settings of a tool on a database of each kind."""
    return replace(settings, database_url=database_url)


def test_of_two_windows_that_open_a_held_launch_at_once_one_is_let_in(
    app: Flask, platform: SigningPlatform
) -> None:
    held = Held(app, platform)
    windows = [app.test_client(), app.test_client()]

    with ThreadPoolExecutor(2) as pool:
        met = [pool.submit(press, window, held.url, proof=held.proof) for window in windows]
        answers = [one.result().status_code for one in met]

    assert sorted(answers) == [303, 403]
    assert ways_in(app) == [WayIn.STORAGE]
    assert number_held(app) == 0


def test_of_two_posts_of_one_launch_at_once_one_is_let_in(
    app: Flask, platform: SigningPlatform
) -> None:
    first, second = app.test_client(), app.test_client()
    sent = platform.log_in(first)
    second._cookies = dict(first._cookies or {})
    token = platform.token(sent["nonce"])

    with ThreadPoolExecutor(2) as pool:
        met = [pool.submit(post_launch, one, sent["state"], token) for one in (first, second)]
        answers = [one.result().status_code for one in met]

    assert sorted(answers) == [303, 403]
    assert ways_in(app) == [WayIn.COOKIE]


def test_the_lms_is_told_why_a_launch_was_refused(app: Flask, platform: SigningPlatform) -> None:
    back = urlsplit(unescape(found(BACK, refused(app.test_client(), platform, COURSE))))

    assert parse_qs(back.query)["lti_errorlog"][0].startswith("LAUNCH-USED ")
