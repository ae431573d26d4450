"""Whose argument weighed: reasons met, voices and posts to cite, and the hardest one to answer."""

import re

import pytest
from flask import Flask

from ltitool.storage.queries.citing import MOST
from tests.conftest import Clock
from tests.learner import REASONS, Learner
from tests.web.test_closing import Enter, second_answers
from tests.web.test_talk import group_of_three, posts_of, the_wait_is_over
from tests.web.test_thread import Counting, fill

CHOSEN = 'value="{}" checked'


@pytest.fixture
def ana(app: Flask, learner: Enter, clock: Clock) -> Learner:
    """Somebody in a group of three who has met the reasons of others, and has talked."""
    people = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    people[0].talk()
    return people[0]


def cited_on(page: str, kind: str) -> list[str]:
    return re.findall(rf'name="cited" value="({kind}:[^"]+)"', page)


def test_a_long_talk_is_offered_a_few_posts_at_a_time(
    app: Flask, ana: Learner, clock: Clock, count_statements: Counting
) -> None:
    ana.get("/again/")
    with count_statements(app) as few:
        ana.get("/again/")
    fill(app, clock, 300)

    with count_statements(app) as many:
        page = ana.get("/again/")

    own, *posts = posts_of(app)
    others = [post.id for post in posts if post.person_id != own.person_id]
    assert cited_on(page, "post") == [f"post:{post}" for post in others[: -MOST - 1 : -1]]
    assert len(many) <= len(few)


def test_an_older_post_is_cited_and_nothing_typed_is_lost_on_the_way(
    app: Flask, ana: Learner, clock: Clock
) -> None:
    fill(app, clock, 60)
    [newest, *_rest] = cited_on(ana.get("/again/"), "post")
    typed = {"choice": "accept", "rationale": "half a thought", "cited": newest, "posts": "2"}

    turned = ana.send("/again/", typed)

    page = ana.client.get(turned.location, base_url="https://tool.example").text
    assert ">half a thought</textarea>" in page
    [still_cited, *older] = cited_on(page, "post")
    assert still_cited == newest
    assert CHOSEN.format(newest) in page
    assert ana.decide_again(cited=older[-1]).status_code == 303
    [row] = second_answers(app)
    assert row.cited_post_id == int(older[-1].removeprefix("post:"))


def test_who_has_chosen_no_argument_is_told_at_the_top_of_the_page(ana: Learner) -> None:
    page = ana.decide_again(cited="").text

    assert 'id="problems"' in page
    assert "One thing before this can be kept" in page
    assert '<a href="#cited">Choose whose argument it was' in page


@pytest.mark.parametrize("page", ["0", "-4", "99999999999", "two"])
def test_an_odd_page_of_the_talk_is_a_page_all_the_same(ana: Learner, page: str) -> None:
    assert "Decide again" in ana.get(f"/again/?posts={page}")


def test_the_reason_of_somebody_can_be_marked_as_hardest_and_cited(
    app: Flask, learner: Enter
) -> None:
    learner("ana").play("hold")
    ben = learner("ben")
    ben.play("accept")
    page = ben.get("/reasons/")
    assert "&#39;" not in page  # voices speak with the quotes of print everywhere
    shown = re.findall(r'name="hardest" value="(\d+)".*?<small[^>]*>(.*?)</small>', page, re.DOTALL)
    [position] = [value for value, words in shown if words[:30] == REASONS[:30]]

    assert ben.send("/reasons/", {"hardest": position}).status_code == 303

    assert ben.get("/reasons/").count("hardest for you to answer") == 1
    ben.talk()
    again = ben.get("/again/")
    assert f"reason:{position}" in cited_on(again, "reason")
    assert again.count("hardest for you to answer") == 1
    assert ben.decide_again(cited=f"reason:{position}").status_code == 303
    [row] = second_answers(app)
    assert (row.cited_position, row.cited_post_id, row.cited_voice) == (int(position), None, "")


@pytest.mark.parametrize("marked", ["99", "-1", "x", "9" * 30])
def test_only_a_reason_that_was_shown_can_be_the_hardest(learner: Enter, marked: str) -> None:
    ana = learner("ana")
    ana.play()

    answer = ana.send("/reasons/", {"hardest": marked})

    assert answer.status_code == 422
    assert "Mark one of those on the page" in answer.text
