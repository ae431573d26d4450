"""Care in the talk: asking about real people, telling the staff, and what staff do."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from ltitool.core.concern import CONCERNS, POSTS
from ltitool.storage.tables import AuditEntry, Concern, Post
from tests.conftest import Clock
from tests.launching import INSTRUCTOR, LTI
from tests.learner import FIRST, POST, REFLECTION, TALK_FIELDS, Learner
from tests.web.test_launch import kept
from tests.web.test_talk import arrived, posts_of

Enter = Callable[..., Learner]
REAL = "Last week my client Darren asked me just that, and I did not know what to tell him."


@pytest.fixture
def ana(learner: Enter) -> Learner:
    """Somebody who has posted; whoever arrives next comes into the same group."""
    ana = arrived(learner, "ana")
    ana.say(POST)
    return ana


@pytest.fixture
def ben(ana: Learner, learner: Enter) -> Learner:
    return arrived(learner, "ben")


@pytest.fixture
def teacher(learner: Enter) -> Learner:
    return learner("teacher", **{f"{LTI}roles": [INSTRUCTOR]}, name="Dr Okoye")


def audited(app: Flask) -> list[str]:
    return [entry.action for entry in kept(app, AuditEntry)]


def group_url(app: Flask, teacher: Learner) -> str:
    """Return the talk of the only group there is."""
    page = teacher.get("/teaching/groups/")
    [number] = set(re.findall(r'/teaching/talks/(\d+)/"', page))
    return f"/teaching/talks/{number}"


def test_what_may_be_real_is_asked_about_with_the_text_kept(app: Flask, ben: Learner) -> None:
    asked = ben.say(REAL, anyway=False)

    assert asked.status_code == 422
    assert "“my client Darren” reads like somebody you work with" in asked.text
    assert REAL in asked.text
    for answer in ("Change it", "It is invented", "It is about me", "I have removed the details"):
        assert answer in asked.text
    assert REAL not in [post.text for post in posts_of(app)]


@pytest.mark.parametrize("answer", ["invented", "me", "removed"])
def test_any_answer_lets_it_pass(app: Flask, ben: Learner, answer: str) -> None:
    assert ben.say(REAL, anyway=False, real=answer).status_code == 303

    assert REAL in [post.text for post in posts_of(app)]


def test_two_questions_are_asked_one_after_the_other_and_each_once(
    app: Flask, ben: Learner
) -> None:
    short = "Ring 07911 123456."

    first = ben.say(short, anyway=False)
    second = ben.say(short, anyway=True)
    done = ben.say(short, anyway=True, real="invented")

    assert "would stand, but not count" in first.text
    assert "Could this be about a real person?" in second.text
    assert '<input type="hidden" name="anyway" value="1">' in second.text
    assert done.status_code == 303


def test_reasons_and_reflections_are_asked_about_too(learner: Enter) -> None:
    student = learner("cho")
    rationale = {**TALK_FIELDS, "rationale": f"{TALK_FIELDS['rationale']} {REAL}"}

    asked = student.send(f"/story/{FIRST[0]}/decide", {"choice": "hold", **rationale})

    assert (asked.status_code, "my client Darren” reads" in asked.text) == (422, True)
    answered = {"choice": "hold", **rationale, "real": "me"}
    assert student.send(f"/story/{FIRST[0]}/decide", answered).status_code == 303
    student.finish()
    again = student.send("/reflect/luck", {"text": f"{REFLECTION} {REAL}"}, form="/reflect/")
    assert (again.status_code, "my client Darren” reads" in again.text) == (422, True)


def test_a_report_reaches_staff_and_nobody_else(
    app: Flask, ana: Learner, ben: Learner, teacher: Learner
) -> None:
    [post] = posts_of(app)
    why = "It makes fun of somebody in our year."

    for _time in range(2):
        told = ben.send(f"/talk/{post.id}/report", {"text": why, "submission_id": "1"})
        assert told.status_code == 303

    assert len(kept(app, Concern)) == 1
    assert "One report or worry waits" in teacher.get("/teaching/")
    page = teacher.get("/teaching/moderation/")
    assert why in page
    assert POST in page
    assert "Person ben" not in page
    for reader in (ana, ben):
        assert why not in reader.get("/talk/")
    assert "staff told" in audited(app)


def test_a_report_is_about_a_post_that_one_can_read_and_not_ones_own(
    app: Flask, ana: Learner, ben: Learner
) -> None:
    [post] = posts_of(app)

    ana.get(f"/talk/{post.id}/report", status=404)
    ben.get(f"/talk/{ben.voice()}/report", status=404)
    ben.get("/talk/999/report", status=404)
    ben.get("/talk/worry?post=999", status=404)


def test_what_is_typed_for_the_staff_is_kept_post_by_post_until_it_is_sent(
    app: Flask, ana: Learner, ben: Learner
) -> None:
    [post] = posts_of(app)
    where = f"/talk/{post.id}/report"
    for place in (f"report:{post.id}", "worry"):
        typed = {"place": place, "text": f"About {place}"}
        assert ben.send("/drafts/", typed, form=where).status_code == 200
    for place in ("report:999", "report:", "report:x"):
        assert ben.send("/drafts/", {"place": place}, form=where).status_code == 422

    assert f"About report:{post.id}</textarea>" in ben.get(where)
    assert "About worry</textarea>" in ben.get("/talk/worry")
    assert ben.send(where, {"text": "Half a", "later": "1"}).status_code == 303
    assert "Half a</textarea>" in ben.get(where)
    assert kept(app, Concern) == []

    ben.send(where, {"text": "It names a child.", "submission_id": "1"})

    assert "Half a" not in ben.get(where)
    assert "About worry</textarea>" in ben.get("/talk/worry")
    assert "About" not in ana.get("/talk/worry").split("<textarea")[1]


def test_a_worry_says_that_nobody_watches_and_where_help_is(
    app: Flask, ben: Learner, teacher: Learner
) -> None:
    page = ben.get("/talk/worry")
    assert "This is not watched round the clock" in page

    told = ben.send("/talk/worry", {"text": "She says she cannot go on.", "submission_id": "1"})

    assert told.status_code == 303
    [concern] = kept(app, Concern)
    assert concern.post_id is None
    queue = teacher.get("/teaching/moderation/")
    assert "Worried about somebody" in queue
    assert "Reports a post" not in queue


def test_a_row_is_taken_by_one_and_seen_to(
    app: Flask, ben: Learner, teacher: Learner, learner: Enter
) -> None:
    ben.send("/talk/worry", {"text": "She says she cannot go on.", "submission_id": "1"})
    [concern] = kept(app, Concern)
    row = f"/teaching/moderation/{concern.id}"
    queue = "/teaching/moderation/"
    other = learner("other", **{f"{LTI}roles": [INSTRUCTOR]}, name="Ms Diaz")

    assert teacher.send(row, {"do": "take"}, form=queue).status_code == 303
    assert "Taken by Dr Okoye" in other.get(queue)
    assert other.send(row, {"do": "take"}, form=queue).status_code == 409
    assert other.send(row, {"do": "give-back"}, form=queue).status_code == 303
    assert other.send(row, {"do": "take"}, form=queue).status_code == 303
    assert other.send(row, {"do": "close"}, form=queue).status_code == 303

    assert "Seen to by Ms Diaz" in teacher.get(queue)
    assert "Nothing waits for you." in teacher.get(queue)
    assert audited(app)[-4:] == [
        "concern taken",
        "concern given back",
        "concern taken",
        "concern closed",
    ]
    assert teacher.send(row, {"do": "reopen"}, form=queue).status_code == 303
    assert "Nothing waits for you." not in teacher.get(queue)


def test_staff_find_out_who_told_them_with_a_reason_that_is_logged(
    app: Flask, ben: Learner, teacher: Learner
) -> None:
    ben.send("/talk/worry", {"text": "I cannot go on.", "submission_id": "1"})
    [concern] = kept(app, Concern)
    who = f"/teaching/moderation/{concern.id}/who"

    assert teacher.send(who, {"reason": ""}).status_code == 422
    found = teacher.send(who, {"reason": "To ring them today."})

    assert found.location.endswith(f"/people/{concern.person_id}")
    assert "teller revealed" in audited(app)


def test_telling_the_staff_without_end_is_stopped_with_the_text_kept(
    app: Flask, ben: Learner, clock: Clock
) -> None:
    for number in range(CONCERNS.number):
        ben.send("/talk/worry", {"text": "Look here.", "submission_id": f"{number}"})

    stopped = ben.send("/talk/worry", {"text": "And here.", "submission_id": "more"})

    assert (stopped.status_code, "And here." in stopped.text) == (429, True)
    assert len(kept(app, Concern)) == CONCERNS.number
    clock.advance(hours=1)
    later = ben.send("/talk/worry", {"text": "And here.", "submission_id": "more"})
    assert later.status_code == 303


def test_posting_without_end_is_stopped_with_the_text_kept(
    app: Flask, ben: Learner, clock: Clock
) -> None:
    posted = [ben.say(f"Word {number}") for number in range(POSTS.number)]
    assert {answer.status_code for answer in posted} == {303}

    stopped = ben.say("One more of these")

    assert (stopped.status_code, ">One more of these<" in stopped.text) == (429, True)
    clock.advance(hours=1)
    assert ben.say("One more of these").status_code == 303


def test_a_locked_talk_takes_no_post_and_gives_the_text_back(
    app: Flask, ana: Learner, ben: Learner, teacher: Learner
) -> None:
    group = group_url(app, teacher)
    [post] = posts_of(app)

    teacher.send(f"{group}/lock", form=group)

    words = {"text": REAL, "real": "me", "anyway": "1", "submission_id": "1"}
    refused = ben.send("/talk/", words, form="/restart")
    assert (refused.status_code, REAL in refused.text) == (409, True)
    assert "locked this talk" in refused.text
    assert ana.send(f"/talk/{post.id}/edit", {"text": "No!"}).status_code == 409
    assert ana.send(f"/talk/{post.id}/edit", {"text": REAL}).status_code == 422
    assert "Locked by the teaching staff" in ben.get("/talk/")
    teacher.send(f"{group}/unlock", form=group)
    assert ben.say(REAL, real="me").status_code == 303
    assert {"talk locked", "talk unlocked"} <= set(audited(app))


def test_a_pinned_post_stands_at_the_head_for_everybody(
    app: Flask, ana: Learner, ben: Learner, teacher: Learner
) -> None:
    group = group_url(app, teacher)
    [post] = posts_of(app)
    pin = f"{group}/posts/{post.id}/pin"

    teacher.send(pin, form=group)

    assert "Pinned by the teaching staff" in ben.get("/talk/")
    ana.send(f"/talk/{post.id}/withdraw")
    assert "Pinned by the teaching staff" not in ben.get("/talk/")
    assert teacher.send(pin, {"pinned": "no"}, form=group).status_code == 303
    assert {"post pinned", "post unpinned"} <= set(audited(app))


def test_staff_write_under_their_name_marked_and_warned_about_counts(
    app: Flask, ben: Learner, teacher: Learner
) -> None:
    group = group_url(app, teacher)
    assert "Give no counts away" in teacher.get(group)
    [post] = posts_of(app)
    words = {"text": "What would Lucy say to that?", "submission_id": "1", "parent": str(post.id)}

    for _time in range(2):
        assert teacher.send(f"{group}/say", words, form=group).status_code == 303

    page = ben.get("/talk/")
    assert page.count(words["text"]) == 1
    assert "Dr Okoye" in page
    assert "teaching staff</span>" in page
    said = [one for one in kept(app, Post) if one.by_staff]
    assert [(one.counts, one.parent_id) for one in said] == [(False, post.id)]
    ben.talk()
    assert words["text"] not in ben.get("/again/")
    assert audited(app).count("staff posted") == 1
