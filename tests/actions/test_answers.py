"""Whatever is set: staff read an answer or a reflection under the name its author was told."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltitool.actions import closing, grouping, mending, story
from ltitool.core.audience import Naming
from ltitool.core.errors import ToolError
from ltitool.core.script import Phase, Round
from ltitool.storage.database import Database
from ltitool.storage.queries import answers as queries
from ltitool.storage.queries.answers import Signed
from ltitool.storage.queries.naming import naming_of
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import Base, Person
from tests.actions.seminar import Seminar
from tests.actions.test_audience import Story, apart_by
from tests.learner import FIRST
from tests.web.teaching_classroom import WORDS

SCENE, TALKED = FIRST
LUCK = "luck"
WRITTEN_IN = {"first": Phase.DECIDE, "again": Phase.AGAIN, "reflect": Phase.REFLECT}
Texts = dict[tuple[str, int], Signed]
"""What staff can read, by its kind and its row."""


class Answered(Story):
    """A class that answers and reflects while things are set and people change roles."""

    def arrive(self, a: int, b: int) -> None:
        super().arrive(a, b)
        with self.seminar.database.transaction() as session:
            person = session.get_one(Person, self.people[-1])
            person.name = f"Name {person.id}"

    def answer(self, a: int, b: int) -> None:
        with self.seminar.acting(self._person(a)) as (session, reader):
            given = story.Answer("hold", rationale=WORDS)
            story.decide(session, reader, TALKED, given, now=self.seminar.now)
            if b % 3:
                story.lock(session, reader, TALKED, now=self.seminar.now)

    def anew(self, a: int, _b: int) -> None:
        with self.seminar.acting(self._person(a)) as (session, reader):
            story.restart(session, reader, now=self.seminar.now)

    def reset(self, a: int, _b: int) -> None:
        with self.seminar.acting(self._person(a)) as (session, reader):
            mending.reset_attempt(session, reader, "Why", actor_id=1, now=self.seminar.now)

    def answer_again(self, a: int, _b: int) -> None:
        with self.seminar.acting(self._person(a)) as (session, reader):
            given = story.Answer("hold", rationale=WORDS)
            closing.decide_again(session, reader, given, closing.Cited(), now=self.seminar.now)

    def reflect(self, a: int, b: int) -> None:
        which = LUCK if b % 3 else "own-edge"
        with self.seminar.acting(self._person(a)) as (session, reader):
            closing.reflect(session, reader, which, WORDS, "", now=self.seminar.now)

    def configure(self, a: int, b: int) -> None:
        with self.seminar.database.transaction() as session:
            activity = self.seminar.activity(session)
            naming = list(Naming)[b % len(Naming)]
            plan = replace(plan_of(session, activity), naming=naming, namings=apart_by(a, b))
            grouping.change(session, activity, plan, actor_id=1, now=self.seminar.now)

    def _person(self, number: int) -> int:
        return self.people[number % 2]  # two are enough, and write often

    def texts(self) -> Texts:
        """Return what the pages of staff show; nobody stands on one of them under two names."""
        with self.seminar.database.session(is_read_only=True) as session:
            activity = self.seminar.activity(session)
            assert activity.scenario_version_id is not None
            where = session, activity, activity.scenario_version_id
            pages = {
                "first": queries.answers_to(*where, TALKED, given=Round.FIRST),
                "again": queries.answers_to(*where, TALKED, given=Round.AGAIN),
                "reflect": queries.reflections_on(*where, LUCK),
            }
        for page in pages.values():
            names = {(one.person_id, one.author) for one in page}
            assert len(names) == len({one.person_id for one in page})
        return {(kind, one.id): one for kind, page in pages.items() for one in page}

    def told(self) -> dict[tuple[str, int], Naming]:
        """Return by what name each person would now be told that staff see what they write."""
        with self.seminar.database.session(is_read_only=True) as session:
            activity = self.seminar.activity(session)
            return {
                (kind, person): naming_of(session, activity, person, phase)
                for kind, phase in WRITTEN_IN.items()
                for person in self.people
            }


WHAT = ["arrive", "answer", "answer", "answer_again", "reflect", "configure", "configure"]
happenings = st.lists(
    st.tuples(
        st.sampled_from([*WHAT, "anew", "reset", "change_role"]),
        st.integers(0, 8),
        st.integers(0, 8),
    ),
    min_size=15,
    max_size=25,
)


@pytest.fixture(scope="module")
def class_of_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seminar]:
    """Return one class for all the stories below; each has an activity of its own."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('answers') / 'class.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield Seminar(database)
    database.dispose()


@settings(max_examples=20, deadline=None)
@given(happened=happenings, seed=st.integers(0, 10**6))
def test_no_answer_and_no_reflection_is_ever_shown_by_more_than_its_author_was_told(
    class_of_many: Seminar, happened: list[tuple[str, int, int]], seed: int
) -> None:
    answered = Answered(class_of_many, seed)
    shown: Texts = {}

    for what, a, b in happened:
        told = answered.told()
        act: Callable[[int, int], None] = getattr(answered, what)
        with suppress(ToolError):  # refused, as a page would say
            act(a, b)
        now = answered.texts()
        for key, one in now.items():
            if key in shown:
                assert one == shown[key], what
            elif what != "change_role":
                assert one.naming is told[key[0], one.person_id], what
        shown |= now


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database)


def test_texts_are_counted_by_the_question_they_answer(seminar: Seminar) -> None:
    ana, ben = seminar.learner(), seminar.learner()
    seminar.decides(ana, ben)
    seminar.finishes(ana)

    with seminar.database.session(is_read_only=True) as session:
        activity = seminar.activity(session)
        [played] = queries.stories_in(session, activity)
        found = queries.given_numbers(session, activity)
        signed = queries.answers_to(session, activity, played.id, TALKED, given=Round.FIRST)

    assert played.id == activity.scenario_version_id
    assert found[played.id, "first", TALKED] == len(signed) == 2
    assert found[played.id, "again", TALKED] == found[played.id, "reflect", LUCK] == 1


def test_who_was_reset_has_not_begun_the_story_anew(seminar: Seminar) -> None:
    ana, ben = seminar.learner(), seminar.learner()
    seminar.decides(ana, ben)
    with seminar.acting(ana) as (session, reader):
        mending.reset_attempt(session, reader, "Asked for", actor_id=ben, now=seminar.now)
    with seminar.acting(ben) as (session, reader):
        story.restart(session, reader, now=seminar.now)
    seminar.decides(ana, ben)

    with seminar.database.session(is_read_only=True) as session:
        activity = seminar.activity(session)
        [played] = queries.stories_in(session, activity)
        signed = queries.answers_to(session, activity, played.id, TALKED, given=Round.FIRST)

    found = sorted((one.person_id, one.is_replay) for one in signed)
    assert found == [(ana, False), (ben, False), (ben, True)]
