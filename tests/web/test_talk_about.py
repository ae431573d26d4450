"""An instructor chooses which question of the story people talk about."""

from flask import Flask
from sqlalchemy import select

from ltitool.storage.tables import Thread
from tests.launching import INSTRUCTOR, LTI, SigningPlatform
from tests.learner import FIRST, SECOND, SENTENCE, TALK_FIELDS, THIRD, Learner

CUSTOM = {f"{LTI}custom": {"scenario": "sam-and-lucy", "group_wait_hours": "0"}}
PAGE = "/teaching/settings/question"


def enter(app: Flask, platform: SigningPlatform, sub: str, **changes: object) -> Learner:
    return Learner(app.test_client(), platform, sub, **CUSTOM, **changes)


def test_people_live_through_the_talk_about_the_question_that_was_chosen(
    app: Flask, platform: SigningPlatform
) -> None:
    teacher = enter(app, platform, "teacher", **{f"{LTI}roles": [INSTRUCTOR]})
    assert teacher.send(PAGE, {"question": "d2-night"}).status_code == 303
    assert "another question than the author’s" in teacher.get("/teaching/settings")

    ana = enter(app, platform, "ana")
    ana.decide(FIRST, "hold", rationale=SENTENCE)
    ana.decide(SECOND, "call", **TALK_FIELDS)
    ana.decide(THIRD, "together", rationale=SENTENCE)
    ana.read_reasons()
    ana.talk()
    again = ana.send("/again/", {"choice": "wait", "cited": "nobody", **TALK_FIELDS})

    assert again.status_code == 303
    assert "You, before and after" in ana.get("/picture/")
    assert ana.reflect().status_code == 303
    assert 'total-figure">100<' in ana.get("/progress/")
    with app.extensions["database"].session(is_read_only=True) as session:
        assert session.scalars(select(Thread.decision_id)).all() == ["d2-night"]


def test_once_somebody_has_decided_the_question_stays(
    app: Flask, platform: SigningPlatform
) -> None:
    teacher = enter(app, platform, "teacher", **{f"{LTI}roles": [INSTRUCTOR]})
    assert teacher.send(PAGE, {"question": "no-such"}).status_code == 422
    ana = enter(app, platform, "ana")
    ana.decide(FIRST, "hold", **TALK_FIELDS)

    assert "Somebody has decided already" in teacher.get(PAGE)
    assert teacher.send(PAGE, {"question": "d2-night"}).status_code == 409
