"""What staff find of talks that people have by themselves, and what reaches those people."""

import pytest

from ltitool.actions import alone, arranging, moderation
from ltitool.core.errors import NotOpen
from ltitool.core.inbox import NoticeKind
from ltitool.storage.database import Database
from ltitool.storage.queries.inbox import happened_to
from ltitool.storage.queries.own_talks import OwnTalk, Stage, own_talk, own_talks_in
from ltitool.storage.queries.own_talks import own_talks_number as number_of
from ltitool.storage.tables import Thread
from tests.actions.seminar import Seminar

WORDS = "Lucy would read four days of silence as a refusal, and she would be right"


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database, wait_hours=24)


def found(seminar: Seminar) -> list[OwnTalk]:
    with seminar.database.session(is_read_only=True) as session:
        activity = seminar.activity(session)
        talks = own_talks_in(session, activity)
        assert number_of(session, activity) == len(talks)
        assert [own_talk(session, activity, one.thread_id) for one in talks] == talks
        return talks


def works_alone(seminar: Seminar, person_id: int) -> None:
    with seminar.acting(person_id) as (session, reader):
        arranging.put_alone(session, reader, actor_id=person_id, now=seminar.now)


def says(seminar: Seminar, staff: int, thread_id: int) -> None:
    with seminar.database.transaction() as session:
        act = moderation.Act(session, seminar.activity(session), staff, seminar.now)
        words = moderation.StaffWords("And if she had written twice?", "Both.", "one")
        moderation.write(act, session.get_one(Thread, thread_id), words)


def test_talks_are_found_by_their_newest_reply_until_their_person_has_a_group(
    seminar: Seminar,
) -> None:
    waits, writes, moves = (seminar.learner() for _ in range(3))
    seminar.decides(waits, writes, moves)
    works_alone(seminar, writes)
    with seminar.acting(writes) as (session, reader):
        voice = alone.voices_for(session, reader)[0].id
        said = alone.Reply(WORDS, "one", "You and the staff.")
        alone.reply(session, reader, voice, said, now=seminar.now)
    seminar.group("Amber", moves)

    first, second = found(seminar)

    assert (first.stage, first.replies, first.last_reply_at) == (Stage.ALONE, 1, seminar.now)
    assert (second.stage, second.replies, second.last_reply_at) == (Stage.WAITS, 0, None)
    seminar.group("Slate", writes)
    left, _waits = found(seminar)
    assert (left.thread_id, left.stage) == (first.thread_id, Stage.LEFT)


def test_a_word_of_staff_reaches_its_person_while_they_talk_there(seminar: Seminar) -> None:
    ada, staff = seminar.learner(), seminar.learner()
    seminar.decides(ada)
    works_alone(seminar, ada)
    [talk] = found(seminar)

    says(seminar, staff, talk.thread_id)

    def told() -> list[NoticeKind]:
        with seminar.database.session(is_read_only=True) as session:
            return [one.kind for one in happened_to(session, seminar.activity_id, ada, None)]

    assert told() == [NoticeKind.STAFF]
    seminar.group("Amber", ada)
    assert told() == [NoticeKind.GROUP]


def test_nothing_is_pinned_where_one_person_reads(seminar: Seminar) -> None:
    ada = seminar.learner()
    seminar.decides(ada)
    post = seminar.posts(ada)

    with seminar.database.transaction() as session, pytest.raises(NotOpen):
        act = moderation.Act(session, seminar.activity(session), ada, seminar.now)
        moderation.pin(act, post)
