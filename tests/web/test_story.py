from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ltitool.storage.tables import Attempt, Consult, Decision, Draft
from tests.launching import LTI
from tests.learner import FIRST, SENTENCE, TALK_FIELDS, Learner
from tests.web.test_launch import kept

Enter = Callable[..., Learner]


def test_the_front_page_says_what_is_next_and_how_long_it_takes(learner: Enter) -> None:
    student = learner()
    page = student.get("/")
    student.decide(FIRST, "hold", **TALK_FIELDS)

    assert "A young woman who rarely answers" in page
    assert "A young woman who rarely answers" not in student.get("/")  # what is next comes first
    assert "Start" in page
    assert "about 42 minutes left in all" in page
    assert "Worries about self-harm" in page


def test_the_story_opens_scene_by_scene(learner: Enter) -> None:
    student = learner()

    assert "The second half of the meeting" in student.get("/story/")
    assert "Give your answer" in student.get("/story/request")
    for hidden in ("late-post", "sort-out", "end-edges", "nothing"):
        student.get(f"/story/{hidden}", status=404)


def test_what_lucy_says_to_herself_is_set_apart(learner: Enter) -> None:
    page = learner().get("/story/request")

    assert "to nobody in the room" in page
    assert "hey its lucy from the chip shop lol" in page


def test_a_question_asked_is_recorded_once_and_answered(app: Flask, learner: Enter) -> None:
    student = learner()
    for _time in range(2):
        answer = student.send("/story/request/ask", {"ask": "policy"}, form="/story/request")
        assert answer.status_code == 303

    assert "Both sentences are on page four" in student.get("/story/request")
    assert len(kept(app, Consult)) == 1
    unknown = student.send("/story/request/ask", {"ask": "nothing"}, form="/story/request")
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"choice": ""}, "Choose one of the answers"),
        ({"choice": "nothing"}, "Choose one of the answers"),
        ({"rationale": ""}, "30 words or more, you have 0"),
        ({"rationale": "too short"}, "30 words or more, you have 2"),
        ({"rationale": "word " * 201}, "Say it in 200 words; you have 201"),
        ({"rationale": "我" * 30_000}, "you have 15000"),
        ({"confidence": ""}, "Say how sure you are"),
        ({"confidence": "9"}, "Say how sure you are"),
        ({"lens": ["privacy"]}, "you ticked 1"),
        ({"lens": ["privacy", "consent", "conflict"]}, "you ticked 3"),
        ({"lens": ["privacy", "nothing"]}, "you ticked 1"),
        ({"own_change": "x" * 3000}, "too long to keep"),
    ],
)
def test_an_incomplete_answer_is_asked_for_again_and_nothing_typed_is_lost(
    app: Flask, learner: Enter, changes: dict[str, Any], words: str
) -> None:
    student = learner()
    fields: dict[str, Any] = {"choice": "hold", **TALK_FIELDS, "own_change": "Mine", **changes}

    answer = student.send("/story/request/decide", fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert str(fields["rationale"])[:50] in answer.text
    assert str(fields["own_change"])[:50] in answer.text
    assert kept(app, Decision) == []


def test_an_answer_can_be_changed_until_the_next_scene_is_opened(
    app: Flask, learner: Enter
) -> None:
    student = learner()
    for choice in ("hold", "accept"):
        fields = {"choice": choice, **TALK_FIELDS}
        path = "/story/request/decide"
        assert student.send(path, fields, form=f"{path}?change=1").status_code == 303
    student.get("/story/then-accept", status=404)

    student.send("/story/request/lock", form="/story/request/decide")

    assert "Suppose Sam accepts" in student.get("/story/")
    [decision] = kept(app, Decision)
    assert decision.choice_id == "accept"


def test_a_locked_answer_stays_whatever_a_second_tab_sends(app: Flask, learner: Enter) -> None:
    student = learner()
    token = student.token("/story/request/decide")
    student.decide(FIRST, "hold", **TALK_FIELDS)
    fields = {"csrf_token": token, "choice": "accept", **TALK_FIELDS}

    url = f"{student.url}/story/request/decide"
    late = student.client.post(url, data=fields, base_url="https://tool.example")

    assert late.status_code == 409
    assert TALK_FIELDS["rationale"][:40] in late.text
    assert [decision.choice_id for decision in kept(app, Decision)] == ["hold"]


def test_feedback_and_challenge_come_with_the_next_scene(learner: Enter) -> None:
    student = learner()
    assert "What does she conclude by Wednesday" not in student.get("/story/request")
    student.decide(FIRST, "hold", **TALK_FIELDS)

    page = student.get("/story/")

    assert "keeps Sam’s role clear" in page or "keeps the conversation" in page
    assert "What does she conclude by Wednesday" in page


def test_the_story_stops_before_its_ending(learner: Enter) -> None:
    student = learner()
    student.play()

    assert "The story stops here for now" in student.get("/story/thursday")
    student.get("/story/sort-out", status=404)
    student.get("/ending/", status=409)


def test_an_answer_to_a_question_not_reached_is_refused(learner: Enter) -> None:
    student = learner()
    fields = {"csrf_token": student.token("/story/request/decide"), "choice": "call"}

    answer = student.client.post(
        f"{student.url}/story/late-post/decide", data=fields, base_url="https://tool.example"
    )

    assert answer.status_code == 404


def test_a_draft_comes_back_and_is_gone_when_the_answer_is_kept(app: Flask, learner: Enter) -> None:
    student = learner()
    saved = student.send("/story/request/decide", {"rationale": "half a thought", "later": "1"})
    assert saved.location.endswith("/leave")
    assert "Go on: Decide" in student.get("/")
    assert "half a thought" in student.get("/story/")

    student.decide(FIRST, "hold", **TALK_FIELDS)

    assert kept(app, Draft) == []


def test_the_script_keeps_drafts_of_known_forms_only(app: Flask, learner: Enter) -> None:
    student = learner()
    fields = {"place": "decide:d1-request", "rationale": "while typing", "lens": ["privacy"]}

    answer = student.send("/drafts/", fields, form="/story/request/decide")
    unknown = student.send("/drafts/", {"place": "x"}, form="/story/request/decide")

    assert answer.json is not None
    assert answer.json["words"] == "Draft saved"
    assert unknown.status_code == 422
    [draft] = kept(app, Draft)
    assert draft.fields == {"rationale": "while typing", "lens": ["privacy"]}


def test_starting_over_keeps_the_first_commitment(app: Flask, learner: Enter) -> None:
    student = learner()
    student.play("hold")
    student.read_reasons()

    student.send("/restart")
    student.play("accept", "duty", "look")

    attempts = kept(app, Attempt)
    assert [attempt.is_after_reading for attempt in attempts] == [False, True]
    own = student.get("/reasons/")
    assert "Leave it unanswered for now" in own.split("What others would do")[0]


def test_who_starts_over_is_one_voice_among_others_reasons(learner: Enter) -> None:
    twice = learner("ben")
    twice.decide(FIRST, "accept", **TALK_FIELDS)
    twice.send("/restart")
    twice.decide(FIRST, "channel", **TALK_FIELDS)
    student = learner("ada")

    student.play("hold")

    page = student.get("/reasons/")
    assert page.count("<b>Somebody</b>") == 1
    assert "Accept for now" in page.split("<b>Somebody</b>")[1].split("</article>")[0]


def test_a_guest_reads_the_beginning_and_takes_part_in_nothing(app: Flask, learner: Enter) -> None:
    guest = learner(**{f"{LTI}roles": []})

    assert "looking in as a guest" in guest.get("/")
    assert "The request" in guest.get("/story/request")
    answer = guest.send("/story/request/ask", {"ask": "policy"}, form="/story/request")
    assert answer.status_code == 404
    assert kept(app, Attempt) == []


def test_a_short_answer_asks_one_sentence(learner: Enter) -> None:
    student = learner()
    student.decide(FIRST, "hold", **TALK_FIELDS)

    page = student.get("/story/late-post/decide")

    assert "how do you read the post" in page
    assert "How sure are you" not in page
    answer = student.send("/story/late-post/decide", {"choice": "duty", "rationale": SENTENCE})
    assert answer.status_code == 303


def test_pictures_of_the_story_come_from_the_visit_and_run_nothing(learner: Enter) -> None:
    student = learner()
    page = student.get("/story/opening")
    source = page.split('class="scene-image" src="')[1].split('"')[0]

    answer = student.client.get(source, base_url="https://tool.example")

    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    student.get("/media/" + "0" * 64, status=404)


def test_kept_rows_point_at_one_attempt(app: Flask, learner: Enter) -> None:
    student = learner()
    student.play()

    database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        assert len(set(session.scalars(select(Decision.attempt_id)))) == 1


def test_who_is_refused_a_page_is_led_back_to_the_activity(learner: Enter) -> None:
    student = learner()
    way = f'href="{student.url}/">Back to the activity'

    assert way in student.get("/talk/", status=409)
    missing = student.get("/story/nothing", status=404)
    assert way in missing
    assert "Go back to your course page" not in missing  # the button says it
