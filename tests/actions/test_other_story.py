"""Another story for one person: begun from its start, for the same credit, and seen by nobody."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from ltitool.actions import (
    alone,
    arranging,
    credit,
    library,
    mending,
    other_story,
    story,
    teaching,
    updates,
)
from ltitool.actions.library_files import media_beside
from ltitool.core.errors import NotFound, NotOpen
from ltitool.core.policy import Milestone, Rule
from ltitool.core.presets import DEFAULT
from ltitool.core.script import Alone, Talk
from ltitool.core.talk import VOICES_ALONE
from ltitool.storage.database import Database
from ltitool.storage.queries.accounts import accounts_in
from ltitool.storage.queries.figures import answered_twice
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.queries.story import attempts_of, peers_answers
from ltitool.storage.queries.talk import thread_of
from ltitool.storage.tables import Attempt, ScenarioVersion, VoiceShown
from tests.actions.seminar import Seminar
from tests.conftest import PENDING

SHARED = PENDING.with_name("cohort-chat.yaml")
OTHER = PENDING.with_name("tagged.yaml")


ANSWERS = (
    "I would hold against it what the porter saw that night on the stairs",
    "Nobody asked the family, and a photograph travels further than any apology",
)


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database, wait_hours=0)


@pytest.fixture
def photo(seminar: Seminar) -> int:
    return stored(seminar, SHARED)


def stored(seminar: Seminar, path: Path, *changes: tuple[str, str]) -> int:
    """Keep a story of the library in other words, and return its version."""
    source = path.read_text("utf-8")
    for before, after in changes:
        assert before in source
        source = source.replace(before, after)
    with seminar.database.transaction() as session:
        return library.store(session, source, media_beside(path), now=seminar.now).id


def fixes_text_of_class(seminar: Seminar, actor: int) -> int:
    """Let the class take over a text fix of its story, and return its version."""
    fixed = stored(seminar, PENDING, ("title: Pending\n", "title: Still pending\n"))
    with seminar.database.transaction() as session:
        version = session.get_one(ScenarioVersion, fixed)
        updates.roll_out(
            session,
            seminar.activity(session),
            version,
            may_migrate=False,
            actor_id=actor,
            now=seminar.now,
        )
    return fixed


def takes(seminar: Seminar, person: int, version: int) -> None:
    with seminar.acting(person) as (session, reader):
        other_story.take(session, reader, version, now=seminar.now)


def goes_back(seminar: Seminar, person: int) -> None:
    with seminar.acting(person) as (session, reader):
        other_story.go_back(session, reader, now=seminar.now)


def locks_first(seminar: Seminar, person: int, choice: int = 0) -> None:
    with seminar.acting(person) as (session, reader):
        decision = reader.scenario.decisions[0]
        answer = story.Answer(decision.choices[choice].id, rationale="Because.")
        story.decide(session, reader, decision.id, answer, now=seminar.now)
        story.lock(session, reader, decision.id, now=seminar.now)


def answers_both_voices(seminar: Seminar, person: int) -> None:
    for number in range(VOICES_ALONE):
        with seminar.acting(person) as (session, reader):
            voice = alone.voices_for(session, reader)[number].id
            alone.reply(
                session,
                reader,
                voice,
                alone.Reply(ANSWERS[number], f"{person}-{number}", "The teaching staff."),
                now=seminar.now,
            )


def earned(seminar: Seminar, person: int) -> int:
    with seminar.database.session(is_read_only=True) as session:
        account = accounts_in(session, seminar.activity(session), person)[person]
        return account.score_hundredths


def test_another_story_earns_all_of_the_credit_with_fewer_questions(
    seminar: Seminar, photo: int
) -> None:
    ada = seminar.learner()

    takes(seminar, ada, photo)
    seminar.decides(ada)
    answers_both_voices(seminar, ada)
    seminar.finishes(ada)

    assert earned(seminar, ada) == 100_00
    with seminar.acting(ada) as (session, reader):
        assert reader.scenario.id == "cohort-chat"
        assert reader.script.talk is Talk.SOLO
        played = attempts_of(session, seminar.activity_id, ada)
        assert {attempt.scenario_version_id for attempt in played} == {photo}


def test_what_was_earned_before_is_kept(seminar: Seminar, photo: int) -> None:
    ada = seminar.learner()
    locks_first(seminar, ada)
    before = earned(seminar, ada)
    assert before > 0

    takes(seminar, ada, photo)

    assert earned(seminar, ada) == before
    with seminar.acting(ada) as (session, reader):
        assert not attempts_of(session, seminar.activity_id, ada)
        assert reader.participant.alone is Alone.OTHER_STORY


def test_who_leaves_before_the_talk_leaves_the_group_and_meets_no_reasons_of_the_class(
    seminar: Seminar, photo: int
) -> None:
    ada, *others = [seminar.learner() for _ in range(4)]
    seminar.decides(*others)
    locks_first(seminar, ada)
    assert seminar.group_of(ada) is not None

    takes(seminar, ada, photo)
    seminar.decides(ada)

    assert seminar.group_of(ada) is None
    with seminar.acting(ada) as (session, _reader):
        shown = session.scalars(select(VoiceShown).where(VoiceShown.person_id == ada)).all()
        assert shown
        assert all(voice.decision_row_id is None for voice in shown)
        own = thread_of(session, seminar.activity_id, ada, None)
        assert own is not None
        assert own.decision_id == "d1-photo"


def test_nothing_of_another_story_reaches_the_class_or_its_figures(seminar: Seminar) -> None:
    twin = stored(seminar, PENDING, ("id: sam-and-lucy\n", "id: pending-too\n"))
    ada, ben = seminar.learner(), seminar.learner()
    takes(seminar, ada, twin)
    seminar.decides(ada, ben)
    answers_both_voices(seminar, ada)
    seminar.finishes(ada)

    with seminar.database.session(is_read_only=True) as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        talk_id = scenario.talk_decision.id
        assert peers_answers(session, activity.id, ben, talk_id, 60) == []
        assert len(peers_answers(session, activity.id, ada, talk_id, 60)) == 1
        assert answered_twice(session, activity.id, scenario) == []


def test_one_can_go_back_to_where_one_was_until_an_answer_is_locked(
    seminar: Seminar, photo: int
) -> None:
    ada = seminar.learner()
    with seminar.acting(ada) as (session, reader):
        first = story.current_attempt(session, reader, now=seminar.now).id

    takes(seminar, ada, photo)
    with seminar.acting(ada) as (session, reader):
        story.current_attempt(session, reader, now=seminar.now)
    goes_back(seminar, ada)
    goes_back(seminar, ada)

    with seminar.acting(ada) as (session, reader):
        assert [one.id for one in attempts_of(session, seminar.activity_id, ada)] == [first]
        assert reader.participant.alone is None
        assert reader.scenario.id == "sam-and-lucy"
    takes(seminar, ada, photo)
    locks_first(seminar, ada)
    with pytest.raises(NotOpen):
        goes_back(seminar, ada)


def test_who_has_been_given_reasons_of_others_does_not_come_back_to_answer_anew(
    seminar: Seminar, photo: int
) -> None:
    ada = seminar.learner()
    locks_first(seminar, ada)
    takes(seminar, ada, photo)
    takes(seminar, ada, stored(seminar, OTHER))

    with pytest.raises(NotOpen):
        goes_back(seminar, ada)


def test_another_story_can_be_taken_until_others_reasons_are_read(
    seminar: Seminar, photo: int
) -> None:
    ada = seminar.learner()
    seminar.decides(ada)

    with pytest.raises(NotOpen):
        takes(seminar, ada, photo)
    with pytest.raises(NotFound):
        takes(seminar, seminar.learner(), 999)


def test_staff_cannot_put_somebody_with_another_story_into_a_group(
    seminar: Seminar, photo: int
) -> None:
    ada, staff = seminar.learner(), seminar.learner()
    takes(seminar, ada, photo)
    seminar.decides(ada)

    with seminar.acting(ada) as (session, reader), pytest.raises(NotOpen):
        arranging.give_group(session, reader, actor_id=staff, now=seminar.now)
    with pytest.raises(NotOpen):
        seminar.group("Amber", ada)


def test_a_text_fix_of_the_story_of_the_class_leaves_another_story_alone(
    seminar: Seminar, photo: int
) -> None:
    ada, ben = seminar.learner(), seminar.learner()
    takes(seminar, ada, photo)
    seminar.decides(ada, ben)

    fixed = fixes_text_of_class(seminar, ben)

    with seminar.database.session(is_read_only=True) as session:
        played = session.scalars(select(Attempt)).all()
    assert {one.person_id: one.scenario_version_id for one in played} == {ada: photo, ben: fixed}


def test_rules_that_change_count_the_questions_of_each_story(seminar: Seminar, photo: int) -> None:
    ada, ben = seminar.learner(), seminar.learner()
    takes(seminar, ada, photo)
    seminar.decides(ada, ben)

    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        only_decide = replace(DEFAULT, milestones=(Milestone(Rule.CORE_DECIDED, 1, 1),))
        credit.set_rules(session, activity, scenario, only_decide, actor_id=None, now=seminar.now)

    assert (earned(seminar, ada), earned(seminar, ben)) == (100_00, 100_00)
    with seminar.database.session(is_read_only=True) as session:
        accounts = accounts_in(session, seminar.activity(session))
    counted = {person: accounts[person].done[Rule.CORE_DECIDED].count for person in (ada, ben)}
    assert counted == {ada: 2, ben: 3}


def test_a_text_fix_meanwhile_keeps_what_was_left_in_the_story_of_the_class(
    seminar: Seminar, photo: int
) -> None:
    ada = seminar.learner()
    with seminar.acting(ada) as (session, reader):
        decision = reader.scenario.decisions[0]
        answer = story.Answer(decision.choices[0].id, rationale="Because.")
        story.decide(session, reader, decision.id, answer, now=seminar.now)
    takes(seminar, ada, photo)
    fixed = fixes_text_of_class(seminar, ada)

    goes_back(seminar, ada)

    with seminar.acting(ada) as (session, _reader):
        [attempt] = attempts_of(session, seminar.activity_id, ada)
        assert attempt.scenario_version_id == fixed
        assert [given.rationale for given in attempt.decisions] == ["Because."]


def test_nobody_comes_back_with_the_reasons_of_another_story_though_staff_reset_them(
    seminar: Seminar, photo: int
) -> None:
    ada, staff = seminar.learner(), seminar.learner()
    takes(seminar, ada, photo)
    seminar.decides(ada)
    with seminar.acting(ada) as (session, reader):
        mending.reset_attempt(session, reader, "Asked for", actor_id=staff, now=seminar.now)

    with pytest.raises(NotOpen):
        goes_back(seminar, ada)


def test_another_story_with_the_same_questions_shows_no_reasons_of_the_class(
    seminar: Seminar,
) -> None:
    twin = stored(seminar, PENDING, ("id: sam-and-lucy\n", "id: pending-too\n"))
    ada, ben = seminar.learner(), seminar.learner()
    takes(seminar, ada, twin)

    seminar.decides(ben, ada)

    with seminar.acting(ada) as (session, _reader):
        shown = session.scalars(select(VoiceShown).where(VoiceShown.person_id == ada)).all()
        assert shown
        assert all(voice.decision_row_id is None for voice in shown)


def test_going_back_twice_at_once_keeps_what_was_left(seminar: Seminar, photo: int) -> None:
    ada = seminar.learner()
    with seminar.acting(ada) as (session, reader):
        first = story.current_attempt(session, reader, now=seminar.now).id
    takes(seminar, ada, photo)
    start = Barrier(2)

    def press() -> None:
        start.wait()
        goes_back(seminar, ada)

    with ThreadPoolExecutor(2) as pool:
        for pressed in [pool.submit(press) for _ in range(2)]:
            pressed.result()

    with seminar.acting(ada) as (session, _reader):
        assert [one.id for one in attempts_of(session, seminar.activity_id, ada)] == [first]


def test_an_answer_that_is_locked_just_as_its_story_is_left_is_locked_in_neither(
    seminar: Seminar, photo: int
) -> None:
    ada = seminar.learner()
    with seminar.acting(ada) as (session, reader):
        decision = reader.scenario.decisions[0]
        answer = story.Answer(decision.choices[0].id, rationale="Because.")
        story.decide(session, reader, decision.id, answer, now=seminar.now)

    def lock() -> None:
        with seminar.acting(ada) as (session, reader):
            story.lock(session, reader, decision.id, now=seminar.now)

    with ThreadPoolExecutor(1) as pool:
        with seminar.acting(ada) as (session, reader):
            other_story.take(session, reader, photo, now=seminar.now)
            session.flush()
            locking = pool.submit(lock)
            wait([locking], timeout=0.5)  # for the story to be left
        with pytest.raises(NotOpen):
            locking.result()

    with seminar.acting(ada) as (session, reader):
        assert session.scalars(select(VoiceShown)).all() == []
        assert reader.participant.waiting_since_at is None


def test_who_only_looks_at_the_activity_takes_no_other_story(seminar: Seminar, photo: int) -> None:
    with seminar.acting(seminar.learner()) as (session, reader):
        reader.participant.is_preview = True
        session.flush()

        with pytest.raises(NotOpen, match="Only students"):
            other_story.take(session, reader, photo, now=seminar.now)


def test_who_took_the_story_that_the_class_has_now_is_with_the_class_again(
    seminar: Seminar, photo: int
) -> None:
    ada, ben = seminar.learner(), seminar.learner()
    takes(seminar, ada, photo)
    takes(seminar, ben, stored(seminar, OTHER))

    with seminar.database.transaction() as session:
        activity = seminar.activity(session)
        teaching.configure(
            session,
            activity,
            version=session.get_one(ScenarioVersion, photo),
            plan=plan_of(session, activity),
            actor_id=None,
            now=seminar.now,
        )

    with seminar.acting(ada) as (_session, reader):
        assert (reader.participant.other_story, reader.participant.alone) == (None, None)
        assert reader.version.id == photo
    with seminar.acting(ben) as (_session, reader):
        assert reader.participant.alone is Alone.OTHER_STORY
