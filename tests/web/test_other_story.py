"""Another story on the pages: found, taken without a reason, lived through, and told to nobody."""

from sqlalchemy import select

from ltitool.storage.tables import Participant, Person
from tests.learner import FIRST, Learner
from tests.web.everything import Everything


def take(course: Everything, who: Learner) -> None:
    answer = who.send(f"/other-story/{course.ids['pictured_version']}", form="/other-story/")
    assert answer.status_code == 303, answer.text


def test_another_story_is_found_taken_and_lived_through_for_full_credit(
    course: Everything,
) -> None:
    ada = course.people["new"]
    front = ada.get("/")
    assert "another way through" in front
    assert "Take this story" in ada.get("/other-story/")

    take(course, ada)

    front = ada.get("/")
    assert "Your class lives through another one" in front
    assert "No other student sees who wrote what." in front
    assert "In a small group people may guess" not in front
    ada.play()
    ada.read_reasons()
    assert "You have taken another story than your class" in ada.get("/alone/")
    ada.answer_both_voices()
    assert ada.decide_again().status_code == 303
    ada.get("/ending/")
    assert ada.reflect().status_code == 303
    progress = ada.get("/progress/")
    assert "stand in for what others post" in progress
    assert "while waiting for a group" not in progress
    assert 'total-figure">100<' in progress


def test_the_picture_of_another_story_holds_nothing_of_the_class(course: Everything) -> None:
    ada = course.people["new"]
    take(course, ada)
    ada.play()
    ada.read_reasons()
    ada.answer_both_voices()
    ada.decide_again()

    page = ada.get("/picture/")

    assert "Your class lives through another story" in page
    assert "You, before and after" in page
    assert "What weighed most</h2>" not in page
    assert "What single members want you to hear" not in page


def test_staff_read_answers_to_another_story_apart_from_those_of_the_class(
    course: Everything,
) -> None:
    ada = course.people["new"]
    take(course, ada)
    ada.play()
    ada.read_reasons()
    ada.answer_both_voices()
    ada.decide_again()
    ada.reflect()
    with course.database.session(is_read_only=True) as session:
        whose = select(Participant.alias).join(Participant.person).where(Person.lti_id == "new")
        alias = session.scalars(whose).one()
    tutor, at = course.people["tutor"], "/teaching/answers/"
    own, played = course.ids["pictured_version"], course.ids["played"]

    for question in (f"first/{FIRST[1]}", f"again/{FIRST[1]}", "reflect/luck"):
        assert f"<bdi>{alias}</bdi>" in tutor.get(f"{at}{own}/{question}")
        assert f"<bdi>{alias}</bdi>" not in tutor.get(f"{at}{played}/{question}")
    assert "Taken by somebody instead of the story of the class." in tutor.get(at)


def test_one_goes_back_until_the_first_answer_is_locked(course: Everything) -> None:
    ada = course.people["kept"]
    take(course, ada)
    assert "Back to the story of your class" in ada.get("/other-story/")

    assert ada.send("/other-story/back", form="/other-story/").status_code == 303

    assert "Your class lives through another one" not in ada.get("/")
    answer = ada.get("/story/request/decide")
    assert "Your answer is kept" in answer
    assert "How sure: Fairly sure" in answer


def test_who_has_read_others_reasons_is_told_what_is_possible_still(course: Everything) -> None:
    talker = course.people["talker"]

    page = talker.get("/other-story/")

    assert "That was possible until you had read others’ reasons" in page
    assert "on your own" in page
    version = course.ids["pictured_version"]
    assert talker.send(f"/other-story/{version}", form="/other-story/").status_code == 409


def test_staff_see_which_story_somebody_lives_through_and_offer_no_group(
    course: Everything,
) -> None:
    take(course, course.people["new"])

    with course.database.session(is_read_only=True) as session:
        person = session.scalars(select(Person.id).filter_by(lti_id="new")).one()
    page = course.people["teacher"].get(f"/teaching/people/{person}")

    assert "as anybody may without giving a reason" in page
    assert "Give them a group" not in page
