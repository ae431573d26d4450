"""Deep linking: an instructor chooses stories for a course, and the LMS gets a signed answer."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from ltitool.actions.registrations import approve
from ltitool.core.audience import Naming
from ltitool.core.groups import GroupSource
from ltitool.core.plan import Plan
from ltitool.core.presets import Preset, preset_of
from ltitool.core.script import Gate, GateKind, Phase
from ltitool.storage.database import Database
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import (
    Activity,
    AuditEntry,
    Participant,
    Person,
    Placing,
    Registration,
    SpentLogin,
)
from tests.conftest import Clock
from tests.launching import (
    ABSENT,
    AGS,
    DEEP_LINKING,
    INSTRUCTOR,
    LEARNER,
    LTI,
    MEMBERSHIP,
    TOOL,
    SigningPlatform,
    published,
)
from tests.learner import Learner
from tests.web.everything import a_placing
from tests.web.test_isolation import store_another_story
from tests.web.test_launch import kept

RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"
Enter = Callable[..., Learner]
TEACHER: dict[str, Any] = {"name": "Tess Teacher", f"{LTI}roles": [INSTRUCTOR]}
MOODLE = {f"{LTI}tool_platform": {"guid": "g", "product_family_code": "moodle"}}
FILLED = {
    "time_zone": "Europe/London",
    "grouping": "come",
    "script": "visits",
    "source": "batches",
    "names": "alias",
    "grade": "taking-part",
    "opens": "course",
}
OTHERWISE = {
    "opens_date": "2027-02-08",
    "due_date": "2027-02-20",
    "due_time": "12:00",
    "time_zone": "America/New_York",
    "script": "debrief",
    "source": "platform",
    "names": "sealed",
    "grade": "with-mark",
}
"""Nothing as it usually is."""


def placing(learner: Enter, settings: dict[str, Any] | None = None, **changes: Any) -> Learner:
    """Let an instructor come to choose."""
    return learner("teacher", **TEACHER, **a_placing(**(settings or {})), **changes)


def stories(page: str) -> list[str]:
    """Return the ids of the stories on a shelf."""
    return list(dict.fromkeys(re.findall(r"/place/story/(\d+)", page)))


def add(teacher: Learner, *chosen: str, **fields: Any) -> TestResponse:
    """Choose stories, and add them to the course."""
    ids = list(chosen) or stories(teacher.get("/place/"))[:1]
    return teacher.send("/place/set-up", {**FILLED, "story": ids, **fields}, form="/place/")


def answer(app: Flask, teacher: Learner) -> dict[str, Any]:
    """Return what the page that goes back to the LMS has signed, checked by our key set."""
    page = teacher.get("/place/answer")
    token = re.search(r'name="JWT" value="([^"]+)"', page)
    assert token is not None
    keys: Any = app.test_client().get("/lti/keys", base_url=TOOL).json
    [published_key] = keys["keys"]
    assert jwt.get_unverified_header(token.group(1))["kid"] == published_key["kid"]
    unchecked: Any = {"verify_aud": False, "verify_exp": False, "verify_nbf": False}
    unchecked |= {"verify_iat": False}
    found: dict[str, Any] = jwt.decode(
        token.group(1), jwt.PyJWK(published_key), ["RS256"], options=unchecked
    )
    return found


def items(told: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told[f"{DEEP_LINKING}content_items"]
    return found


def opened(
    learner: Enter, item: dict[str, Any], link: str = "link-5", sub: str = "teacher", **more: Any
) -> Learner:
    """Open the link that an item became."""
    claims = {
        f"{LTI}resource_link": {"id": link, "title": item["title"]},
        f"{LTI}custom": item["custom"],
        **(TEACHER if sub == "teacher" else {}),
        **more,
    }
    return learner(sub, **claims)


def linked(app: Flask, link: str = "link-5") -> Activity:
    [found] = [one for one in kept(app, Activity) if one.lti_id == link]
    assert isinstance(found, Activity)
    return found


def plan_in(app: Flask, activity: Activity) -> Plan:
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return plan_of(session, activity)


# ---- the picker


def test_an_instructor_finds_the_stories_and_looks_inside(learner: Enter) -> None:
    teacher = placing(learner)

    shelf = teacher.get("/place/")
    [story] = stories(shelf)
    inside = teacher.get(f"/place/story/{story}")

    assert "It becomes one activity in Course One." in shelf
    assert "Content note:" in shelf
    assert "3 questions" in shelf
    assert 'class="lens-svg lens-svg-none"' in shelf
    assert "Every scene" in inside
    assert "an ending" in inside
    assert "Watch for" in inside


def test_the_shelf_is_searched(learner: Enter) -> None:
    teacher = placing(learner)

    found = teacher.get("/place/?q=friend&language=en-GB&minutes=many")
    nothing = teacher.get("/place/?q=zeppelin")

    assert "/place/set-up?story=" in found
    assert "No story fits that." in nothing


def test_one_story_a_date_and_add(app: Flask, learner: Enter, clock: Clock) -> None:
    teacher = placing(learner)
    assert "Finished by" in teacher.get(f"/place/set-up?story={stories(teacher.get('/place/'))[0]}")

    sent = add(teacher, due_date="2027-02-20", due_time="12:00")

    assert sent.status_code == 303
    told = answer(app, teacher)
    second = int(clock.now.timestamp())
    assert (told["iss"], told["aud"]) == ("client-1", "https://lms.example")
    assert (told["iat"], told["nbf"], told["exp"]) == (second - 60, second - 60, second + 600)
    assert told[f"{LTI}deployment_id"] == "1"
    assert told[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert told[f"{DEEP_LINKING}msg"] == "Added: “Pending”."
    assert f"{DEEP_LINKING}data" not in told
    [item] = items(told)
    [activity] = kept(app, Activity)
    assert item == {
        "type": "ltiResourceLink",
        "title": "Pending",
        "text": item["text"],
        "url": "https://tool.example/lti/launch",
        "custom": {
            "activity": activity.key,
            "scenario": "sam-and-lucy",
            "script": "visits",
            "time_zone": "Europe/London",
            "group_wait_hours": "0",
            "names": "alias",
            "groups": "batches",
            "credit": "taking-part",
            "context_history": "$Context.id.history",
            "link_history": "$ResourceLink.id.history",
        },
        "icon": {
            "url": "https://tool.example/static/mark.svg",
            "width": 64,
            "height": 64,
        },
        "lineItem": {
            "scoreMaximum": 100,
            "label": "Pending",
            "resourceId": f"activity-{activity.id}",
            "tag": "kaleidoscope",
        },
        "submission": {"endDateTime": "2027-02-20T12:00:00Z"},
        "iframe": {"height": 800},
    }
    assert "friend request" in item["text"]
    assert activity.lti_id is None
    assert len(activity.key) >= 20


def test_the_answer_goes_to_the_lms_alone_by_itself_or_by_its_button(learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher)

    page = teacher.client.get(f"{teacher.url}/place/answer", base_url=TOOL)

    assert "form-action https://lms.example;" in page.headers["Content-Security-Policy"]
    assert 'action="https://lms.example/return?course=1" data-send' in page.text
    assert "Go on to the LMS" in page.text


def test_data_comes_back_as_it_went(app: Flask, learner: Enter) -> None:
    teacher = placing(learner, {"data": {"any": ["thing", None]}})
    add(teacher)

    assert answer(app, teacher)[f"{DEEP_LINKING}data"] == {"any": ["thing", None]}


def test_no_data_is_never_answered_with_null(app: Flask, learner: Enter) -> None:
    teacher = placing(learner, {"data": None})
    add(teacher)

    assert f"{DEEP_LINKING}data" not in answer(app, teacher)


def test_moodle_gets_links_without_an_address(app: Flask, learner: Enter) -> None:
    teacher = placing(learner, **MOODLE)
    add(teacher)

    [item] = items(answer(app, teacher))
    assert "url" not in item


def test_without_a_grade_there_is_no_column(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher, grade="no")

    assert "lineItem" not in items(answer(app, teacher))[0]


def test_a_platform_that_takes_no_columns_is_sent_none(app: Flask, learner: Enter) -> None:
    teacher = placing(learner, {"accept_lineitem": False})
    add(teacher)

    assert "lineItem" not in items(answer(app, teacher))[0]


def test_a_window_is_asked_for_only_where_the_platform_has_both(app: Flask, learner: Enter) -> None:
    both = placing(learner)
    add(both, opens="window")
    frame = placing(learner, {"accept_presentation_document_targets": ["iframe"]})
    add(frame, opens="window")
    neither = placing(learner, {"accept_presentation_document_targets": ABSENT})
    add(neither)

    found = [items(answer(app, teacher))[0] for teacher in (both, frame, neither)]
    shown = [(item.get("window"), item.get("iframe")) for item in found]
    assert shown == [({"targetName": "_blank"}, None), (None, {"height": 800}), (None, None)]


def test_several_at_once_each_with_its_name(app: Flask, learner: Enter, clock: Clock) -> None:
    store_another_story(app, clock)
    teacher = placing(learner)
    page = teacher.get("/place/?several=1")
    first, second = stories(page)
    assert f'name="story" value="{first}"' in page
    asked = teacher.get(f"/place/set-up?story={first}&story={second}")
    assert asked.count("” in the course<") == 2

    add(teacher, first, second, **{f"title-{first}": "Week 1", f"title-{second}": "Week 2"})

    told = answer(app, teacher)
    assert [item["title"] for item in items(told)] == ["Week 1", "Week 2"]
    assert len({item["custom"]["activity"] for item in items(told)}) == 2
    assert told[f"{DEEP_LINKING}msg"] == "Added 2 activities."


def test_cancelling_tells_the_lms_that_nothing_was_chosen(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)

    assert teacher.send("/place/cancel", form="/place/").status_code == 303

    assert items(answer(app, teacher)) == []
    assert kept(app, Activity) == []


def test_adding_twice_adds_once(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    token = teacher.token("/place/")
    story = stories(teacher.get("/place/"))
    for _time in range(2):
        data = {**FILLED, "story": story, "csrf_token": token}
        sent = teacher.client.post(f"{teacher.url}/place/set-up", data=data, base_url=TOOL)
        assert sent.location == f"{teacher.url}/place/answer"

    assert len(kept(app, Activity)) == 1
    assert teacher.get("/place/").count("Back to your course") >= 1


WRONG = (
    ({"due_date": "soon"}, "Write the date as year-month-day"),
    ({"grouping": "by magic"}, "Choose how groups are formed"),
    ({"grade": "double"}, "Choose one of these"),
    ({"grade": "own"}, "Choose one of these"),
    ({"opens": "elsewhere"}, "Choose one of these"),
    ({"script": "by-telepathy"}, "Choose one of these"),
    ({"script": ""}, "Choose one of these"),
    ({"source": "listed"}, "Choose one of these"),
    ({"names": "everybody"}, "Choose one of these"),
    ({"opens_date": "monday"}, "Write the date as year-month-day"),
    (
        {"opens_date": "2027-02-21", "due_date": "2027-02-20"},
        "It would open after it is to be finished",
    ),
    ({"time_zone": "Atlantis/Capital"}, "Choose a time zone from the list"),
)


def test_an_invalid_form_is_shown_again_with_what_was_typed(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    [story] = stories(teacher.get("/place/"))

    for fields, words in WRONG:
        sent = add(teacher, story, **{f"title-{story}": "Kept as typed"}, **fields)

        assert sent.status_code == 422
        assert words in unescape(sent.text)
        assert "Kept as typed" in sent.text
    assert kept(app, Activity) == []


TAMPERED = (["999"], ["1", "999"], ["1", "../1"], ["1' OR 1=1"], [""])


def test_a_tampered_choice_is_refused_whole(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)

    for chosen in TAMPERED:
        assert add(teacher, *chosen).status_code == 422

    assert kept(app, Activity) == []
    assert kept(app, Placing)[0].answered_at is None


def test_more_than_was_asked_for_is_refused(app: Flask, learner: Enter, clock: Clock) -> None:
    store_another_story(app, clock)
    teacher = placing(learner, {"accept_multiple": False})
    page = teacher.get("/place/")
    assert "Choose several" not in page

    assert add(teacher, *stories(page)).status_code == 422

    assert kept(app, Activity) == []


# ---- requests that cannot be answered


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        ({"deep_link_return_url": ABSENT}, "DL-RETURN", "where the choice is to be sent"),
        (
            {"deep_link_return_url": "https://evil.example/return"},
            "DL-RETURN-HOST",
            "sent to evil.example",
        ),
        ({"accept_types": ["link", "file"]}, "DL-TYPES", "something else than an activity"),
        ({"data": "d" * 30_000}, "DL-DATA", "more along than can be given back"),
    ],
)
def test_a_request_that_cannot_be_answered_is_refused_in_words(
    app: Flask, platform: SigningPlatform, asked: dict[str, Any], code: str, words: str
) -> None:
    claims = {**TEACHER, **a_placing(**asked)}

    refused = platform.launch(app.test_client(), claims)

    assert refused.status_code == 403
    assert f"LAUNCH-{code}" in refused.text
    assert words in refused.text
    assert kept(app, Placing) == []


def test_a_request_without_settings_is_refused(app: Flask, platform: SigningPlatform) -> None:
    claims = {**TEACHER, **a_placing(), f"{DEEP_LINKING}deep_linking_settings": "none"}

    refused = platform.launch(app.test_client(), claims)

    assert "LAUNCH-DL-SETTINGS" in refused.text


NOT_DESIGNERS: list[list[str]] = [
    [LEARNER],
    [],
    [f"{MEMBERSHIP}/Instructor#TeachingAssistant"],
    ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"],
    [f"{MEMBERSHIP}/Learner#Instructor"],
]


def test_only_instructors_and_designers_choose(app: Flask, platform: SigningPlatform) -> None:
    for roles in NOT_DESIGNERS:
        refused = platform.launch(app.test_client(), {**a_placing(), f"{LTI}roles": roles})

        assert refused.status_code == 403
        assert "LAUNCH-DL-ROLE" in refused.text
        assert "instructors and designers of a course" in refused.text
    assert kept(app, Placing) == []
    assert kept(app, Person) == []
    assert len(kept(app, SpentLogin)) == len(NOT_DESIGNERS)


def test_a_content_developer_chooses(learner: Enter) -> None:
    designer = learner("dora", **a_placing(), **{f"{LTI}roles": [f"{MEMBERSHIP}#ContentDeveloper"]})

    assert "Choose a dilemma" in designer.get("/place/")


def test_the_request_that_a_real_moodle_sent_opens_the_picker(
    app: Flask, platform: SigningPlatform
) -> None:
    recorded = json.loads((RECORDED / "deeplink-request.json").read_text("utf-8"))["claims"]
    moodle = SigningPlatform(
        platform.now, name="Moodle", issuer=recorded["iss"], client_id=recorded["aud"]
    )
    ours = {"nonce", "iat", "exp", "sub", f"{LTI}target_link_uri"}
    claims = {name: value for name, value in recorded.items() if name not in ours}
    with published(moodle):
        moodle.register(app.extensions["database"], "2")

        teacher = Learner(app.test_client(), moodle, recorded["sub"], **claims)
        add(teacher)

    page = teacher.get("/place/answer")
    assert "http://127.0.0.1:8100/mod/lti/contentitem_return.php?course=2" in unescape(page)
    assert "url" not in items(answer(app, teacher))[0]


def test_a_browser_without_the_cookie_chooses_in_a_window_of_its_own(
    app: Flask, platform: SigningPlatform
) -> None:
    other = app.test_client()
    sent = platform.log_in(app.test_client())
    token = platform.token(sent["nonce"], {**TEACHER, **a_placing(data="kept")})
    form = {"state": sent["state"], "id_token": token}
    held = other.post("/lti/launch", data=form, base_url=TOOL)
    assert "Choose a story</a>" in held.text
    way = re.search(r'href="(/lti/open/[^"]+)"', held.text)
    assert way is not None

    let_in = other.post(way.group(1), base_url=TOOL)

    assert let_in.location.endswith("/place/")
    assert "Choose a dilemma" in other.get(let_in.location, base_url=TOOL).text
    assert kept(app, Placing)[0].asked["data"] == "kept"


def test_the_grade_is_told_as_the_chosen_rules_have_it(learner: Enter) -> None:
    teacher = placing(learner)
    [story] = stories(teacher.get("/place/"))

    usual = teacher.get(f"/place/set-up?story={story}")
    changed = add(teacher, story, script="debrief", grade="with-mark", due_date="soon").text

    summary = re.compile(r"A column in the gradebook, to 100\. ([^<]*[^< ])")
    before, after = (" ".join(summary.findall(unescape(page))) for page in (usual, changed))
    assert before.startswith(
        "Decide and say why 40, Post in your group 15, Reply to somebody else 15, Decide again 15,"
    )
    assert after.startswith(
        "Decide and say why 25, Decide again 12.5, Reflect 12.5, A teacher’s mark 50. It opens in"
    )
    assert "Three short visits; groups are mixed by answers; in the talk people have" in usual
    assert "Before class and after it." in changed


# ---- what the returned link launches into


def test_everything_that_was_set_up_is_there_when_the_link_is_opened(
    app: Flask, learner: Enter
) -> None:
    teacher = placing(learner)
    add(teacher, **OTHERWISE)
    [item] = items(answer(app, teacher))
    assert item["available"] == {"startDateTime": "2027-02-08T05:00:00Z"}
    assert item["submission"] == {"endDateTime": "2027-02-20T17:00:00Z"}

    student = opened(learner, item, sub="ana")

    plan = plan_in(app, linked(app))
    opens = datetime(2027, 2, 8, 5, tzinfo=UTC)
    assert plan.gates == {Phase.DECIDE: Gate(GateKind.DATE, opens)}
    assert plan.due_at == datetime(2027, 2, 20, 17, tzinfo=UTC)
    assert (plan.script, plan.time_zone) == ("debrief", "America/New_York")
    assert (plan.group_source, plan.naming) == (GroupSource.PLATFORM, Naming.SEALED)
    assert plan.policy is not None
    assert preset_of(plan.policy) is Preset.WITH_MARK
    assert "Start" not in student.get("/")


def test_a_copy_is_run_the_same_way_without_the_dates(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher, **OTHERWISE)
    [item] = items(answer(app, teacher))
    opened(learner, item)

    opened(learner, item, link="link-6")

    original, copied = (plan_in(app, linked(app, link)) for link in ("link-5", "link-6"))
    assert copied == original.without_dates()
    assert copied.policy == original.policy


def test_a_course_that_is_restored_on_another_site_takes_the_settings_and_nothing_else(
    app: Flask, learner: Enter
) -> None:
    teacher = placing(learner)
    add(teacher, **OTHERWISE)
    [item] = items(answer(app, teacher))
    opened(learner, item)
    with published(SigningPlatform(app.extensions["clock"](), name="B", client_id="b")) as other:
        other.register(app.extensions["database"], "1")
        there = {
            **TEACHER,
            f"{LTI}custom": item["custom"],
            f"{LTI}resource_link": {"id": "9", "title": ""},
        }

        Learner(app.test_client(), other, "somebody", **there)

    restored = linked(app, "9")
    assert restored.copied_from_id is None
    original = plan_in(app, linked(app)).without_dates()
    assert plan_in(app, restored) == replace(original, gates={})


def test_the_returned_link_opens_exactly_what_was_prepared(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher, due_date="2027-02-20", due_time="12:00")
    [prepared] = kept(app, Activity)
    [item] = items(answer(app, teacher))

    student = opened(learner, item, sub="ana")

    [activity] = kept(app, Activity)
    assert activity.id == prepared.id
    assert (activity.lti_id, activity.due_at) == ("link-5", prepared.due_at)
    assert activity.copied_from_id is None
    assert "Start" in student.get("/")
    assert "Copied along" not in opened(learner, item).get("/teaching/")


def test_a_second_link_with_the_same_key_is_a_copy_with_settings_only(
    app: Flask, learner: Enter
) -> None:
    teacher = placing(learner)
    add(teacher, due_date="2027-02-20", due_time="12:00")
    [item] = items(answer(app, teacher))
    opened(learner, item, sub="ana").play()

    twin = opened(learner, item, link="link-6")

    copied = linked(app, "link-6")
    assert copied.copied_from_id == linked(app).id
    assert copied.scenario_version_id == linked(app).scenario_version_id
    assert copied.due_at is None
    assert "Copied along with the course" in twin.get("/teaching/")
    rows = [row for row in kept(app, Participant) if row.activity_id == copied.id]
    assert all(row.is_preview for row in rows)


def test_a_copied_course_takes_the_settings_before_anybody_opened_the_original(
    app: Flask, learner: Enter
) -> None:
    teacher = placing(learner)
    add(teacher)
    [item] = items(answer(app, teacher))
    course: dict[str, Any] = {f"{LTI}context": {"id": "course-9", "title": "Next year"}}

    opened(learner, item, link="link-9", **course)
    opened(learner, item)

    copied, original = linked(app, "link-9"), linked(app)
    assert copied.copied_from_id == original.id
    assert original.copied_from_id is None
    assert copied.context_id != original.context_id


def test_a_copy_of_a_copy_follows_the_nearer_one(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher)
    [item] = items(answer(app, teacher))
    opened(learner, item)
    first: dict[str, Any] = {f"{LTI}context": {"id": "course-2", "title": "Second year"}}
    opened(learner, item, link="link-2", **first)
    custom = {**item["custom"], "context_history": "course-2,course-1,truncated"}
    second: dict[str, Any] = {
        f"{LTI}context": {"id": "course-3", "title": "Third year"},
        f"{LTI}custom": custom,
    }

    opened(learner, item, link="link-3", **second)

    assert linked(app, "link-3").copied_from_id == linked(app, "link-2").id


def test_a_key_of_another_tenant_gives_nothing_and_is_noted(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher)
    [item] = items(answer(app, teacher))
    with published(SigningPlatform(app.extensions["clock"](), name="B", client_id="b")) as other:
        other.register(app.extensions["database"], "1")
        claims = {
            **TEACHER,
            f"{LTI}custom": {"activity": item["custom"]["activity"]},
            f"{LTI}resource_link": {"id": "link-5", "title": "Stolen"},
        }

        thief = Learner(app.test_client(), other, "thief", **claims)

    assert "No story is chosen yet" in thief.get("/teaching/")
    assert "activity key unknown" in {row.action for row in kept(app, AuditEntry)}
    assert next(one for one in kept(app, Activity) if one.title == "Pending").lti_id is None


def test_a_key_of_another_deployment_gives_nothing(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher)
    [item] = items(answer(app, teacher))
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        [registration] = session.scalars(select(Registration))
        approve(session, registration, "2", now=app.extensions["clock"]())
    key = {"activity": item["custom"]["activity"]}
    elsewhere: dict[str, Any] = {f"{LTI}deployment_id": "2", f"{LTI}custom": key}

    thief = opened(learner, item, **elsewhere)

    assert "No story is chosen yet" in thief.get("/teaching/")
    assert "activity key unknown" in {row.action for row in kept(app, AuditEntry)}
    assert next(one for one in kept(app, Activity) if one.key and not one.lti_id)


def test_twins_of_one_issuer_choose_each_for_their_own_course(
    app: Flask, learner: Enter, platform: SigningPlatform
) -> None:
    add(placing(learner))
    with published(SigningPlatform(platform.now, name="Twin", client_id="twin")) as twin:
        twin.register(app.extensions["database"], "1")
        theirs = Learner(app.test_client(), twin, "teacher", **TEACHER, **a_placing())
        add(theirs)

        told = answer(app, theirs)
        [item] = items(told)
        claims = {
            **TEACHER,
            f"{LTI}custom": item["custom"],
            f"{LTI}resource_link": {"id": "link-5", "title": "Pending"},
        }
        Learner(app.test_client(), twin, "teacher", **claims)

    ours, other = kept(app, Activity)
    assert told["iss"] == "twin"
    assert item["custom"]["activity"] == other.key != ours.key
    assert (ours.lti_id, other.lti_id) == (None, "link-5")
    assert ours.context_id != other.context_id


@pytest.mark.parametrize("key", ["unknown", "x" * 500, "$Activity.key", "\x00' OR 1=1 --"])
def test_a_key_that_nobody_made_leaves_the_choice_to_the_instructor(
    learner: Enter, key: str
) -> None:
    custom = {f"{LTI}custom": {"activity": key}}

    teacher = learner("teacher", **TEACHER, **custom)
    student = learner("ana", **custom)

    assert "No story is chosen yet" in teacher.get("/teaching/")
    assert "not ready" in student.get("/").lower()


def test_choosing_anew_for_a_link_changes_it_until_somebody_has_decided(
    app: Flask, learner: Enter
) -> None:
    student = learner("ana")
    first = placing(learner)
    add(first, due_date="2027-02-20", due_time="12:00")
    [item] = items(answer(app, first))
    opened(learner, item, "link-1", "ana")
    assert linked(app, "link-1").due_at is not None
    student.play()
    second = placing(learner)
    add(second, due_date="2027-03-20", due_time="12:00")
    [item] = items(answer(app, second))

    opened(learner, item, "link-1", "ana")
    opened(learner, item, "link-1", "ana")

    activity = linked(app, "link-1")
    assert activity.due_at is not None
    assert activity.due_at.month == 2
    notes = [row.action for row in kept(app, AuditEntry)]
    assert notes.count("choice kept out") == 1


def test_the_column_that_came_with_the_link_is_used(app: Flask, learner: Enter) -> None:
    teacher = placing(learner)
    add(teacher)
    [item] = items(answer(app, teacher))
    services: dict[str, Any] = {
        f"{AGS}claim/endpoint": {
            "scope": [f"{AGS}scope/score"],
            "lineitem": "https://lms.example/items/9/lineitem?type_id=1",
        }
    }

    opened(learner, item, sub="ana", **services)

    assert linked(app).line_item_url == "https://lms.example/items/9/lineitem?type_id=1"
