"""Launches for something else than opening the activity: reviewing work, asking what is kept."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ltitool.storage.tables import Activity, Participant, Person, SpentLogin
from tests.launching import ABSENT, INSTRUCTOR, LTI, TOOL, SigningPlatform, post_launch
from tests.learner import Learner
from tests.web.test_launch import kept

RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"
REVIEW = {f"{LTI}message_type": "LtiSubmissionReviewRequest"}
TEACHER = {"sub": "teacher-1", "name": "Tess Teacher", f"{LTI}roles": [INSTRUCTOR]}
PRIVACY = {f"{LTI}message_type": "DataPrivacyLaunchRequest", f"{LTI}resource_link": ABSENT}


def review(client: FlaskClient, platform: SigningPlatform, **changes: Any) -> str:
    """Launch a review; return the page it leads to."""
    answer = platform.launch(client, {**TEACHER, **REVIEW, **changes})
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location, base_url=TOOL, follow_redirects=True)
    assert page.status_code == 200
    return page.text


def test_a_review_opens_the_work_of_one_student(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    Learner(app.test_client(), platform, "ana")

    page = review(client, platform, **{f"{LTI}for_user": {"user_id": "ana"}})

    assert "<bdi>Person ana</bdi></h1>" in page
    assert "Credit" in page


@pytest.mark.parametrize(
    "changes", [{}, {f"{LTI}for_user": {"user_id": "nobody-here"}}, {f"{LTI}for_user": "broken"}]
)
def test_a_review_without_a_known_person_opens_the_class(
    client: FlaskClient, platform: SigningPlatform, changes: dict[str, Any]
) -> None:
    assert "Where the class stands" in review(client, platform, **changes)


def test_a_student_reviews_their_own_work_only(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    Learner(app.test_client(), platform, "ben")

    answer = platform.launch(client, {**REVIEW, "sub": "ana", f"{LTI}for_user": {"user_id": "ben"}})

    assert answer.location.endswith("/progress/")
    assert "My progress and grade" in client.get(answer.location, base_url=TOOL).text


def test_a_review_does_not_reach_into_another_course(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    Learner(app.test_client(), platform, "ana", **{f"{LTI}context": {"id": "course-2"}})

    page = review(client, platform, **{f"{LTI}for_user": {"user_id": "ana"}})

    assert "Where the class stands" in page
    assert "Person ana" not in page


@pytest.mark.parametrize("name", ["submission-review-student", "submission-review-teacher"])
def test_the_reviews_that_a_real_moodle_sends_are_answered(
    app: Flask, client: FlaskClient, platform: SigningPlatform, name: str
) -> None:
    recorded = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))["claims"]
    own = {"nonce", "iat", "exp", "iss", "aud", f"{LTI}deployment_id", f"{LTI}target_link_uri"}
    claims = {claim: value for claim, value in recorded.items() if claim not in own}

    answer = platform.launch(client, claims)

    assert answer.status_code == 303, answer.text
    assert client.get(answer.location, base_url=TOOL).status_code in {200, 409}
    [activity] = kept(app, Activity)
    assert activity.lti_id == "5"


def test_who_asks_what_is_kept_is_told_and_nothing_new_is_kept(
    app: Flask, platform: SigningPlatform
) -> None:
    student = Learner(app.test_client(), platform, "ana")
    student.play()
    before = len(kept(app, Participant)), len(kept(app, Person))
    browser = app.test_client()

    answer = platform.launch(browser, {**PRIVACY, "sub": "ana"})

    assert answer.status_code == 200
    assert "What is kept about you" in answer.text
    assert "Course One" in answer.text
    assert '<td class="number">3</td>' in answer.text
    assert (len(kept(app, Participant)), len(kept(app, Person))) == before


def test_somebody_unknown_is_told_that_nothing_is_kept(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    answer = platform.launch(client, {**PRIVACY, "sub": "new", f"{LTI}context": ABSENT})

    assert "Nothing is kept about you yet" in answer.text
    assert kept(app, Person) == []


def test_another_browser_is_told_nothing_about_a_person(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    student = Learner(app.test_client(), platform, "ana")
    student.play()
    sent = platform.log_in(client)
    token = platform.token(sent["nonce"], {**PRIVACY, "sub": "ana"})

    answer = post_launch(app.test_client(), sent["state"], token)

    assert answer.status_code == 200
    assert "Course One" not in answer.text
    again = post_launch(client, sent["state"], token)
    assert again.status_code == 403
    assert len(kept(app, SpentLogin)) == 2


def test_who_asks_what_is_kept_in_a_browser_without_cookies_is_asked_first(
    app: Flask, client: FlaskClient, platform: SigningPlatform
) -> None:
    Learner(app.test_client(), platform, "ana").play()
    sent = platform.log_in(client)
    token = platform.token(sent["nonce"], {**PRIVACY, "sub": "ana"})
    other = app.test_client()
    held = post_launch(other, sent["state"], token)
    way = re.search(r'href="(/lti/open/[^"]+)"', held.text)
    assert way is not None
    assert "What is kept about you" not in held.text

    asks = other.get(way.group(1), base_url=TOOL)
    told = other.post(way.group(1), base_url=TOOL)

    assert "Continue as Zoë Bright" in asks.text
    assert "What is kept about you" in told.text
    assert "Course One" in told.text
    assert other.post(way.group(1), base_url=TOOL).status_code == 403


PASTS: list[object] = [
    {"user_id": "old-7", "oauth_consumer_key": "k", "oauth_consumer_key_sign": "c2lnbmF0dXJl"},
    {"user_id": "ben", "context_id": "course-2", "resource_link_id": "link-2"},
    {"user_id": {"deep": [None] * 50}},
    ["ben"],
    "ben",
    None,
]


def test_what_a_platform_says_of_an_lti_1_1_past_changes_nobody(
    app: Flask, platform: SigningPlatform
) -> None:
    Learner(app.test_client(), platform, "ben")
    Learner(app.test_client(), platform, "ana").play()
    before = [row.id for row in kept(app, Person)]

    for past in PASTS:
        again = Learner(app.test_client(), platform, "ana", **{f"{LTI}lti1p1": past})

        assert "Others’ reasons" in again.get("/")

    assert [row.id for row in kept(app, Person)] == before
    assert len(kept(app, Activity)) == 1
