"""A class in one room: its instructor opens part after part, and everybody's page follows."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from ltitool.actions.library import store
from ltitool.actions.library_files import media_beside
from ltitool.core.policy import Rule
from ltitool.core.room import OVER_AFTER
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Progress, StaffMark
from tests.conftest import PENDING, Clock
from tests.launching import INSTRUCTOR, LTI, TOOL, SigningPlatform
from tests.learner import FIRST, TALK_FIELDS, Learner
from tests.web.test_thread import Counting

CUSTOM = {f"{LTI}custom": {"scenario": "sam-and-lucy", "script": "room-50"}}
ROOM = "/teaching/room/"


@pytest.fixture
def lead(app: Flask, platform: SigningPlatform) -> Learner:
    """The instructor of a class that has come together."""
    roles = {f"{LTI}roles": [INSTRUCTOR]}
    return Learner(app.test_client(), platform, "teacher", **roles, **CUSTOM)


@pytest.fixture
def ana(app: Flask, platform: SigningPlatform, lead: Learner) -> Learner:
    """A student in the room, who has decided."""
    del lead  # whose launch has set the activity up
    made = Learner(app.test_client(), platform, "ana", **CUSTOM)
    made.play()
    return made


def press(lead: Learner, act: str, **fields: str) -> TestResponse:
    answer = lead.send(f"{ROOM}{act}", fields, form=ROOM)
    assert answer.status_code == 303, answer.text
    return answer


def ask(person: Learner, path: str, etag: str = "") -> TestResponse:
    headers = {"If-None-Match": etag} if etag else {}
    return person.client.get(f"{person.url}{path}", base_url=TOOL, headers=headers)


def page_of(answer: TestResponse) -> str:
    page = answer.get_json()["page"]
    assert isinstance(page, str)
    return page


def test_a_session_is_led_from_its_beginning_to_its_end(lead: Learner, ana: Learner) -> None:
    assert "Begin the session" in lead.get(ROOM)
    press(lead, "begin")
    assert "One person has come to this session" in lead.get(ROOM)
    assert "1 of them are done with this part" in lead.get(ROOM)
    assert ana.get("/").count("opens when your teacher opens it") == 1

    sure = lead.get(f"{ROOM}next")
    press(lead, "next", phase="reasons")

    assert "opens at once for one person" in sure
    assert "Person ana" in sure
    ana.read_reasons()
    for phase in ("talk", "again"):
        press(lead, "next", phase=phase)
    assert ana.decide_again().status_code == 303
    press(lead, "end")
    assert "The session has ended" in lead.get(ROOM)
    assert ana.reflect().status_code == 303


def test_the_page_of_a_student_follows_and_costs_one_question_while_nothing_happens(
    app: Flask, lead: Learner, ana: Learner, count_statements: Counting
) -> None:
    press(lead, "begin")
    first = ask(ana, "/onward")
    assert "opens when your teacher opens it" in page_of(first)

    with count_statements(app) as asked:
        still = ask(ana, "/onward", first.headers["ETag"])
    press(lead, "next", phase="reasons")
    fresh = ask(ana, "/onward", first.headers["ETag"])

    assert still.status_code == 304
    besides_the_visit = [one for one in asked if "FROM visit" not in one and one != "BEGIN"]
    assert len(besides_the_visit) == 1
    assert "Go on: Others’ reasons" in page_of(fresh)


def test_who_still_reads_is_told_that_the_class_has_gone_on(
    app: Flask, platform: SigningPlatform, lead: Learner, ana: Learner, count_statements: Counting
) -> None:
    ben = Learner(app.test_client(), platform, "ben", **CUSTOM)
    press(lead, "begin")
    page = ben.get(f"/story/{FIRST[0]}")
    live = re.search('data-live="/v/[^/]+([^"]*)" data-mark="([^"]*)"', page)
    assert live is not None
    with count_statements(app) as asked:
        still = ask(ben, live[1], f'"{live[2]}"')
    press(lead, "next", phase="reasons")

    fresh = ask(ben, live[1], f'"{live[2]}"')

    assert "Your class is at" not in page
    assert still.status_code == 304
    assert len([one for one in asked if "FROM visit" not in one and one != "BEGIN"]) == 1
    for told in (page_of(fresh), ben.get(f"/story/{FIRST[0]}"), ben.get("/progress/")):
        assert "Your class is at “Others’ reasons” now. It is open to you when" in told
    assert re.search('href="[^"]*/reasons/">Go there', ana.get("/progress/"))
    ana.read_reasons()
    assert "Your class is at" not in ana.get("/reasons/")


def test_who_lives_through_another_story_is_not_called_after_the_class(
    app: Flask, platform: SigningPlatform, lead: Learner, clock: Clock
) -> None:
    path = PENDING.with_name("cohort-chat.yaml")
    with app.extensions["database"].transaction() as session:
        source = path.read_text("utf-8")
        other = store(session, source, media_beside(path), now=clock.now).id
    ben = Learner(app.test_client(), platform, "ben", **CUSTOM)
    assert ben.send(f"/other-story/{other}", form="/other-story/").status_code == 303
    press(lead, "begin")
    press(lead, "next", phase="reasons")

    assert "Your class lives through another one" in ben.get("/")
    assert "Your class is at" not in ben.get("/progress/")


def test_what_is_asked_of_a_talk_aloud_speaks_of_no_thread(lead: Learner, ana: Learner) -> None:
    press(lead, "begin")
    for phase in ("reasons", "talk"):
        press(lead, "next", phase=phase)
    ana.read_reasons()

    for page in (lead.get(f"{ROOM}screen"), ana.get("/aloud/")):
        assert "Start with a lens you did not pick yourself" in page
        assert "thread" not in page


def test_two_who_press_at_once_open_one_part(lead: Learner, ana: Learner) -> None:
    press(lead, "begin")
    press(lead, "next", phase="reasons")
    press(lead, "next", phase="reasons")

    skipped = lead.send(f"{ROOM}next", {"phase": "again"}, form=ROOM)

    assert skipped.status_code == 409
    assert "The class is at another part by now" in skipped.text
    assert "waits" in ana.get("/")


def test_an_outdated_press_opens_nothing_and_says_what_was_opened_meanwhile(
    lead: Learner, ana: Learner
) -> None:
    press(lead, "begin")
    old = ask(lead, f"{ROOM}now")
    link = re.search('href="[^"]*(/teaching/room/next[^"]*)"', page_of(old))
    assert link is not None
    press(lead, "next", phase="reasons")

    pressed = lead.client.get(f"{lead.url}{link[1]}", base_url=TOOL, follow_redirects=True)
    confirmed = press(lead, "next", phase="reasons")
    after = lead.client.get(confirmed.location, base_url=TOOL)

    for answer in (pressed, after):
        assert "“Others’ reasons” has been open since" in answer.text
        assert "Next: Group talk" in answer.text or "Next: Talk in class" in answer.text
    assert "One part waits" in ana.get("/")


def test_what_to_press_next_follows_the_session(lead: Learner) -> None:
    before = ask(lead, f"{ROOM}now")
    press(lead, "begin")

    after = ask(lead, f"{ROOM}now", before.headers["ETag"])

    assert "Begin the session" in page_of(before)
    assert "Next: Others’ reasons" in page_of(after)


def test_a_part_is_closed_again_and_stays_open_for_who_has_used_it(
    lead: Learner, ana: Learner, app: Flask, platform: SigningPlatform
) -> None:
    ben = Learner(app.test_client(), platform, "ben", **CUSTOM)
    press(lead, "begin")
    press(lead, "next", phase="reasons")
    ana.read_reasons()

    press(lead, "back", phase="reasons")

    ben.play()
    assert ana.get("/reasons/", 200)
    assert ben.get("/reasons/", 409)


@pytest.mark.parametrize(("fields", "noted"), [({"attendance": "1"}, 1), ({}, 0)])
def test_who_was_there_is_noted_where_the_instructor_wants_it(
    app: Flask, lead: Learner, ana: Learner, fields: dict[str, str], noted: int
) -> None:
    press(lead, "begin")

    press(lead, "end", **fields)
    press(lead, "end", **fields)

    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        marks = session.scalars(select(StaffMark)).all()
    assert [mark.rule for mark in marks] == [Rule.ATTENDED_LIVE] * noted
    assert ana.get("/reasons/", 200)


def test_a_session_that_nobody_ended_is_over_the_next_morning(
    app: Flask, lead: Learner, ana: Learner, clock: Clock
) -> None:
    press(lead, "begin")
    database: Database = app.extensions["database"]
    for passed, is_over in ((OVER_AFTER - timedelta(hours=1), False), (timedelta(hours=1), True)):
        clock.now += passed
        app.extensions["jobs"].end_forgotten_sessions()
        with database.session(is_read_only=True) as session:
            ended_at = session.scalars(select(Activity.session_ended_at)).one()
        assert (ended_at is not None) is is_over
    assert ana.get("/reasons/", 200)


def test_the_wall_names_nobody_and_counts_no_answers(lead: Learner, ana: Learner) -> None:
    before = lead.get(f"{ROOM}screen")
    press(lead, "begin")
    walls = [before, lead.get(f"{ROOM}screen"), page_of(ask(lead, f"{ROOM}screen/now"))]
    for phase in ("reasons", "talk", "again", "ending", "picture", "reflect"):
        press(lead, "next", phase=phase)
        walls.append(lead.get(f"{ROOM}screen"))
    assert [" are done" in wall for wall in walls[3:]] == [True, False, True, False, False, True]

    assert "We begin soon" in walls[0]
    assert "1 of 1 are done" in walls[1]
    for wall in walls:
        assert "ana" not in wall.replace("manag", "")
        assert "Leave it unanswered" not in wall  # the choice that Ana has taken
    assert any("Start with" in wall for wall in walls)


def test_a_tutor_follows_and_leads_nothing(
    app: Flask, platform: SigningPlatform, lead: Learner
) -> None:
    tutor = Learner(
        app.test_client(),
        platform,
        "tutor",
        **{
            f"{LTI}roles": [f"{INSTRUCTOR.replace('#Instructor', '/Instructor')}#TeachingAssistant"]
        },
        **CUSTOM,
    )

    page = tutor.get(ROOM)

    assert "Instructors of this course lead the session" in page
    for act in ("begin", "next", "back", "end"):
        answer = tutor.send(f"{ROOM}{act}", {"phase": "reasons"}, form="/restart")
        assert answer.status_code == 404


def test_only_a_script_for_one_room_has_such_a_page(app: Flask, platform: SigningPlatform) -> None:
    teacher = Learner(app.test_client(), platform, "teacher", **{f"{LTI}roles": [INSTRUCTOR]})

    assert "In one room" not in teacher.get("/teaching/")
    teacher.get(ROOM, 404)


def test_the_board_asks_no_more_of_a_full_room(
    app: Flask, platform: SigningPlatform, lead: Learner, ana: Learner, count_statements: Counting
) -> None:
    press(lead, "begin")
    lead.get(ROOM)
    with count_statements(app) as few:
        lead.get(ROOM)
    for number in range(6):
        Learner(app.test_client(), platform, f"more-{number}", **CUSTOM)

    with count_statements(app) as many:
        page = lead.get(ROOM)

    assert "7 people have come" in page
    assert len(many) == len(few)
    with app.extensions["database"].session(is_read_only=True) as session:
        assert session.scalars(select(Activity)).one().session_ended_at is None


def test_who_is_early_finds_a_page_that_says_what_opens_it(lead: Learner, ana: Learner) -> None:
    press(lead, "begin")

    page = ana.get("/reasons/", 409)

    assert "“Others’ reasons” is not open yet" in page
    assert "opens when your teacher opens it" in page
    assert "See all parts" in page


def test_a_second_answer_that_is_begun_is_not_closed_again(lead: Learner, ana: Learner) -> None:
    press(lead, "begin")
    press(lead, "next", phase="reasons")
    ana.read_reasons()
    for phase in ("talk", "again"):
        press(lead, "next", phase=phase)
    typed = {"place": "again", "choice": "hold", **TALK_FIELDS}
    assert ana.send("/drafts/", typed, form="/again/").status_code == 200

    assert "stays open for one person who has used it" in lead.get(f"{ROOM}back")
    press(lead, "back", phase="again")

    assert ana.decide_again().status_code == 303


def test_who_was_absent_catches_up_in_writing_and_that_stands_in_for_being_there(
    app: Flask, platform: SigningPlatform, lead: Learner
) -> None:
    press(lead, "begin")
    press(lead, "end")
    late = Learner(app.test_client(), platform, "late", **CUSTOM)
    late.play()
    late.read_reasons()
    assert "Your class has talked about this" in late.get("/alone/")
    late.get("/again/", 409)

    late.answer_both_voices()

    assert late.decide_again().status_code == 303
    assert late.reflect().status_code == 303
    with app.extensions["database"].session(is_read_only=True) as session:
        assert session.scalars(select(Progress)).one().counts["attended_live"] == 1


def test_who_decided_and_missed_the_talk_may_catch_up_once_the_session_has_ended(
    lead: Learner, ana: Learner
) -> None:
    press(lead, "begin")
    assert ana.send("/alone/instead", form="/restart").status_code == 409
    press(lead, "end", attendance="")
    ana.read_reasons()
    assert "I was not there: catch up in writing" in ana.get("/aloud/")

    assert ana.send("/alone/instead").status_code == 303

    assert "Go on: Talk with two voices" in ana.get("/")
    ana.answer_both_voices()
    assert "Go on: Decide again" in ana.get("/alone/")


def test_who_came_long_before_and_answers_in_the_session_was_there(
    app: Flask, lead: Learner, ana: Learner, clock: Clock
) -> None:
    clock.advance(hours=3)
    press(lead, "begin")
    assert "0 people have come" in lead.get(ROOM)
    press(lead, "next", phase="reasons")

    ana.read_reasons()

    assert "One person has come" in lead.get(ROOM)


def test_who_left_the_class_keeps_no_session_from_ending(
    app: Flask, platform: SigningPlatform, lead: Learner, ana: Learner
) -> None:
    press(lead, "begin")
    roles = {f"{LTI}roles": [INSTRUCTOR]}
    Learner(app.test_client(), platform, "ana", **roles, **CUSTOM)

    press(lead, "end", attendance="1")

    assert "The session has ended" in lead.get(ROOM)


def test_classes_that_answer_otherwise_see_the_same_wall_and_the_same_way_on(
    app: Flask, platform: SigningPlatform
) -> None:
    seen = []
    for course, choice in (("a", "hold"), ("b", "accept")):
        where = {**CUSTOM, f"{LTI}context": {"id": course, "title": "One course"}}
        roles = {f"{LTI}roles": [INSTRUCTOR]}
        led = Learner(app.test_client(), platform, "teacher", **roles, **where)
        people = [Learner(app.test_client(), platform, f"{course}{n}", **where) for n in (1, 2)]
        press(led, "begin")
        for one in people:
            one.play(choice)
        for phase in ("reasons", "talk", "again"):
            press(led, "next", phase=phase)
            told = [ask(led, f"{ROOM}screen/now"), *(ask(one, "/onward") for one in people)]
            seen.append((phase, [re.sub("/v/[^/]+", "", page_of(one)) for one in told]))

    assert seen[:3] == seen[3:]
    assert "minutes left" in seen[0][1][0]
