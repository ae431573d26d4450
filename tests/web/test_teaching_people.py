"""One person as teachers see them, and what staff can do for them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ltitool.core.delivery import Delivery
from ltitool.core.roles import Role
from tests.web.teaching_builders import Course, course_in
from tests.web.teaching_classroom import COLUMN

LONG_REPLY = "But what is Lucy to make of four days in which nobody says a single word"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=0)
        made.grade()
        yield made


def test_the_ledger_shows_what_met_each_milestone_and_the_sum_written_out(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    course.posts(ada)

    page = course.visit(Role.INSTRUCTOR).read(f"/teaching/people/{ada}")

    assert "<bdi>Ada Lovelace</bdi>" in page
    assert "3 answers locked" in page
    assert "One post" in page
    assert "40 + 15 + 0 + 0 + 0 = 55 of 100" in page


def test_the_ledger_leads_to_no_post_and_gives_no_time_of_one(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    course.now += timedelta(minutes=77)
    course.posts(ada, "Waiting is an answer too, and Lucy will read it as one, I fear")

    page = course.visit(Role.INSTRUCTOR).read(f"/teaching/people/{ada}")

    assert "13:17" not in page
    assert "Waiting is an answer too" not in page
    assert "#post-" not in page


def test_scores_are_listed_with_what_the_platform_said(course: Course) -> None:
    ada = course.learner("Ada")
    course.score(ada, Delivery.SENT, hundredths=4000)
    course.score(
        ada, Delivery.REFUSED, "User is not enrolled", hundredths=5500, after=timedelta(hours=1)
    )

    page = course.visit(Role.INSTRUCTOR).read(f"/teaching/people/{ada}")

    assert page.index("55 of 100") < page.index("40 of 100")
    assert '<q dir="auto">User is not enrolled</q>' in page


def test_somebody_who_never_came_has_a_page_that_says_so(course: Course) -> None:
    never = course.person("Never Came", on_roster=Role.LEARNER)

    page = course.visit(Role.INSTRUCTOR).read(f"/teaching/people/{never}")

    assert "Has not opened the activity yet." in page
    assert "<form" not in page


@pytest.mark.parametrize("path", ["", "/reset"])
def test_a_person_of_another_activity_is_not_found(course: Course, path: str) -> None:
    ada = course.learner("Ada")
    elsewhere = course.visit(Role.INSTRUCTOR, activity_id=course.other_activity())

    assert elsewhere.get(f"/teaching/people/{ada}{path}").status_code == 404


@pytest.mark.parametrize("path", ["move", "reset", "send-again"])
def test_nothing_can_be_done_to_a_person_of_another_activity(course: Course, path: str) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.score(ada, Delivery.REFUSED)
    elsewhere = course.visit(Role.INSTRUCTOR, activity_id=course.other_activity())

    answer = elsewhere.post(f"/teaching/people/{ada}/{path}", group="1", reason="why")

    assert answer.status_code == 404
    assert len(course.scores(ada)) == 1


def test_nothing_can_be_done_for_somebody_who_never_came(course: Course) -> None:
    never = course.person("Never Came", on_roster=Role.LEARNER)

    answer = course.visit(Role.INSTRUCTOR).post(f"/teaching/people/{never}/send-again")

    assert answer.status_code == 422


def test_a_refused_score_is_sent_again_with_a_newer_timestamp(course: Course) -> None:
    ada = course.learner("Ada")
    course.score(
        ada, Delivery.REFUSED, "User is not enrolled", hundredths=5500, after=timedelta(hours=1)
    )
    browser = course.visit(Role.INSTRUCTOR)
    assert "Send again" in browser.read(f"/teaching/people/{ada}")

    answer = browser.post(f"/teaching/people/{ada}/send-again")

    refused, again = course.scores(ada)
    assert answer.status_code == 303
    assert refused.delivery is Delivery.REFUSED
    assert again.delivery is Delivery.WAITING
    assert (again.score_hundredths, again.line_item_url) == (5500, COLUMN)
    assert again.scored_at == refused.scored_at + timedelta(seconds=1)
    assert "score sent again" in course.audited()
    page = browser.read(f"/teaching/people/{ada}?done=sent")
    assert "The score is on its way again." in page
    assert "Send again" not in page


@pytest.mark.parametrize("delivery", [Delivery.SENT, None])
def test_only_a_score_that_failed_is_sent_again(course: Course, delivery: Delivery | None) -> None:
    ada = course.learner("Ada")
    if delivery is not None:
        course.score(ada, delivery)

    answer = course.visit(Role.INSTRUCTOR).post(f"/teaching/people/{ada}/send-again")

    assert answer.status_code == 422
    assert "There is no score to send again" in answer.text


def test_moving_says_what_happens_and_moves(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.decides(ada, bo)
    old, new = course.group("Marble", ada), course.group("Slate", bo)
    browser = course.visit(Role.TUTOR)
    page = browser.read(f"/teaching/people/{ada}")
    assert "In Marble group." in page
    assert f'<option value="{old}"' not in page
    asked = browser.read(f"/teaching/people/{ada}/move?group={new}")
    assert "They will read the talk of Slate group from its beginning" in asked
    assert "What they wrote in Marble group stays there" in asked

    answer = browser.post(f"/teaching/people/{ada}/move", group=str(new))

    assert answer.status_code == 303
    assert course.group_of(ada) == new
    assert "person moved" in course.audited()


def test_a_group_of_another_activity_cannot_be_moved_to(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.decides(ada, bo)
    old = course.group("Marble", ada)
    browser = course.visit(Role.INSTRUCTOR)
    course.group("Slate", bo)

    answer = browser.post(f"/teaching/people/{ada}/move", group="4711")

    assert answer.status_code == 422
    assert course.group_of(ada) == old


def test_who_has_not_locked_an_answer_has_no_group_to_be_moved_to(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.decides(bo)
    slate = course.group("Slate", bo)
    browser = course.visit(Role.INSTRUCTOR)
    assert "Move them" not in browser.read(f"/teaching/people/{ada}")

    answer = browser.post(f"/teaching/people/{ada}/move", group=str(slate))

    assert answer.status_code == 422
    assert course.group_of(ada) is None


def test_a_reset_asks_why(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)

    answer = course.visit(Role.INSTRUCTOR).post(f"/teaching/people/{ada}/reset", reason="  ")

    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert "attempt reset" not in course.audited()


def test_a_reset_says_what_it_does_and_lets_a_person_start_over(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    browser = course.visit(Role.INSTRUCTOR)
    confirm = browser.read(f"/teaching/people/{ada}/reset")
    assert "count for nothing any more" in confirm

    answer = browser.post(f"/teaching/people/{ada}/reset", reason="Played by a friend.")

    assert answer.status_code == 303
    page = browser.read(f"/teaching/people/{ada}?done=reset")
    assert "The attempt was reset." in page
    assert "= 0 of 100" in page
    assert "attempt reset" in course.audited()


def test_after_a_reset_nothing_stands_open_but_the_story(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.posts(ada)
    course.posts(ada, LONG_REPLY, to=course.opening_post(ada))
    course.finishes(ada)

    course.visit(Role.INSTRUCTOR).post(f"/teaching/people/{ada}/reset", reason="Asked for it.")

    theirs = course.visit(Role.LEARNER, ada)
    for part in ("reasons", "talk", "again", "ending", "picture", "reflect"):
        assert theirs.get(f"/{part}/").status_code == 409
    assert [score.score_hundredths for score in course.scores(ada)] == [10_000, 4_500]
    course.decides(ada)
    assert theirs.get("/again/").status_code == 200


def test_a_tutor_moves_and_neither_resets_nor_sends_again(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.score(ada, Delivery.REFUSED)
    browser = course.visit(Role.TUTOR)

    page = browser.read(f"/teaching/people/{ada}")

    assert "Send again" not in page
    assert "Reset the attempt" not in page
    assert browser.get(f"/teaching/people/{ada}/reset").status_code == 404
    assert browser.post(f"/teaching/people/{ada}/reset", reason="why").status_code == 404
    assert browser.post(f"/teaching/people/{ada}/send-again").status_code == 404
    assert len(course.scores(ada)) == 1


def test_a_milestone_written_too_short_says_why_it_does_not_count(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.posts(ada, "Wait.")

    page = course.visit(Role.INSTRUCTOR).read(f"/teaching/people/{ada}")

    assert "too short or too much like an earlier one to count" in page


def test_fewer_words_are_asked_wherever_words_are_asked_and_the_learner_is_told(
    course: Course,
) -> None:
    ada = course.learner("Ada")
    staff = course.visit(Role.INSTRUCTOR)
    learner = course.visit(Role.LEARNER, ada)

    answer = staff.post(f"/teaching/people/{ada}/arrange/fewer")

    assert answer.headers["Location"].endswith(f"/teaching/people/{ada}?done=fewer")
    assert "Ask all words again" in staff.read(f"/teaching/people/{ada}")
    assert "Half as many words are asked of you" in learner.read("/")
    course.decides(ada)
    assert "5 words or more count towards the task" in learner.read("/talk/")
    course.posts(ada, "Lucy would read silence as a refusal")
    course.posts(ada, "Thursday seems very late to me", to=course.opening_post(ada))
    assert "15 to 200 words." in learner.read("/again/")
    course.finishes(ada)
    assert "10 words or more." in learner.read("/reflect/")
    assert "Half as many words are asked, as a teacher has arranged" in learner.read("/progress/")


def test_a_person_is_put_on_their_own_and_given_a_group_again(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    staff = course.visit(Role.TUTOR)
    assert "Put them on their own" in staff.read(f"/teaching/people/{ada}")

    staff.post(f"/teaching/people/{ada}/arrange/alone")

    assert "On their own: the teaching staff have arranged it." in staff.read(
        f"/teaching/people/{ada}"
    )
    learner = course.visit(Role.LEARNER, ada)
    assert "You do this on your own, without a group." in learner.read("/")
    staff.post(f"/teaching/people/{ada}/arrange/group")
    assert "Arranged for you" not in learner.read("/")
