"""What is arranged for one person: on their own, with a group again, fewer words."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from ltitool.actions import alone, arranging, credit
from ltitool.core.errors import InputRefused, NotOpen
from ltitool.core.policy import Rule
from ltitool.core.script import Alone, Talk
from ltitool.core.talk import VOICES_ALONE
from ltitool.storage.database import Database
from ltitool.storage.queries.accounts import accounts_in
from ltitool.storage.queries.progress import rules_of
from ltitool.storage.queries.talk import thread_of
from ltitool.storage.tables import AuditEntry, Post
from tests.actions.seminar import Seminar

SEVEN_WORDS = "Lucy would read silence as a refusal"


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database, wait_hours=0)


@pytest.fixture
def staff(seminar: Seminar) -> int:
    return seminar.learner()


def done(seminar: Seminar, person_id: int, rule: Rule) -> int:
    with seminar.database.session(is_read_only=True) as session:
        account = accounts_in(session, seminar.activity(session), person_id)[person_id]
        return account.done[rule].count


def asks_words_of_posts(seminar: Seminar, number: int) -> None:
    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        policy = rules_of(session, activity.id).policy
        steps = [
            replace(step, min_words=number if step.rule is Rule.POSTS else 0)
            for step in policy.milestones
        ]
        policy = replace(policy, milestones=tuple(steps))
        credit.set_rules(session, activity, scenario, policy, actor_id=None, now=seminar.now)


def noted(seminar: Seminar) -> list[str]:
    with seminar.database.session(is_read_only=True) as session:
        arranged = ("works alone", "gets a group", "fewer words asked", "all words asked")
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        return [action for action in actions if action in arranged]


def test_who_is_put_on_their_own_leaves_the_group_and_their_posts_stay_there(
    seminar: Seminar, staff: int
) -> None:
    ada, ben = seminar.learner(), seminar.learner()
    seminar.decides(ada, ben)
    group = seminar.group("Amber", ada, ben)
    post = seminar.posts(ada)

    with seminar.acting(ada) as (session, reader):
        arranging.put_alone(session, reader, actor_id=staff, now=seminar.now)

    assert seminar.group_of(ada) is None
    assert seminar.group_of(ben) == group
    with seminar.acting(ada) as (session, reader):
        assert (reader.participant.alone, reader.script.talk) == (Alone.STAFF, Talk.SOLO)
        talk_of_group = session.get_one(Post, post).thread_id
        own = thread_of(session, seminar.activity_id, ada, None)
        assert own is not None
        assert own.id != talk_of_group
        assert len(alone.voices_in(session, own)) == VOICES_ALONE
    assert noted(seminar) == ["works alone"]


def test_who_gets_a_group_again_comes_into_one(seminar: Seminar, staff: int) -> None:
    people = [seminar.learner() for _ in range(4)]
    seminar.decides(*people)
    ada = people[0]
    for arrange in (arranging.put_alone, arranging.give_group, arranging.give_group):
        with seminar.acting(ada) as (session, reader):
            arrange(session, reader, actor_id=staff, now=seminar.now)

    with seminar.acting(ada) as (_session, reader):
        assert reader.participant.alone is None
    assert seminar.group_of(ada) == seminar.group_of(people[1])
    assert noted(seminar) == ["works alone", "gets a group"]


def test_who_has_written_alone_goes_on_alone(seminar: Seminar, staff: int) -> None:
    ada = seminar.learner()
    seminar.decides(ada)
    with seminar.acting(ada) as (session, reader):
        arranging.put_alone(session, reader, actor_id=ada, now=seminar.now)
        voice = alone.voices_for(session, reader)[0].id
        alone.reply(
            session,
            reader,
            voice,
            alone.Reply(SEVEN_WORDS, "one", "The teaching staff."),
            now=seminar.now,
        )

    with seminar.acting(ada) as (session, reader), pytest.raises(NotOpen):
        arranging.give_group(session, reader, actor_id=staff, now=seminar.now)
    with seminar.acting(ada) as (_session, reader):
        assert reader.participant.alone is Alone.CHOSEN


def test_fewer_words_count_from_now_on_and_for_what_was_posted_before(
    seminar: Seminar, staff: int
) -> None:
    ada, ben = seminar.learner(), seminar.learner()
    seminar.decides(ada, ben)
    seminar.posts(ada, SEVEN_WORDS)
    seminar.posts(ben, SEVEN_WORDS)
    assert done(seminar, ada, Rule.POSTS) == 0

    with seminar.acting(ada) as (session, reader):
        arranging.ask_fewer_words(session, reader, actor_id=staff, now=seminar.now)
    assert done(seminar, ada, Rule.POSTS) == 1
    seminar.posts(ada, "Thursday seems very late to me", to=seminar.opening_post(ada))

    assert done(seminar, ada, Rule.REPLIES) == 1
    assert done(seminar, ben, Rule.POSTS) == 0
    assert noted(seminar) == ["fewer words asked"]


def test_asking_all_words_again_takes_nothing_back(seminar: Seminar, staff: int) -> None:
    ada = seminar.learner()
    seminar.decides(ada)
    asks_words_of_posts(seminar, 14)
    for arrange in (arranging.ask_fewer_words, arranging.ask_all_words):
        with seminar.acting(ada) as (session, reader):
            arrange(session, reader, actor_id=staff, now=seminar.now)
    assert noted(seminar) == ["fewer words asked", "all words asked"]

    with seminar.acting(ada) as (session, reader):
        arranging.ask_fewer_words(session, reader, actor_id=staff, now=seminar.now)
    seminar.posts(ada, SEVEN_WORDS)
    assert done(seminar, ada, Rule.POSTS) == 1

    with pytest.raises(InputRefused), seminar.acting(ada) as (session, reader):
        arranging.ask_all_words(session, reader, actor_id=staff, now=seminar.now)
    assert done(seminar, ada, Rule.POSTS) == 1
