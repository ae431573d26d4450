"""Each script as people go through it in a browser, and gates that are changed on the way."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ltitool.actions import gates
from ltitool.core.script import Phase
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Membership, Post, Progress
from tests.conftest import Clock
from tests.launching import INSTRUCTOR, LTI, SigningPlatform
from tests.learner import POST, REPLY, Learner

SOLO = {"scenario": "sam-and-lucy", "script": "solo"}
DEBRIEF = {"scenario": "sam-and-lucy", "script": "debrief"}
PHASES = "/teaching/settings/phases"


def enter(app: Flask, platform: SigningPlatform, sub: str, **custom: str) -> Learner:
    changes = {f"{LTI}custom": custom} if custom else {}
    return Learner(app.test_client(), platform, sub, **changes)


def teacher(app: Flask, platform: SigningPlatform) -> Learner:
    return Learner(app.test_client(), platform, "teacher", **{f"{LTI}roles": [INSTRUCTOR]})


def score(app: Flask) -> int:
    with app.extensions["database"].session(is_read_only=True) as session:
        found: int = session.scalars(select(Progress.score_hundredths)).one()
        return found


def test_without_a_group_two_written_replies_earn_the_whole_credit(
    app: Flask, platform: SigningPlatform
) -> None:
    learner = enter(app, platform, "ana", **SOLO)
    learner.play()
    assert "Go on: Talk with two voices" in learner.get("/reasons/")
    learner.read_reasons()
    assert "group talk" not in learner.get("/reasons/").lower()
    assert "Talk with two voices" in learner.get("/")

    learner.answer_both_voices()

    assert "Go on: Decide again" in learner.get("/alone/")
    assert learner.decide_again().status_code == 303
    assert learner.reflect().status_code == 303
    assert score(app) == 10_000


def test_settings_speak_of_groups_only_where_people_talk_in_groups(
    app: Flask, platform: SigningPlatform
) -> None:
    enter(app, platform, "ana", **SOLO)
    staff = teacher(app, platform)

    page = staff.get("/teaching/settings")
    kept = staff.send("/teaching/settings", {"due_date": "2027-03-01", **_chosen(page)})

    assert "put into groups" not in page
    assert "Where groups come from" not in page
    assert kept.status_code == 303
    staff.send(PHASES, {"script": "visits", "confirmed": "1"})
    assert "Where groups come from" in staff.get("/teaching/settings")


def _chosen(page: str) -> dict[str, str]:
    [story] = re.findall(r'name="story" value="(\d+)" checked', page)
    return {"story": story, "time_zone": "UTC", "due_time": "12:00"}


def test_what_is_written_alone_is_for_the_teaching_staff_only(
    app: Flask, platform: SigningPlatform
) -> None:
    learner = enter(app, platform, "ana", **SOLO)
    learner.play()
    learner.read_reasons()

    learner.answer_both_voices()

    with app.extensions["database"].session(is_read_only=True) as session:
        posts = session.scalars(select(Post).where(Post.person_id.is_not(None))).all()
        [told] = {post.audience for post in posts}
    assert told.startswith("You, and the teaching staff of this course. No other student. You are ")
    assert told.endswith("It is kept until 2 February 2028, then erased.")
    said = learner.send("/talk/", {"text": POST, "submission_id": "group"}, form="/restart")
    assert said.status_code == 409


def test_who_comes_when_the_talk_is_about_to_close_need_not_wait(
    app: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    due_at = (clock.now + timedelta(hours=47)).isoformat()
    learner = enter(app, platform, "ana", scenario="sam-and-lucy", due_at=due_at)

    learner.play()
    learner.read_reasons()

    assert "about to close" in learner.get("/talk/")
    learner.answer_both_voices()
    front = learner.get("/")
    assert "Go on: Decide again" in front
    assert "in all, to be finished by <time" in front


def test_a_class_of_one_talks_with_two_voices(
    app: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    learner = enter(app, platform, "ana")
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        activity = session.scalars(select(Activity)).one()
        activity.context.members_read_at = clock.now
        for row in session.scalars(select(Membership)):
            row.is_on_roster = True

    learner.play()
    learner.read_reasons()

    assert "the only one in this class" in learner.get("/talk/")
    learner.answer_both_voices()
    learner.decide_again()
    learner.reflect()
    assert score(app) == 10_000


def test_a_talk_in_class_waits_for_the_teacher_and_says_so(
    app: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    learner = enter(app, platform, "ana", **DEBRIEF)
    learner.play()
    learner.read_reasons()

    front = learner.get("/")
    assert "Go on: Talk in class" in front
    assert "“Decide again” opens when your teacher opens it." in front
    learner.get("/again/", 409)
    with app.extensions["database"].transaction() as session:
        activity = session.scalars(select(Activity)).one()
        gates.open_now(session, activity, Phase.AGAIN, actor_id=1, now=clock.now)

    assert learner.decide_again().status_code == 303
    assert learner.reflect().status_code == 303
    assert score(app) == 10_000


def test_a_new_gate_is_shown_with_whom_it_affects_and_takes_back_nothing(
    app: Flask, platform: SigningPlatform
) -> None:
    reading, talking = enter(app, platform, "ana"), enter(app, platform, "ben")
    for learner in (reading, talking):
        learner.play()
        learner.read_reasons()
    talking.say(POST)
    staff = teacher(app, platform)
    fields = {"script": "visits", "gate_talk": "date", "date_talk": "2027-02-05T10:00"}

    asked = staff.send(PHASES, fields)

    assert asked.status_code == 200
    assert "is open to one person who has not used it, and will wait" in asked.text
    assert "stays open for one person who has used it" in asked.text
    assert "Person ana" in asked.text
    assert "Go on: Group talk" in reading.get("/")
    assert staff.send(PHASES, {**fields, "confirmed": "1"}).status_code == 303
    assert "“Group talk” opens on" in reading.get("/")
    reading.get("/talk/", 409)
    assert talking.say(REPLY).status_code == 303


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"script": "dance"}, "Choose one of these"),
        ({"script": "visits", "gate_talk": "whim"}, "Choose one of these"),
        ({"script": "visits", "gate_talk": "date"}, "A date is missing"),
        ({"script": "visits", "gate_talk": "date", "date_talk": "soon"}, "Write the date as"),
        ({"script": "visits", "gate_talk": "ready", "share_talk": "0"}, "from 1 to 100"),
    ],
)
def test_gates_that_cannot_be_are_given_back(
    app: Flask, platform: SigningPlatform, fields: dict[str, str], problem: str
) -> None:
    staff = teacher(app, platform)

    answer = staff.send(PHASES, fields)

    assert answer.status_code == 422
    assert problem in answer.text


def test_once_people_have_talked_the_way_of_talking_stays(
    app: Flask, platform: SigningPlatform
) -> None:
    learner = enter(app, platform, "ana")
    learner.play()
    learner.read_reasons()
    learner.say(POST)

    answer = teacher(app, platform).send(PHASES, {"script": "solo", "confirmed": "1"})

    assert answer.status_code == 422
    assert "people go on that way" in answer.text


def test_before_anybody_has_talked_the_script_can_change(
    app: Flask, platform: SigningPlatform
) -> None:
    learner = enter(app, platform, "ana")
    learner.play()
    learner.read_reasons()

    answer = teacher(app, platform).send(PHASES, {"script": "solo", "confirmed": "1"})

    assert answer.status_code == 303
    assert "Go on: Talk with two voices" in learner.get("/")
    learner.answer_both_voices()
    assert "Go on: Decide again" in learner.get("/")


def test_an_instructor_opens_a_part_before_its_time(
    app: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    learner = enter(app, platform, "ana", **DEBRIEF)
    learner.play()
    learner.read_reasons()
    lead = teacher(app, platform)
    assert "Open “Decide again” now" in lead.get(PHASES)

    sure = lead.get(f"{PHASES}/again/open")
    opened = lead.send(f"{PHASES}/again/open")

    assert "“Decide again” opens at once for one person" in sure
    assert opened.status_code == 303
    assert "Open “Decide again” now" not in lead.get(PHASES)
    assert learner.decide_again().status_code == 303
