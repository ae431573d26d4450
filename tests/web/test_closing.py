"""After the talk: deciding again, the ending, how the class answered, reflecting."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from ltitool.core.script import Round
from ltitool.storage.tables import Decision, Draft, Reflection
from tests.launching import TOOL
from tests.learner import POST, REFLECTION, TALK_FIELDS, Learner
from tests.web.test_launch import kept
from tests.web.test_talk import arrived, posts_of

Enter = Callable[..., Learner]


def talked(enter: Enter, sub: str = "ana", choice: str = "hold") -> Learner:
    """Let somebody in who has come as far as deciding again."""
    student = arrived(enter, sub, choice)
    student.talk()
    return student


def second_answers(app: Flask) -> list[Decision]:
    return [row for row in kept(app, Decision) if row.round is Round.AGAIN]


def finished(enter: Enter, sub: str, first: str = "hold", again: str = "channel") -> Learner:
    """Let somebody in who has done everything up to the picture."""
    student = talked(enter, sub, first)
    assert student.decide_again(again).status_code == 303
    return student


# ---- decide again


def test_the_second_answer_is_private_and_locked_at_once(app: Flask, learner: Enter) -> None:
    student = talked(learner)

    answer = student.decide_again("accept")

    assert answer.location.endswith("/ending/")
    [row] = second_answers(app)
    assert (row.choice_id, row.locked_at is not None) == ("accept", True)
    assert "Only you" in student.get("/again/") or "You have decided again" in student.get(
        "/again/"
    )


def test_two_tabs_that_decide_again_end_with_one_answer(app: Flask, learner: Enter) -> None:
    student = talked(learner)
    token = student.token("/again/")
    student.decide_again("accept")
    fields = {"csrf_token": token, "choice": "hold", "cited": "nobody", **TALK_FIELDS}

    late = student.client.post(
        f"{student.url}/again/", data=fields, base_url="https://tool.example"
    )

    assert late.status_code == 409
    assert "That answer stands" in late.text
    assert [row.choice_id for row in second_answers(app)] == ["accept"]


def test_whose_argument_was_taken_seriously_is_asked_and_kept(app: Flask, learner: Enter) -> None:
    student = talked(learner)
    page = student.get("/again/")
    [voice, *_rest] = re.findall(r'name="cited" value="(voice:[^"]+)"', page)
    missing = student.decide_again(cited="")
    assert missing.status_code == 422
    assert TALK_FIELDS["rationale"][:40] in missing.text

    assert student.decide_again(cited=voice).status_code == 303

    [row] = second_answers(app)
    assert row.cited_voice == voice.removeprefix("voice:")


def test_only_what_was_read_can_be_cited(app: Flask, learner: Enter) -> None:
    ana = talked(learner, "ana")
    own, _reply = posts_of(app)

    for cited in (f"post:{own.id}", "post:999999", "post:x", "voice:nothing", "anybody"):
        assert ana.decide_again(cited=cited).status_code == 422, cited

    assert second_answers(app) == []


def test_a_draft_of_the_second_answer_keeps_the_citation(app: Flask, learner: Enter) -> None:
    student = talked(learner)
    fields = {"choice": "accept", "rationale": "half", "cited": "nobody", "later": "1"}

    assert student.send("/again/", fields).location.endswith("/leave")

    page = student.get("/again/")
    assert ">half</textarea>" in page
    assert 'value="nobody" checked' in page
    student.decide_again()
    assert kept(app, Draft) == []


# ---- the ending


def test_the_ending_opens_when_one_has_decided_again(learner: Enter) -> None:
    student = talked(learner)
    student.get("/ending/", status=409)

    student.decide_again()

    page = student.get("/ending/")
    assert "What it cost:" in page
    assert "See how the class answered" in page


def test_the_next_step_stands_above_the_questions_that_nobody_has_to_answer(
    learner: Enter,
) -> None:
    student = talked(learner)
    student.decide_again()

    before = student.get("/reflect/")
    student.reflect()
    done = student.get("/reflect/")

    assert before.index('id="question-luck"') < before.index("<details")
    assert "See my progress and grade" not in before
    assert done.index("See my progress and grade") < done.index("<details")


def test_the_ending_belongs_to_the_path_that_was_played(learner: Enter) -> None:
    endings = set()
    for sub, path in (
        ("ana", ("hold", "call", "together")),
        ("ben", ("accept", "duty", "look")),
    ):
        student = learner(sub)
        student.play(*path)
        student.read_reasons()
        student.talk()
        student.decide_again("hold")
        page = student.get("/ending/")
        headings = re.findall(r"<h2[^>]*>([^<]+)<", page)
        assert len(set(headings)) == len(headings), "the last scene and the ending share a name"
        endings.add(headings[-1])

    assert len(endings) == 2


def test_scenes_behind_the_curtain_stay_in_the_ending_only(learner: Enter) -> None:
    student = talked(learner)
    student.decide_again()

    student.get("/story/end-edges", status=404)


# ---- how the class answered


def test_below_five_people_there_is_no_picture_but_ones_own_answers(learner: Enter) -> None:
    student = finished(learner, "ana", "hold", "channel")

    page = student.get("/picture/")

    assert "No picture of the class yet" in page
    assert "You, before and after" in page
    assert "<svg" in page
    assert "What weighed most</h2>" not in page


def test_the_picture_is_closed_until_one_has_decided_again(learner: Enter) -> None:
    student = talked(learner)

    student.get("/picture/", status=409)


@pytest.mark.parametrize(("people", "told"), [(4, 0), (5, 5), (9, 5), (10, 10)])
def test_the_picture_tells_about_whole_steps_of_five(
    learner: Enter, people: int, told: int
) -> None:
    choices = ("hold", "accept", "channel")
    everybody = [
        finished(learner, f"p{i}", choices[i % 3], choices[(i * 2) % 3]) for i in range(people)
    ]

    page = everybody[0].get("/picture/")

    assert ("No picture of the class yet" in page) == (told == 0)
    assert (f"the first {told} people who decided again" in page) == (told > 0)
    assert ("First answers, second answers" in page) == (told >= 10)
    for word in ("majority", "vote", "correct", "nobody chose"):
        assert word not in page.lower()


# ---- reflect


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [("luck", "", "or more, you have 0"), ("luck", "too short", "or more, you have 2")],
)
def test_a_reflection_that_is_too_short_is_asked_for_again(
    app: Flask, learner: Enter, question: str, text: str, words: str
) -> None:
    student = finished(learner, "ana")

    answer = student.send(f"/reflect/{question}", {"text": text}, form="/reflect/")

    assert answer.status_code == 422
    assert words in answer.text
    assert kept(app, Reflection) == []


def test_a_reflection_is_kept_and_can_be_written_again(app: Flask, learner: Enter) -> None:
    student = finished(learner, "ana")
    student.reflect()
    student.send("/reflect/luck", {"text": REFLECTION + " And more."}, form="/reflect/")

    [row] = kept(app, Reflection)
    assert row.text.endswith("And more.")
    assert "See my progress and grade" in student.get("/reflect/")


def test_an_unknown_question_is_refused(learner: Enter) -> None:
    student = finished(learner, "ana")

    answer = student.send("/reflect/nothing", {"text": REFLECTION}, form="/reflect/")

    assert answer.status_code == 404


def test_a_draft_of_a_reflection_comes_back(app: Flask, learner: Enter) -> None:
    student = finished(learner, "ana")
    student.send("/reflect/luck", {"text": "half", "later": "1"}, form="/reflect/")

    assert ">half</textarea>" in student.get("/reflect/")
    student.reflect()
    assert kept(app, Draft) == []


# ---- nothing leaks before


def test_no_page_before_deciding_again_tells_what_others_chose(learner: Enter) -> None:
    for i in range(6):
        finished(learner, f"p{i}", "hold", "hold").reflect()
    student = talked(learner, "late", "accept")
    pages = ("/", "/story/", "/reasons/", "/talk/", "/again/", "/progress/")

    for path in pages:
        page = student.get(path)
        text = re.sub(r"<[^>]+>", " ", page)
        assert not re.search(r"\b\d+\s*(%|per cent|people|persons|of \d+ people)", text), path
        assert POST not in page or path in {"/talk/", "/again/", "/progress/"}


def test_the_map_with_ones_own_path_opens_after_reflecting(learner: Enter) -> None:
    student = finished(learner, "ana")
    early = student.client.get(f"{student.url}/path/", base_url=TOOL)
    assert student.reflect().status_code == 303
    page = student.get("/path/")

    assert early.status_code == 409
    assert "opens when you have written your reflection" in early.text
    assert "You chose:" in page
    assert 'class="walked"' in page
    assert ">Wait for Thursday</span>, to <span" in page  # the whole map in words
    assert 'href="/v/' in student.get("/reflect/")
