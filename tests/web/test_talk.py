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
    [words] = re.findall(r"(The people of \w+ group.*?then erased\.)", page, re.DOTALL)

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
    people = [arrived(learner, f"p{i}") for i in range(8)]  # more than one group holds
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


@pytest.mark.parametrize(
    ("text", "to", "why"),
    [
        ("I agree.", "", "fewer words than are asked for"),
        (f"> {POST}\n\nYes, that.", "", "fewer words than are asked for"),
        ("ฉันเห็นด้วย", "", "fewer words than are asked for"),
        ("👍", "", "fewer words than are asked for"),
        (LATER, "own", "answers a post of your own"),
        (f"{POST} Yes.", "voice", "almost the same as an earlier post"),
    ],
)
def test_what_would_not_count_is_asked_about_before_it_is_sent(
    app: Flask, learner: Enter, text: str, to: str, why: str
) -> None:
    student = arrived(learner, "ana")
    if to:
        student.say(POST)
    parent = {"": None, "own": posts_of(app)[0].id if to else None, "voice": student.voice()}[to]
    before = len(posts_of(app))

    asked = student.say(text, parent, "once", anyway=False)
    unsent = len(posts_of(app))
    sent = student.say(text, parent, "once", anyway=True)

    assert asked.status_code == 422
    assert why in asked.text
    assert "Post it anyway" in asked.text
    assert text.replace(">", "&gt;").split("\n")[0] in asked.text
    assert (unsent, sent.status_code, len(posts_of(app))) == (before, 303, before + 1)


def test_a_short_word_is_not_asked_about_once_nothing_is_left_to_do(learner: Enter) -> None:
    student = arrived(learner, "ana")
    student.talk()

    assert student.say("Yes, thank you!", student.voice(), anyway=False).status_code == 303


def test_the_words_of_a_voice_do_not_count_as_ones_own(app: Flask, learner: Enter) -> None:
    student = arrived(learner, "ana")
    [voice] = [post for post in kept(app, Post) if post.voice]

    student.say(f"{voice.text} So true!")

    [post] = posts_of(app)
    assert not post.counts


def test_a_passage_is_quoted_into_the_composer_and_shown_as_a_quote(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, _cho = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    ana.say(POST)
    [first] = posts_of(app)

    composer = ben.get(f"/talk/?reply={first.id}&quote=1")
    ben.say(f"> {POST}\n\n{REPLY}", first.id)

    assert f"&gt; {POST}" in composer
    page = ana.get("/talk/")
    assert f'<blockquote><p dir="auto">{POST}</p></blockquote><p dir="auto">{REPLY}</p>' in page
    assert posts_of(app)[-1].counts


def test_only_an_author_says_that_the_class_may_read_their_words(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, _cho = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    ana.say(POST, may_quote="y")
    ben.say(REPLY, ana.voice())
    first, second = posts_of(app)

    changed = ana.send(f"/talk/{first.id}/edit", {"text": POST})

    assert (first.may_quote, second.may_quote) == (True, False)
    assert changed.status_code == 303
    assert not posts_of(app)[0].may_quote


def test_a_draft_of_a_reply_remembers_whom_it_answers(learner: Enter) -> None:
    student = arrived(learner, "ana")
    voice = student.voice()

    student.send("/talk/", {"text": "Half a thought", "parent": str(voice), "later": "1"})

    assert f'name="parent" value="{voice}"' in student.get("/talk/")
    assert 'name="parent" value=""' in student.get("/talk/?reply=0")


BOMBS = {
    "quotes in quotes": ">" * 10_000 + " deep",
    "stars": "*" * 15_000,
    "brackets": "[" * 9_000 + "](" * 5_000,
    "entities": "&lt;" * 4_000,
    "marks on one letter": "a" + "\u0301" * 15_000,
    "one long word": "w" * 19_999,
    "lines": "a\n" * 9_999,
    "right to left": "\u202e" * 5_000 + "gnorw",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_post_made_to_break_the_page_is_a_post(app: Flask, learner: Enter, bomb: str) -> None:
    student = arrived(learner, "ana")

    assert student.say(bomb, submission="1").status_code == 303

    page = student.get("/talk/")
    assert "Write to your group" in page
    assert len(page) < 150_000
    assert len(posts_of(app)) == 1


def test_the_words_of_somebody_else_in_the_group_do_not_count_as_ones_own(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, ben, cho = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    ana.say(POST)

    asked = ben.say(f"{POST} Yes", anyway=False)
    ben.say(f"{POST} Yes")
    cho.say("A walk on Thursday says more than a button, and it can be taken back by both.")

    assert asked.status_code == 422
    assert "almost the same as an earlier post" in asked.text
    assert [post.counts for post in posts_of(app)] == [True, False, True]


def test_who_was_copied_may_change_their_own_post(app: Flask, learner: Enter, clock: Clock) -> None:
    ana, ben, _cho = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    ana.say(POST)
    ben.say(f"{POST} Yes")
    own = posts_of(app)[0]

    ana.send(f"/talk/{own.id}/edit", {"text": f"{POST} Still."})

    assert [post.counts for post in posts_of(app)] == [True, False]
