"""The inbox on the front page, and doing it on one's own."""

import re

from flask import Flask

from ltitool.core.script import Alone
from ltitool.storage.tables import GroupMember, NoticeMark, Participant, ThreadSeen
from tests.conftest import Clock
from tests.learner import REPLY, Learner
from tests.web.test_care import Enter, ana, ben, group_url, teacher
from tests.web.test_launch import kept
from tests.web.test_talk import arrived, posts_of

__all__ = ["ana", "ben", "teacher"]


def news(learner: Learner) -> str:
    """Return what the front page says is new, or nothing."""
    found = re.search(r"New for you.*?</ul>", learner.get("/"), re.DOTALL)
    return found[0] if found else ""


def has_seen(learner: Learner, clock: Clock) -> None:
    clock.advance(seconds=5)
    [until] = re.findall(r'name="until" value="(\d+)"', learner.get("/"))
    assert learner.send("/notices/seen", {"until": until}, form="/").status_code == 303
    clock.advance(seconds=5)


def test_an_answer_a_hidden_post_and_staff_are_told_of_until_they_are_seen(
    app: Flask, clock: Clock, ana: Learner, ben: Learner, teacher: Learner
) -> None:
    [post] = posts_of(app)
    group = group_url(app, teacher)
    assert "You are in" in news(ana)
    has_seen(ana, clock)
    assert news(ana) == ""

    ben.say(REPLY, post.id)
    teacher.send(f"{group}/say", {"text": "And Lucy?", "submission_id": "1"}, form=group)
    hide = f"{group}/posts/{post.id}/hide"
    teacher.send(hide, {"reason": "It names a person."})

    told = news(ana)
    assert "One answer to you" in told
    assert "The teaching staff have written" in told
    assert "hidden a post of yours" in told
    assert "answer to you" not in news(ben)
    has_seen(ana, clock)
    assert news(ana) == ""
    assert len(kept(app, NoticeMark)) == 1


def test_an_answer_that_was_read_in_the_talk_is_not_told_again(
    app: Flask, clock: Clock, ana: Learner, ben: Learner
) -> None:
    [post] = posts_of(app)
    clock.advance(seconds=5)
    ben.say(REPLY, post.id)
    newest = posts_of(app)[-1].id

    ana.send("/talk/seen", {"seen": str(newest)}, form="/talk/")

    assert kept(app, ThreadSeen)
    assert "answer to you" not in news(ana)


def test_a_notice_of_ones_group_leads_to_the_talk_once_that_is_open(
    ana: Learner, learner: Enter
) -> None:
    cho = learner("cho")
    cho.play()
    before = news(cho)
    cho.read_reasons()

    assert "You are in" in before
    assert "/talk/" not in before
    assert "/talk/" in news(cho)


def test_each_kind_can_be_turned_off(app: Flask, ana: Learner, ben: Learner) -> None:
    [post] = posts_of(app)
    ben.say(REPLY, post.id)

    ana.send("/notices/kinds", {"kind": ["group", "due"]})

    assert "answer to you" not in news(ana)
    assert "You are in" in news(ana)


def test_anybody_may_go_on_alone_without_a_reason_and_for_the_same_credit(
    app: Flask, ben: Learner, learner: Enter
) -> None:
    assert "same credit" in ben.get("/alone/instead")

    assert ben.send("/alone/instead").status_code == 303

    [alone] = [one for one in kept(app, Participant) if one.alone is not None]
    assert alone.alone is Alone.CHOSEN
    today = [m.person_id for m in kept(app, GroupMember) if m.until_at is None]
    assert alone.person_id not in today
    assert "Talk with two voices" in ben.get("/talk/")
    ben.get("/alone/instead", status=409)
    other = arrived(learner, "cho")
    assert "on their own" not in other.get("/talk/")
