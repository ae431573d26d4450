"""My progress and grade, as its learner reads it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ltitool.actions import talk
from ltitool.core.completion import Done, measure
from ltitool.core.delivery import Delivery
from ltitool.core.policy import Milestone, Policy, Rule, Rules
from ltitool.core.roles import Role
from ltitool.web.ledger import Book, ledger_of
from tests.web.teaching_browser import counted
from tests.web.teaching_builders import Course, course_in
from tests.web.teaching_classroom import NOON

REPLY = "But what is Lucy to make of four days in which nobody says a single word to her"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=0)
        yield made


def test_before_anything_is_done_everything_asked_is_listed(course: Course) -> None:
    ada = course.learner("Ada")

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert "0 + 0 + 0 + 0 + 0 = 0 of 100" in page
    assert "Asks for all 3 main questions of the story" in page
    assert "Asks for one post of 10 words or more." in page
    assert "Asks for one short text." in page
    assert "5 things are left" in page
    assert "Nothing yet." in page


def test_each_milestone_leads_to_what_met_it(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    post = course.posts(ada)
    reply = course.posts(ada, REPLY, to=course.opening_post(ada))

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert "40 + 15 + 15 + 0 + 0 = 70 of 100" in page
    assert f"/talk/{post}" in page
    assert f"/talk/{reply}" in page
    assert "Tue 2 Feb, 12:00" in page


def test_when_everything_is_done_the_page_says_so(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.posts(ada)
    course.posts(ada, REPLY, to=course.opening_post(ada))
    course.finishes(ada)

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert "Everything is done." in page
    assert "= 100 of 100" in page


def test_the_due_date_is_the_later_of_the_date_and_seven_days_after_entering(
    course: Course,
) -> None:
    course.configure(due_at=NOON + timedelta(days=1))
    course.grade()
    ada = course.learner("Ada")

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert "Tuesday 9 February 2027, 12:00 GMT" in page
    assert "sent to the gradebook when everything is done, or on" in page


def test_without_a_column_the_page_says_that_nothing_is_sent(course: Course) -> None:
    page = course.visit(Role.LEARNER, course.learner("Ada")).read("/progress/")

    assert "this link was placed without a grade, so nothing is sent." in page


def test_scores_are_listed_newest_first_with_the_platform_s_words(course: Course) -> None:
    course.grade()
    ada = course.learner("Ada")
    course.score(ada, Delivery.SENT, hundredths=4000)
    course.score(
        ada, Delivery.REFUSED, "Line item is gone", hundredths=7000, after=timedelta(hours=2)
    )

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert page.index("70 of 100") < page.index("40 of 100")
    assert "Line item is gone" in page
    assert "The gradebook did not take your last score" in page


def test_the_record_holds_every_answer_and_ids_of_the_lms_for_staff_alone(course: Course) -> None:
    course.grade()
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    course.score(ada, Delivery.REFUSED, "Line item is gone", hundredths=7000)

    own = course.visit(Role.LEARNER, ada).read("/progress/record")
    staff = course.visit(Role.TUTOR).read(f"/teaching/people/{ada}/record")

    for page in (own, staff):
        assert "Ada Lovelace" in page
        assert "Social Work Skills 2" in page
        assert "70 of 100" in page
        assert "Line item is gone" in page
        assert "version 1, in force since" in page
        assert "2 Feb 2027, 12:00:00 GMT" in page
        assert "this record is kept until" in page
    assert "https://lms.example" in staff
    assert "https://lms.example" not in own
    assert course.alias(ada) not in staff


def test_a_score_on_its_way_says_that_nothing_need_be_done(course: Course) -> None:
    course.grade()
    ada = course.learner("Ada")
    course.score(ada, Delivery.WAITING)

    assert "You need not do anything." in course.visit(Role.LEARNER, ada).read("/progress/")


def test_own_posts_are_listed_with_their_words_and_who_can_read_them(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.posts(ada, "Four days of silence are <b>an answer</b> as well, and she will read it so")

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert "&lt;b&gt;an answer&lt;/b&gt;" in page
    assert "Who can read this:" in page


def test_after_a_move_old_posts_are_read_on_the_page_itself(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.decides(ada, bo)
    post = course.posts(ada)
    course.group("Slate", bo)
    course.group("Marble", ada)

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert f'href="#post-{post}"' in page
    assert f"/talk/{post}" not in page


def test_a_withdrawn_post_earns_nothing_and_its_words_are_gone(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    post = course.posts(ada, "I should never have written this, and I take it back at once")
    with course.acting(ada) as (session, reader):
        talk.withdraw(session, reader, post, now=course.now)

    page = course.visit(Role.LEARNER, ada).read("/progress/")

    assert "never have written" not in page
    assert "You have withdrawn it." in page
    assert "40 + 0 + 0 + 0 + 0" in page


def test_staff_are_told_that_nothing_of_theirs_is_counted(course: Course) -> None:
    page = course.visit(Role.INSTRUCTOR).read("/progress/")

    assert "You are looking as staff" in page
    assert "Nothing is counted or sent." in page
    assert "Sent to the gradebook" not in page


def test_guests_are_told_that_nothing_of_theirs_is_counted(course: Course) -> None:
    page = course.visit(Role.GUEST).read("/progress/")

    assert "You are looking in as a guest" in page
    assert "Nothing is counted or sent." in page


def test_nobody_reads_another_s_record(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.decides(ada, bo)
    course.posts(ada, "Four days of silence are an answer as well, and Lucy will read it so")

    assert "Four days of silence" not in course.visit(Role.LEARNER, bo).read("/progress/")


def test_more_posts_ask_the_database_no_more_often(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.posts(ada)
    browser = course.visit(Role.LEARNER, ada)
    with counted(course.database) as few:
        browser.read("/progress/")
    for number in range(15):
        course.posts(
            ada, f"Another thought about Lucy, the {number}. one of this long evening talk"
        )
    with counted(course.database) as many:
        browser.read("/progress/")

    assert len(few) == len(many)


def test_a_sum_that_rounding_has_bent_says_so(course: Course) -> None:
    rules = (Rule.CORE_DECIDED, Rule.POSTS, Rule.REPLIES, Rule.DECIDED_AGAIN)
    milestones = [Milestone(rule, 1, 40 if rule is Rule.CORE_DECIDED else 15) for rule in rules]
    done = {rule: Done(1, (NOON,)) for rule in rules}

    with course.app.test_request_context():
        completion = measure(Rules(Policy(tuple(milestones))), done)
        ledger = ledger_of(completion, Book(done))

    assert ledger.sum == "47.06 + 17.65 + 17.65 + 17.65 = 100 of 100, each part rounded"
