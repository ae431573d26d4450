"""Where we stand: what a group files, what one member tells the class, and who reads which."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from ltitool.core.position import SLOW_START, Outcome
from ltitool.storage.database import Database
from ltitool.storage.queries.positions import statements_for_class
from ltitool.storage.tables import Activity, MinorityStatement, Position, Progress
from tests.conftest import Clock
from tests.launching import INSTRUCTOR, LTI
from tests.learner import POST, REPLY, Learner
from tests.web.test_launch import kept
from tests.web.test_talk import LATER, group_of_three, posts_of, the_wait_is_over

Enter = Callable[..., Learner]
OURS = "Answer tonight in one line, and say in it when the longer answer comes."
MINE = "I still think that Lucy asked for Sam and not for a service with opening hours."


@pytest.fixture
def group(app: Flask, learner: Enter, clock: Clock) -> list[Learner]:
    """Three people in a group that is asked where it stands, each of whom has posted."""
    people = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        session.execute(update(Activity).values(asks_stand=True))
    for person, words in zip(people, (POST, REPLY, LATER), strict=True):
        person.say(words)
    return people


def file(person: Learner, outcome: str = "agree", text: str = OURS, base: int = 0) -> int:
    fields = {"outcome": outcome, "text": text, "base": str(base)}
    return person.send("/talk/stand/", fields).status_code


@pytest.mark.parametrize(("outcome", "words"), [("agree", "We agree"), ("differ", "to differ")])
def test_a_group_files_that_it_agrees_or_agrees_to_differ(
    app: Flask, group: list[Learner], outcome: str, words: str
) -> None:
    ana, ben, _cho = group

    assert file(ana, outcome) == 303

    page = ben.get("/talk/stand/")
    assert OURS in page
    assert words in page
    [position] = kept(app, Position)
    assert (position.outcome, position.number) == (Outcome(outcome), 1)
    assert "three to six with any who join later" in position.audience
    assert {row.counts["stand_filed"] for row in kept(app, Progress)} == {1}


def test_a_group_waits_until_everybody_has_posted_or_a_day_has_passed(
    app: Flask, group: list[Learner], clock: Clock
) -> None:
    ana, ben, cho = group
    token = ana.token("/talk/")
    ben.send(f"/talk/{posts_of(app)[1].id}/withdraw")

    assert "Not open yet" in ana.get("/talk/stand/")
    fields = {"csrf_token": token, "outcome": "agree", "text": OURS}
    early = ana.client.post(f"{ana.url}/talk/stand/", data=fields, base_url="https://tool.example")
    assert early.status_code == 409
    assert OURS in early.text
    clock.advance(hours=SLOW_START.total_seconds() / 3600 - 5)
    assert "Not open yet" in cho.get("/talk/stand/")

    ben.say("A plain line tonight, and then the walk, so that she need not guess any longer.")

    assert "File it for the group" in ana.get("/talk/stand/")


def test_of_two_who_write_at_once_neither_loses_a_word(app: Flask, group: list[Learner]) -> None:
    ana, ben, _cho = group
    assert file(ana) == 303

    fields = {"outcome": "differ", "text": LATER, "base": "0"}
    overtaken = ben.send("/talk/stand/", fields)

    assert overtaken.status_code == 409
    assert "changed this while you were writing" in overtaken.text
    assert OURS in overtaken.text
    assert LATER in overtaken.text
    assert 'name="base" value="1"' in overtaken.text
    assert file(ben, "differ", f"{OURS} {LATER}", base=1) == 303
    page = ana.get("/talk/stand/")
    assert "What it said until then" in page
    assert [position.number for position in kept(app, Position)] == [1, 2]


def test_a_form_sent_twice_files_once(app: Flask, group: list[Learner]) -> None:
    assert [file(group[0]), file(group[0])] == [303, 303]

    assert len(kept(app, Position)) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": OURS}, "Say whether you agree"),
        ({"text": OURS, "outcome": "won"}, "Say whether you agree"),
        ({"text": " \u200b", "outcome": "agree"}, "Write something first"),
        ({"text": "x" * 20_001, "outcome": "agree"}, "too long"),
    ],
)
def test_what_cannot_be_filed_is_given_back(
    app: Flask, group: list[Learner], fields: dict[str, str], words: str
) -> None:
    answer = group[0].send("/talk/stand/", fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert fields["text"].strip() in answer.text
    assert kept(app, Position) == []


def test_a_member_speaks_to_the_class_without_the_group_or_a_name(
    app: Flask, group: list[Learner]
) -> None:
    ana, ben, _cho = group

    ana.send("/talk/stand/minority", {"text": MINE}, form="/talk/stand/")

    assert MINE in ana.get("/talk/stand/")
    for path in ("/talk/", "/talk/stand/", "/talk/export/", "/"):
        assert MINE not in ben.get(path)
    [statement] = kept(app, MinorityStatement)
    assert "has decided again" in statement.audience
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        [activity] = kept(app, Activity)
        assert statements_for_class(session, activity.id) == [MINE]

    ana.send("/talk/stand/minority/withdraw", form="/talk/stand/")
    assert kept(app, MinorityStatement) == []


def test_groups_are_asked_only_where_an_instructor_says_so(
    app: Flask, group: list[Learner]
) -> None:
    ana, *_others = group
    file(ana)
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        session.execute(update(Activity).values(asks_stand=False))

    ana.get("/talk/stand/", status=404)
    assert "Where we stand</a>" not in ana.get("/talk/")
    assert len(kept(app, Position)) == 1


def test_the_talk_is_kept_as_a_page_and_as_markdown_by_its_own_group(
    app: Flask, group: list[Learner]
) -> None:
    ana, ben, _cho = group
    ben.say("# Not a *heading* of mine, only a line that begins with a mark <b>of sorts</b>.")
    ben.send(f"/talk/{posts_of(app)[1].id}/withdraw")
    file(ana)

    page = ana.get("/talk/export/")
    answer = ana.client.get(f"{ana.url}/talk/export/markdown", base_url="https://tool.example")

    assert answer.mimetype == "text/markdown"
    for text in (page, answer.text):
        assert POST in text
        assert REPLY not in text
        assert "Withdrawn by its author." in text
        assert OURS in text
        assert "three to six with any who join later" in text
        assert "Person ana" not in text
    assert r"\# Not a \*heading\* of mine" in answer.text
    assert "&#" not in answer.text


def test_a_teacher_chooses_whether_groups_are_asked(app: Flask, learner: Enter) -> None:
    teacher = learner("tess", **{f"{LTI}roles": [INSTRUCTOR]})

    teacher.send("/teaching/settings/stand", {"asks": "yes"})

    assert [activity.asks_stand for activity in kept(app, Activity)] == [True]
    assert "Groups are asked where they stand." in teacher.get("/teaching/settings")


def test_what_is_typed_for_the_class_is_kept_as_a_draft_until_it_is_sent(
    app: Flask, group: list[Learner]
) -> None:
    ana, ben, _cho = group
    page = "/talk/stand/"

    saved = ana.send("/drafts/", {"place": "minority", "text": "I still think"}, form=page)
    assert saved.status_code == 200
    assert ">I still think</textarea>" in ana.get(page).replace(">\n", ">")
    left = ana.send("/talk/stand/minority", {"text": "I still think that", "later": "1"}, form=page)
    assert left.status_code == 303
    assert ">I still think that</textarea>" in ana.get(page).replace(">\n", ">")
    assert "I still think" not in ben.get(page)
    assert kept(app, MinorityStatement) == []

    ana.send("/talk/stand/minority", {"text": MINE}, form=page)

    assert f">{MINE}</textarea>" in ana.get(page).replace(">\n", ">")
    assert "Draft saved" not in ana.get(page)
