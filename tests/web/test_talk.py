"""The group talk, as its people meet it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from ltitool.core.talk import EDIT_WINDOW, PostState
from ltitool.storage.tables import Draft, Post, PostRevision
from tests.conftest import Clock
from tests.learner import POST, REPLY, Learner
from tests.web.test_launch import kept

Enter = Callable[..., Learner]
LATER = "What I wrote before still holds, but the school night changes how soon I would speak."


def arrived(enter: Enter, sub: str, choice: str = "hold") -> Learner:
    """Let somebody in who has come as far as the talk."""
    student = enter(sub)
    student.play(choice)
    student.read_reasons()
    return student


def group_of_three(enter: Enter, clock: Clock) -> list[Learner]:
    """Three people who wait for two hours and then share a group."""
    custom = {"scenario": "sam-and-lucy", "group_wait_hours": "2"}
    claim = "https://purl.imsglobal.org/spec/lti/claim/custom"
    people = [enter(sub, **{claim: custom}) for sub in ("ana", "ben", "cho")]
    for person, choice in zip(people, ("hold", "accept", "channel"), strict=True):
        person.play(choice)
        person.read_reasons()
    return people


def the_wait_is_over(app: Flask, clock: Clock) -> None:
    """Let two hours pass, and the background work form the groups."""
    clock.advance(hours=3)
    app.extensions["jobs"].form_groups()


def posts_of(app: Flask) -> list[Post]:
    """Return what people posted, oldest first, without the voices of the story."""
    return [post for post in sorted(kept(app, Post), key=lambda p: p.id) if post.person_id]


def test_the_talk_opens_after_reading_others_reasons(learner: Enter) -> None:
    student = learner()
    student.play()

    student.get("/talk/", status=409)

    student.read_reasons()
    page = student.get("/talk/")
    assert "One post of your own" in page
    assert "One reply to somebody else" in page


def test_a_post_says_who_can_read_it_and_keeps_those_words(app: Flask, learner: Enter) -> None:
    student = arrived(learner, "ana")
    page = student.get("/talk/")
    [words] = re.findall(r"(The people of \w+ group.*?this course\.)", page, re.DOTALL)

    student.say(POST)

    [post] = posts_of(app)
    assert post.audience == words
    assert "three to six with any who join later" in post.audience


def test_a_form_sent_twice_makes_one_post(app: Flask, learner: Enter) -> None:
    student = arrived(learner, "ana")

    for _time in range(2):
        assert student.say(POST, submission="once").status_code == 303

    assert [post.text for post in posts_of(app)] == [POST]


def test_post_and_reply_end_the_talk(learner: Enter) -> None:
    student = arrived(learner, "ana")
    student.get("/again/", status=409)

    student.talk()

    assert "Go on: Decide again" in student.get("/talk/")
    assert "Decide again" in student.get("/again/")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Write something first"), ("   \n ", "Write something"), ("x" * 20_001, "too long")],
)
def test_nothing_and_too_much_are_refused_and_given_back(
    app: Flask, learner: Enter, text: str, words: str
) -> None:
    student = arrived(learner, "ana")

    answer = student.say(text, submission="1")

    assert answer.status_code == 422
    assert words in answer.text
    assert text.strip()[:100] in answer.text
    assert posts_of(app) == []


def test_a_short_post_stands_but_does_not_count(app: Flask, learner: Enter) -> None:
    student = arrived(learner, "ana")

    student.say("I agree.")

    [post] = posts_of(app)
    assert (post.state, post.counts) == (PostState.STANDING, False)
    assert "10 words or more" in student.get("/talk/")


def test_the_same_words_twice_count_once(app: Flask, learner: Enter) -> None:
    student = arrived(learner, "ana")

    student.say(POST, submission="1")
    student.say(POST.replace("Thursday", "Friday"), student.voice(), submission="2")

    assert [post.counts for post in posts_of(app)] == [True, False]


def test_a_post_can_be_changed_for_fifteen_minutes(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    student = arrived(learner, "ana")
    student.say(POST)
    [post] = posts_of(app)
    path = f"/talk/{post.id}/edit"

    clock.advance(minutes=14)
    assert student.send(path, {"text": LATER, "submission_id": "x"}).status_code == 303
    assert "edited" in student.get("/talk/")
    clock.advance(seconds=EDIT_WINDOW.total_seconds())
    late = student.send(path, {"text": POST, "submission_id": "y"})

    assert late.status_code == 409
    assert "a reply can add to it" in late.text
    assert POST in late.text
    assert [post.text for post in posts_of(app)] == [LATER]
    assert [revision.text for revision in kept(app, PostRevision)] == [POST]


def test_a_withdrawn_post_is_read_by_nobody_and_counts_no_more(app: Flask, learner: Enter) -> None:
    student = arrived(learner, "ana")
    student.talk()
    first, _reply = posts_of(app)

    assert student.send(f"/talk/{first.id}/withdraw").status_code == 303

    page = student.get("/talk/")
    assert POST not in page
    assert "Withdrawn by its author." in page
    assert "40 + 0 + 15 + 0 + 0 = 55 of 100" in student.get("/progress/")
    again = student.send(f"/talk/{first.id}/withdraw", form="/talk/")
    assert again.status_code == 409


def test_people_of_a_group_read_each_other_by_alias(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, cho = group_of_three(learner, clock)
    assert "Your group is being formed" in ana.get("/talk/")
    ana.say(POST)
    assert POST not in ben.get("/talk/")

    the_wait_is_over(app, clock)
    ben.say(REPLY, ben.voice())

    page = cho.get("/talk/")
    assert POST in page
    assert REPLY in page
    assert "Person ana" not in page
    assert "Person ben" not in page


def test_what_was_answered_while_waiting_comes_along(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, _cho = group_of_three(learner, clock)
    ana.talk()

    the_wait_is_over(app, clock)
    ben.say(LATER)

    page = ana.get("/talk/")
    assert REPLY in page
    assert LATER in page
    assert page.count("from the story") >= 2


def test_a_reply_to_a_reply_stands_under_the_same_post(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, _cho = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    ana.say(POST)
    [first] = posts_of(app)
    ben.say(REPLY, first.id)
    second = posts_of(app)[-1]

    ana.say(LATER, second.id)

    page = ben.get("/talk/")
    strand = page.split(f'id="post-{first.id}"')[1].split("</ol>")[0]
    assert REPLY in strand
    assert LATER in strand
    assert posts_of(app)[-1].parent_id == second.id


def test_a_reply_to_a_post_of_another_group_is_refused(app: Flask, learner: Enter) -> None:
    people = [arrived(learner, f"p{i}") for i in range(6)]  # alone, then five with room for no more
    for person in people:
        person.say(f"{POST} That is what I, {person.sub}, would do.")
    posts = posts_of(app)
    elsewhere = next(post for post in posts if post.thread_id != posts[0].thread_id)

    answer = people[0].say(REPLY, elsewhere.id, submission="2")

    assert answer.status_code == 404
    assert REPLY in answer.text
    assert people[0].say(REPLY, 999_999, submission="3").status_code == 404


def test_a_reply_to_a_post_that_was_just_withdrawn_loses_nothing(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, _cho = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    ana.say(POST)
    [post] = posts_of(app)
    ana.send(f"/talk/{post.id}/withdraw")

    answer = ben.say(REPLY, post.id)

    assert answer.status_code == 409
    assert REPLY in answer.text
    assert "withdrawn or hidden a moment ago" in answer.text


def test_somebody_elses_post_can_be_neither_changed_nor_withdrawn(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, _cho = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    ana.say(POST)
    [post] = posts_of(app)

    for action in ("edit", "withdraw"):
        fields = {"text": LATER, "submission_id": "x"}
        answer = ben.send(f"/talk/{post.id}/{action}", fields, form="/talk/")
        assert answer.status_code == 404
        ben.get(f"/talk/{post.id}/{action}", status=404)

    assert [post.text for post in posts_of(app)] == [POST]


def test_markup_in_a_post_is_shown_as_typed(learner: Enter) -> None:
    student = arrived(learner, "ana")
    script = "<script>alert(1)</script> <b>bold</b> & a javascript:alert(1) [link](javascript:x)"

    student.say(script)

    page = student.get("/talk/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;bold&lt;/b&gt; &amp; a" in page
    assert 'href="javascript' not in page


def test_a_draft_of_a_post_comes_back_and_is_gone_when_posted(app: Flask, learner: Enter) -> None:
    student = arrived(learner, "ana")
    saved = student.send("/talk/", {"text": "Half a thought", "later": "1"})
    assert saved.location.endswith("/leave")
    assert "Half a thought" in student.get("/talk/")

    student.say(POST)

    assert kept(app, Draft) == []


def test_a_class_of_one_can_reach_the_end(learner: Enter) -> None:
    student = learner()

    student.finish()

    assert "40 + 15 + 15 + 15 + 15 = 100 of 100" in student.get("/progress/")
