"""What the class is told in words: quotes and statements as agreed, the note of the course."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update

from ltitool.core.figures import Figures, Flow
from ltitool.core.scenario import Scenario
from ltitool.core.talk import PostState
from ltitool.storage.tables import (
    AuditEntry,
    LocalNote,
    MinorityStatement,
    Participant,
    Person,
    Post,
    Thread,
)
from ltitool.web.picture import flow_of
from tests.conftest import Clock
from tests.launching import INSTRUCTOR, LTI
from tests.learner import POST, REPLY, Learner
from tests.web.test_closing import finished, talked
from tests.web.test_launch import kept

Enter = Callable[..., Learner]
NOTE = (
    "Our code asks you to tell your supervisor before you answer; it leaves open what you answer."
)
MINORITY = "We have heard much about policy, and very little about who sits alone in that room."


def test_arguments_are_quoted_where_their_authors_agreed_and_nobody_is_named(
    app: Flask, learner: Enter
) -> None:
    author = talked(learner, "ana")
    author.say("You may all hear this: a walk says more than a button.", may_quote="y")
    aliases = [one.alias for one in kept(app, Participant)]

    page = unescape(finished(learner, "ben").get("/picture/"))

    assert "You may all hear this: a walk says more than a button." in page
    assert POST not in page
    assert REPLY not in page
    assert not [alias for alias in aliases if f">{alias}<" in page]


@pytest.mark.parametrize("state", [PostState.HIDDEN, PostState.WITHDRAWN])
def test_what_was_hidden_or_withdrawn_is_quoted_no_more(
    app: Flask, learner: Enter, state: PostState
) -> None:
    author = finished(learner, "ana")
    author.say("You may all hear this: a walk says more than a button.", may_quote="y")
    with app.extensions["database"].transaction() as session:
        session.execute(update(Post).where(Post.may_quote).values(state=state))

    assert "You may all hear this" not in author.get("/picture/")


def test_where_everybody_went_another_way_no_drawing_pretends_to_tell_more(
    app: Flask, scenario: Scenario
) -> None:
    with app.test_request_context():
        told = flow_of(scenario, Figures(10, flows=(Flow(None, None, 10),)))
        ways = (Flow("decline", "decline", 3), Flow("hold", "hold", 3), Flow(None, None, 4))
        more = flow_of(scenario, Figures(10, flows=ways))

    assert told.sentence.startswith("No way from a first answer to a second was taken by three")
    assert (told.svg, told.rows) == ("", [])
    assert more.sentence.startswith("Of the first 10 people, 6 stayed with theirs, 4 did what")
    assert [row[0] for row in more.rows] == ["A", "B", "all others together"]
    assert "<svg" in more.svg


def test_a_long_talk_fills_the_picture_with_a_few_quotes_alone(app: Flask, learner: Enter) -> None:
    author = finished(learner, "ana")
    database = app.extensions["database"]
    with database.transaction() as session:
        own = session.scalars(select(Post).where(Post.person_id.is_not(None))).first()
        assert own is not None
        session.add_all(
            Post(
                thread_id=own.thread_id,
                person_id=own.person_id,
                text=f"One of many: {n}.",
                counts=True,
                audience=own.audience,
                may_quote=True,
                submission_id=f"many-{n}",
                posted_at=own.posted_at,
            )
            for n in range(200)
        )

    assert author.get("/picture/").count("One of many:") == 12


def test_minority_statements_are_read_by_those_who_have_decided_again(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    student = talked(learner, "ana")
    with app.extensions["database"].transaction() as session:
        session.add(
            MinorityStatement(
                thread_id=session.scalars(select(Thread.id)).first(),
                person_id=session.scalars(select(Person.id)).first(),
                text=MINORITY,
                audience="the whole class",
                written_at=clock.now,
            )
        )
    student.get("/picture/", status=409)

    assert student.decide_again().status_code == 303

    assert MINORITY in unescape(student.get("/picture/"))


def test_without_quotes_statements_or_a_note_no_heading_stands_alone(learner: Enter) -> None:
    page = finished(learner, "ana").get("/picture/")

    for heading in (
        "Arguments you may all read",
        "What single members want",
        "A note of this course",
    ):
        assert heading not in page


# ---- the note


def teacher(enter: Enter) -> Learner:
    return enter("teacher", **{f"{LTI}roles": [INSTRUCTOR]})


def test_the_note_of_the_course_stands_below_the_picture(app: Flask, learner: Enter) -> None:
    student = finished(learner, "ana")
    staff = teacher(learner)

    assert staff.send("/teaching/settings/note", {"text": NOTE}).status_code == 303

    page = unescape(student.get("/picture/"))
    assert NOTE in page
    assert page.index("argue with it") < page.index(NOTE)
    [line] = [one for one in kept(app, AuditEntry) if one.action == "local note written"]
    assert NOTE not in str(line.details)


def test_the_note_is_kept_in_every_wording_and_can_be_taken_away(
    app: Flask, learner: Enter
) -> None:
    student, staff = finished(learner, "ana"), teacher(learner)
    for text in (NOTE, NOTE, NOTE + " Since May.", ""):
        assert staff.send("/teaching/settings/note", {"text": text}).status_code == 303

    assert [(one.number, one.text) for one in kept(app, LocalNote)] == [
        (1, NOTE),
        (2, NOTE + " Since May."),
        (3, ""),
    ]
    assert "A note of this course" not in student.get("/picture/")
    assert "Since May." in staff.get("/teaching/settings/note")


def test_a_note_that_is_too_long_comes_back(app: Flask, learner: Enter) -> None:
    staff = teacher(learner)

    answer = staff.send("/teaching/settings/note", {"text": "long " * 5000})

    assert answer.status_code == 422
    assert "too long" in answer.text
    assert "long long" in answer.text
    assert kept(app, LocalNote) == []


def test_a_note_of_another_activity_is_not_shown(learner: Enter) -> None:
    elsewhere = {f"{LTI}resource_link": {"id": "link-2", "title": "Another"}}
    staff = learner("teacher", **{f"{LTI}roles": [INSTRUCTOR]}, **elsewhere)
    staff.send("/teaching/settings/note", {"text": NOTE})

    assert NOTE not in unescape(finished(learner, "ana").get("/picture/"))


# ---- the note of the story’s author


def test_the_note_of_the_author_stands_below_the_picture_and_nowhere_before(
    learner: Enter,
) -> None:
    words = "I wrote what Lucy says to herself before"
    student = talked(learner, "ana")
    before = student.get("/talk/") + student.get("/picture/", 409)

    page = unescape(finished(learner, "ben").get("/picture/"))

    assert words not in before
    assert "A note from the story’s author" in page
    assert words in page
