"""Rules in versions, what a change does to whom, what staff grant, and how often rows are asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ltitool.actions import allowances, credit, groups, position, progress
from ltitool.core.errors import InputRefused
from ltitool.core.policy import Crediting, Late, Milestone, Policy, Posting, Rule
from ltitool.core.position import Outcome
from ltitool.core.presets import DEFAULT
from ltitool.storage.database import Database
from ltitool.storage.queries import progress as queries
from ltitool.storage.tables import (
    Decision,
    Membership,
    OutgoingScore,
    Post,
    PostRevision,
    Progress,
    Reflection,
)
from tests.actions.seminar import Seminar
from tests.web.teaching_browser import counted
from tests.web.teaching_classroom import NOON

EACH = replace(DEFAULT, posting=Posting.EACH_CHANGE)
ONLY_TALK = replace(EACH, milestones=(Milestone(Rule.POSTS, 1, 1),))
REPLY = "But what is Lucy to make of four days in which nobody says a single word to her"


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database, wait_hours=0, due_at=NOON + timedelta(days=3))


def set_rules(seminar: Seminar, policy: Policy, *, may_lower: bool = False) -> None:
    with seminar.database.transaction() as session:
        credit.set_rules(
            session,
            seminar.activity(session),
            seminar.scenario(session),
            policy,
            may_lower=may_lower,
            actor_id=None,
            now=seminar.now,
        )


def act(seminar: Seminar, person: int, does: Callable[[allowances.Case], None]) -> None:
    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        does(allowances.Case(session, activity, scenario, person, person, seminar.now))


def sent(seminar: Seminar, person: int) -> list[tuple[int, int]]:
    """Return every score written for a person with the version of its rules."""
    return [(one.score_hundredths, one.rules_number) for one in seminar.scores(person)]


def kept(seminar: Seminar, person: int) -> Progress:
    with seminar.database.session(is_read_only=True) as session:
        found = queries.progress_of(session, seminar.activity_id, person)
        assert found is not None
        return found


def test_a_change_makes_a_new_version_and_scores_name_the_one_they_came_from(
    seminar: Seminar,
) -> None:
    ada = seminar.learner()
    set_rules(seminar, EACH)
    seminar.decides(ada)
    before = sent(seminar, ada)
    set_rules(seminar, replace(EACH, milestones=(Milestone(Rule.CORE_DECIDED, 1, 1),)))
    set_rules(seminar, replace(EACH, milestones=(Milestone(Rule.CORE_DECIDED, 1, 1),)))

    with seminar.database.session(is_read_only=True) as session:
        numbers = [row.number for row in queries.every_version(session, seminar.activity_id)]
    assert numbers == [3, 2, 1]
    assert before[-1] == (4000, 2)
    assert sent(seminar, ada)[len(before) :] == [(10000, 3)]
    assert kept(seminar, ada).rules_number == 3


@pytest.mark.parametrize(("may_lower", "score"), [(False, 4000), (True, 0)])
def test_new_rules_lower_nobody_s_score_unless_that_was_ticked(
    seminar: Seminar, may_lower: bool, score: int
) -> None:
    ada, bo = seminar.learner(), seminar.learner()
    set_rules(seminar, EACH)
    seminar.decides(ada)
    seminar.decides(bo)
    seminar.posts(bo)
    with seminar.database.transaction() as session:
        effects = credit.preview(
            session, seminar.activity(session), seminar.scenario(session), ONLY_TALK
        )

    set_rules(seminar, ONLY_TALK, may_lower=may_lower)

    found = {one.person_id: (one.before, one.after) for one in effects}
    assert found == {ada: (4000, 0), bo: (5500, 10000)}
    assert (kept(seminar, ada).score_hundredths, kept(seminar, bo).score_hundredths) == (
        score,
        10000,
    )
    seminar.posts(ada)
    assert kept(seminar, ada).score_hundredths == 10000


def test_a_set_score_stands_whatever_is_done_and_is_undone_at_once(seminar: Seminar) -> None:
    ada = seminar.learner()
    seminar.decides(ada)

    act(seminar, ada, lambda case: allowances.override(case, 0, "Away at a funeral"))
    seminar.posts(ada)
    set_rules(seminar, ONLY_TALK, may_lower=True)
    during = kept(seminar, ada).score_hundredths
    act(seminar, ada, allowances.undo_override)

    assert during == 0
    assert [score for score, _rules in sent(seminar, ada)] == [0, 10000]
    assert "score set" in seminar.audited()
    assert "set score undone" in seminar.audited()


def test_an_excused_step_leaves_the_sum_and_comes_back(seminar: Seminar) -> None:
    ada = seminar.learner()
    seminar.decides(ada)

    act(seminar, ada, lambda case: allowances.excuse(case, [Rule.POSTS, Rule.REPLIES]))
    excused = kept(seminar, ada).score_hundredths
    act(seminar, ada, lambda case: allowances.excuse(case, [], may_lower=True))

    assert (excused, kept(seminar, ada).score_hundredths) == (5714, 4000)


def test_nobody_is_excused_or_hurried_to_their_loss_unless_that_was_ticked(
    seminar: Seminar,
) -> None:
    set_rules(seminar, replace(EACH, late=Late(percent_per_day=50)))
    ada = seminar.learner()
    act(seminar, ada, lambda case: allowances.extend(case, NOON + timedelta(days=30)))
    seminar.now = NOON + timedelta(days=20)
    seminar.decides(ada)

    for harm in (
        lambda case: allowances.excuse(case, [Rule.CORE_DECIDED]),
        lambda case: allowances.extend(case, None),
    ):
        with pytest.raises(InputRefused, match="lower"):
            act(seminar, ada, harm)

    assert kept(seminar, ada).score_hundredths == 4000
    act(seminar, ada, lambda case: allowances.extend(case, None, may_lower=True))
    assert kept(seminar, ada).score_hundredths == 0


def test_a_score_that_is_set_twice_is_set_once(seminar: Seminar) -> None:
    ada = seminar.learner()
    seminar.decides(ada)

    for _click in range(2):
        act(seminar, ada, lambda case: allowances.override(case, 7000, "By word of mouth"))

    assert seminar.audited().count("score set") == 1
    assert [score for score, _rules in sent(seminar, ada)] == [7000]


def test_where_a_group_stands_earns_credit_for_all_of_it_and_for_who_joins(
    seminar: Seminar,
) -> None:
    stand = replace(EACH, milestones=(Milestone(Rule.STAND_FILED, 1, 1),))
    with seminar.database.transaction() as session:
        seminar.activity(session).asks_stand = True
    set_rules(seminar, stand)
    ada, bo, cy = (seminar.learner() for _one in range(3))
    seminar.decides(ada, bo, cy)
    group = seminar.group("Amber", ada)
    seminar.posts(ada)
    with seminar.acting(ada) as (session, reader):
        position.file(session, reader, Outcome.AGREE, REPLY, base=0, audience="", now=seminar.now)
    with seminar.acting(bo) as (session, reader):
        groups.move(session, reader, group, now=seminar.now)

    assert [kept(seminar, one).score_hundredths for one in (ada, bo, cy)] == [10000, 10000, 0]


def test_more_time_takes_lateness_back_and_moves_the_date_of_sending(seminar: Seminar) -> None:
    late = Late(percent_per_day=10)
    set_rules(seminar, replace(DEFAULT, late=late, personal_days=0))
    ada = seminar.learner()
    seminar.now += timedelta(days=3, hours=1)
    seminar.decides(ada)
    lowered = kept(seminar, ada).score_hundredths

    until = seminar.now + timedelta(days=2)
    act(seminar, ada, lambda case: allowances.extend(case, until))

    assert (lowered, kept(seminar, ada).score_hundredths) == (3600, 4000)


def test_a_grant_to_somebody_who_has_not_come_yet_sends_nothing(seminar: Seminar) -> None:
    ada = seminar.learner()

    act(seminar, ada, lambda case: allowances.extend(case, seminar.now + timedelta(days=9)))
    act(seminar, ada, lambda case: allowances.excuse(case, [Rule.POSTS]))

    with seminar.database.transaction() as session:
        assert progress.remeasure_due(session, now=seminar.now + timedelta(days=40)) == 0
    assert sent(seminar, ada) == []


def test_a_mark_of_nought_completes_and_taking_it_back_opens_the_step_again(
    seminar: Seminar,
) -> None:
    steps = (Milestone(Rule.CORE_DECIDED, 1, 1), Milestone(Rule.INSTRUCTOR_MARK, 100, 1))
    set_rules(seminar, replace(DEFAULT, milestones=steps))
    ada = seminar.learner()
    seminar.decides(ada)

    act(seminar, ada, lambda case: allowances.give(case, Rule.INSTRUCTOR_MARK, 0))
    marked = kept(seminar, ada)
    act(seminar, ada, lambda case: allowances.give(case, Rule.INSTRUCTOR_MARK, None))

    assert (marked.is_complete, marked.score_hundredths) == (True, 5000)
    assert not kept(seminar, ada).is_complete
    assert sent(seminar, ada)[0] == (5000, 2)


@pytest.mark.parametrize("is_asked", [False, True])
def test_who_never_started_gets_a_nought_only_where_that_was_asked(
    seminar: Seminar, is_asked: bool
) -> None:
    set_rules(seminar, replace(DEFAULT, zero_for_absent=is_asked))
    idle, gone = seminar.learner(), seminar.learner()
    with seminar.database.transaction() as session:
        session.execute(update(Membership).values(is_on_roster=True))
        left = update(Membership).where(Membership.person_id == gone)
        session.execute(left.values(is_on_roster=False))
        seminar.activity(session).context.members_read_at = seminar.now

    written = []
    for days in (2, 3, 8, 9):
        with seminar.database.transaction() as session:
            written.append(progress.remeasure_due(session, now=NOON + timedelta(days=days)))

    # At the date of the activity they still have the rest of their seven days.
    assert written == ([0, 0, 1, 0] if is_asked else [0, 0, 0, 0])
    assert [score for score, _rules in sent(seminar, idle)] == ([0] if is_asked else [])
    assert sent(seminar, gone) == []


def test_scores_sent_by_hand_wait_for_the_hand(seminar: Seminar) -> None:
    set_rules(seminar, replace(DEFAULT, posting=Posting.BY_HAND))
    ada = seminar.learner()
    seminar.decides(ada)
    with seminar.database.transaction() as session:
        by_clock = progress.remeasure_due(session, now=NOON + timedelta(days=60))

    with seminar.database.transaction() as session:
        by_hand = [
            credit.send_now(session, seminar.activity(session), actor_id=ada, now=seminar.now)
            for _press in range(2)
        ]

    assert (by_clock, by_hand) == (0, [1, 0])
    assert [score for score, _rules in sent(seminar, ada)] == [4000]


def test_replies_count_by_the_people_they_go_to(seminar: Seminar) -> None:
    set_rules(seminar, replace(DEFAULT, milestones=(Milestone(Rule.REPLIES, 2, 1),)))
    ada = seminar.learner()
    seminar.decides(ada)
    voice = seminar.opening_post(ada)
    seminar.posts(ada, REPLY, to=voice)
    seminar.posts(ada, "A second thought for the very same voice, and it is a longer one", to=voice)

    assert kept(seminar, ada).score_hundredths == 5000


def test_credit_does_not_need_the_texts(seminar: Seminar) -> None:
    ada = seminar.learner()
    seminar.decides(ada)
    seminar.posts(ada)
    seminar.posts(ada, REPLY, to=seminar.opening_post(ada))
    seminar.finishes(ada)
    with seminar.database.transaction() as session:
        session.execute(update(Post).values(text=""))
        session.execute(update(PostRevision).values(text=""))
        session.execute(update(Decision).values(rationale="", own_change=""))
        session.execute(update(Reflection).values(text="", reading=""))

    with seminar.database.transaction() as session:
        [measured] = progress.measured_in(
            session, seminar.activity(session), seminar.scenario(session)
        )

    assert measured.completion.score_hundredths == 10000
    assert measured.done == measured.account.done


def test_a_class_of_three_hundred_is_measured_in_as_many_questions_as_one_of_five(
    seminar: Seminar,
) -> None:
    set_rules(seminar, EACH)
    asked = []
    for number in (5, 295):
        people = [seminar.learner() for _one in range(number)]
        with seminar.database.transaction() as session:
            session.add_all(
                Progress(
                    activity_id=seminar.activity_id,
                    person_id=person,
                    counts={},
                    score_hundredths=100,
                    is_complete=False,
                    measured_at=NOON,
                )
                for person in people
            )
        crediting = Crediting.ALL_OR_NOTHING if number == 5 else Crediting.PROPORTIONAL
        with counted(seminar.database) as statements:
            set_rules(seminar, replace(EACH, crediting=crediting), may_lower=True)
        asked.append(len(statements))

    with seminar.database.session(is_read_only=True) as session:
        assert len(session.scalars(select(OutgoingScore)).all()) == 300
    assert asked[0] == asked[1]
