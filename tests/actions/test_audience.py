"""Whatever is set, moved, merged: no post is read by anybody its words did not name."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import groups, talk, teaching
from ltitool.actions.reader import Reader
from ltitool.core.audience import FOR_STAFF, KEEP_DAYS, Naming
from ltitool.core.errors import ToolError
from ltitool.core.groups import GroupSource
from ltitool.core.script import Phase
from ltitool.storage.database import Database
from ltitool.storage.queries import membership
from ltitool.storage.queries import talk as queries
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import (
    Base,
    GroupAssignment,
    GroupMember,
    Membership,
    Participant,
    Post,
    TalkGroup,
    Thread,
    VoiceShown,
)
from tests.actions.seminar import Seminar
from tests.web.teaching_builders import an_activity
from tests.web.teaching_classroom import WORDS


def apart_by(a: int, b: int) -> dict[Phase, Naming]:
    """Return a naming for each phase that staff alone read, drawn from two numbers."""
    namings = list(Naming)
    return {phase: namings[(a + b * n) % len(namings)] for n, phase in enumerate(FOR_STAFF)}


Readers = dict[int, set[int]]
"""From each post to the learners whose pages show it."""


class Story:
    """One activity to which things happen, and who can read what after each of them."""

    def __init__(self, seminar: Seminar, seed: int) -> None:
        self.seminar = seminar
        self.people: list[int] = []
        with seminar.database.transaction() as session:
            version = seminar.activity(session).scenario_version
            assert version is not None
            made = an_activity(session, seminar.context_id, f"link-{seminar.number}-{seed}")
            made.scenario_version_id, made.seed = version.id, seed
            made.group_source = GroupSource.LISTED
            seminar.activity_id = made.id
        for number in range(5):
            self.arrive(number, 0)
        self.form(0, 0)

    def arrive(self, a: int, _b: int) -> None:
        person = self.seminar.learner()
        self.people.append(person)
        with self.seminar.database.transaction() as session:
            participant = self.seminar.participant(session, person)
            participant.waiting_since_at = participant.read_reasons_at = self.seminar.now
            key = {"activity_id": self.seminar.activity_id, "person_id": person}
            session.add(VoiceShown(**key, position=0, choice_id="hold"))
            session.add(GroupAssignment(**key, label=["North", "South"][a % 2]))

    def form(self, a: int, _b: int) -> None:
        self.seminar.now += timedelta(hours=a)
        with self.seminar.database.transaction() as session:
            activity, scenario = self.seminar.activity(session), self.seminar.scenario(session)
            groups.form_due(session, activity, scenario, now=self.seminar.now)

    def write(self, a: int, _b: int) -> None:
        self.seminar.now += timedelta(seconds=1)
        self.seminar.posts(self._person(a), f"{WORDS} {self.seminar.number}")

    def move(self, a: int, b: int) -> None:
        with self.seminar.acting(self._person(a)) as (session, reader):
            groups.move(session, reader, self._group(session, b), now=self.seminar.now)

    def merge(self, a: int, b: int) -> None:
        with self.seminar.database.transaction() as session:
            activity, scenario = self.seminar.activity(session), self.seminar.scenario(session)
            both = [self._group(session, a), self._group(session, b)]
            groups.merge(session, activity, scenario, both, now=self.seminar.now)

    def choose(self, a: int, b: int) -> None:
        with self.seminar.acting(self._person(a)) as (session, reader):
            wanted = self._group(session, b) if b % 3 else None
            groups.choose(session, reader, wanted, now=self.seminar.now)

    def configure(self, a: int, b: int) -> None:
        with self.seminar.database.transaction() as session:
            activity = self.seminar.activity(session)
            assert activity.scenario_version is not None
            plan = replace(
                plan_of(session, activity),
                group_source=list(GroupSource)[a % len(GroupSource)],
                group_wait_hours=b % 3,
                naming=list(Naming)[b % len(Naming)],
                namings=apart_by(a, b),
                keep_days=KEEP_DAYS[a % len(KEEP_DAYS)],
            )
            teaching.configure(
                session,
                activity,
                version=activity.scenario_version,
                plan=plan,
                actor_id=None,
                now=self.seminar.now,
            )

    def change_role(self, a: int, _b: int) -> None:
        with self.seminar.database.transaction() as session:
            statement = select(Membership).where(Membership.person_id == self._person(a))
            row = session.scalars(statement).one()
            row.was_staff = not row.was_staff
            self.seminar.participant(session, row.person_id).is_preview = row.was_staff

    def readers(self) -> Readers:
        """Return who can read what, by the queries that the pages of learners ask."""
        activity_id = self.seminar.activity_id
        found: Readers = {}
        with self.seminar.database.session(is_read_only=True) as session:
            for person in self.people:
                group = membership.group_of(session, activity_id, person)
                thread = queries.thread_of(session, activity_id, person, group)
                read = queries.posts_in(session, thread.id) if thread else []
                for left in membership.earlier_talks(session, activity_id, person):
                    read += queries.posts_in(session, left.thread_id, left.until_at)
                for one in read:
                    found.setdefault(one.post.id, set()).add(person)
        return found

    def written(self) -> dict[int, tuple[int | None, str, Naming]]:
        """Return (author, audience, naming) of every post of a person."""
        with self.seminar.database.session(is_read_only=True) as session:
            rows = session.execute(
                select(Post.id, Post.person_id, Post.audience, Post.naming)
                .join(Thread, Thread.id == Post.thread_id)
                .where(Thread.activity_id == self.seminar.activity_id, Post.person_id.is_not(None))
            )
            return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def group_members(self, post_id: int) -> set[int]:
        """Return who is today in the group in whose talk a post stands."""
        with self.seminar.database.session(is_read_only=True) as session:
            return set(
                session.scalars(
                    select(GroupMember.person_id)
                    .join(Thread, Thread.group_id == GroupMember.group_id)
                    .join(Post, Post.thread_id == Thread.id)
                    .where(Post.id == post_id, GroupMember.until_at.is_(None))
                )
            )

    def sizes(self) -> list[int]:
        with self.seminar.database.session(is_read_only=True) as session:
            return list(membership.sizes_in(session, self.seminar.activity_id).values())

    def _person(self, number: int) -> int:
        return self.people[number % len(self.people)]

    def _group(self, session: Session, number: int) -> int:
        statement = select(TalkGroup.id).where(TalkGroup.activity_id == self.seminar.activity_id)
        there = session.scalars(statement.order_by(TalkGroup.id)).all()
        return there[number % len(there)] if there else 0


JOINING = {"arrive", "form", "choose", "move"}
"""What lets somebody join a group; nothing else may let anybody read anything more."""

happenings = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "arrive",
                "form",
                "write",
                "write",
                "move",
                "merge",
                "choose",
                "configure",
                "change_role",
            ]
        ),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def class_of_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seminar]:
    """Return one class for all the stories below; each has an activity of its own."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('audience') / 'class.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield Seminar(database)
    database.dispose()


@settings(max_examples=30)
@given(happened=happenings, seed=st.integers(0, 10**6))
def test_no_post_ever_gains_a_reader_whom_its_words_did_not_name(
    class_of_many: Seminar, happened: list[tuple[str, int, int]], seed: int
) -> None:
    story = Story(class_of_many, seed)
    before, said = story.readers(), story.written()

    for what, a, b in happened:
        act: Callable[[int, int], None] = getattr(story, what)
        with suppress(ToolError):  # refused, as a page would say
            act(a, b)
        after = story.readers()
        for post_id, what_was_said in said.items():
            gained = after.get(post_id, set()) - before.get(post_id, set())
            assert not gained or what in JOINING, (what, gained)
            assert gained <= story.group_members(post_id), (what, gained)
            assert story.written()[post_id] == what_was_said
        assert max(story.sizes(), default=0) <= 6
        for post_id in story.written().keys() - said.keys():
            named = story.group_members(post_id) | {story.written()[post_id][0]}
            assert after[post_id] <= named, (what, after[post_id])
        before, said = after, story.written()


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database)


def reads(seminar: Seminar, person: int) -> set[int]:
    story = Story.__new__(Story)
    story.seminar, story.people = seminar, [person]
    return set(story.readers())


def test_who_is_moved_keeps_reading_what_was_said_and_not_what_follows(seminar: Seminar) -> None:
    ana, ben, cho, dan = [seminar.learner() for _ in range(4)]
    seminar.decides(ana, ben, cho, dan)
    old = seminar.group("Old", ana, ben)
    seminar.group("New", cho, dan)
    said = seminar.posts(ben)
    seminar.now += timedelta(hours=1)
    with seminar.acting(ana) as (session, reader):
        group = membership.group_of(session, seminar.activity_id, cho)
        assert group is not None
        groups.move(session, reader, group.id, now=seminar.now)
    seminar.now += timedelta(hours=1)

    later = seminar.posts(ben, f"{WORDS} and then some more of it")

    assert old != group.id
    assert said in reads(seminar, ana)
    assert later not in reads(seminar, ana)
    assert later in reads(seminar, ben)


def test_a_merged_group_talks_anew_and_each_keeps_its_own_past(seminar: Seminar) -> None:
    ana, ben, cho = [seminar.learner() for _ in range(3)]
    seminar.decides(ana, ben, cho)
    ids = [seminar.group("One", ana), seminar.group("Two", ben, cho)]
    first, second = seminar.posts(ana), seminar.posts(ben)
    seminar.now += timedelta(hours=1)

    with seminar.database.transaction() as session:
        merged = groups.merge(
            session, seminar.activity(session), seminar.scenario(session), ids, now=seminar.now
        ).id
    common = seminar.posts(cho, f"{WORDS} and that is new")

    assert {seminar.group_of(person) for person in (ana, ben, cho)} == {merged}
    assert reads(seminar, ana) & {first, second, common} == {first, common}
    assert reads(seminar, cho) & {first, second, common} == {second, common}


def test_a_talk_shows_nobody_under_two_names(seminar: Seminar) -> None:
    ana, ben = seminar.learner(), seminar.learner()
    seminar.decides(ana, ben)
    seminar.group("One", ana, ben)
    under_alias = seminar.posts(ana)
    with seminar.database.transaction() as session:
        seminar.activity(session).naming = Naming.NAMED

    again = seminar.posts(ana, f"{WORDS} and more besides, said later")
    by_name = seminar.posts(ben, f"{WORDS} as I see it from where I stand")

    with seminar.database.session(is_read_only=True) as session:
        namings = {row.id: row.naming for row in session.scalars(select(Post))}
    assert namings[under_alias] == namings[again] == Naming.ALIAS
    assert namings[by_name] == Naming.NAMED


def test_the_seventh_is_not_moved_into_a_group_whose_people_were_told_of_six(
    seminar: Seminar,
) -> None:
    people = [seminar.learner() for _ in range(7)]
    seminar.decides(*people)
    full = seminar.group("Full", *people[:6])

    with pytest.raises(ToolError, match="six at most"), seminar.acting(people[6]) as (s, reader):
        groups.move(s, reader, full, now=seminar.now)

    assert seminar.group_of(people[6]) is None


def test_previews_neither_choose_a_group_nor_write(seminar: Seminar) -> None:
    ana = seminar.learner()
    with seminar.acting(ana) as (session, reader):
        seminar.activity(session).group_source = GroupSource.CHOSEN
        reader.participant.is_preview = True

    for act in (_choose, _write):
        with pytest.raises(ToolError), seminar.acting(ana) as (session, reader):
            act(session, reader, seminar)

    with seminar.database.session(is_read_only=True) as session:
        assert session.scalars(select(Participant.waiting_since_at)).all() == [None]


def _choose(session: Session, reader: Reader, seminar: Seminar) -> None:
    groups.choose(session, reader, None, now=seminar.now)


def _write(session: Session, reader: Reader, seminar: Seminar) -> None:
    talk.post(
        session,
        reader,
        talk.Written(WORDS),
        submission_id="x",
        audience="",
        now=seminar.now,
    )
