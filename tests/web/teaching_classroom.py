"""What learners do in an activity, done by the actions that their pages call."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import closing, groups, stories, story, talk, threads
from ltitool.actions.reader import Reader, ensure_participant
from ltitool.core.delivery import Delivery
from ltitool.core.scenario import Scenario
from ltitool.core.walk import Stop, follow
from ltitool.storage.database import Database
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.tables import (
    Activity,
    AuditEntry,
    GroupMember,
    OutgoingScore,
    Participant,
    Receipt,
    TalkGroup,
    Thread,
)

NOON = datetime(2027, 2, 2, 12, 0, tzinfo=UTC)
COLUMN = "https://lms.example/items/7"
WORDS = "I would wait until Thursday and tell her so in one sentence that she can keep"


class Classroom:
    """One activity and what its learners do in it; time stands still until it is moved."""

    activity_id: int

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.number = 0

    def activity(self, session: Session) -> Activity:
        return session.get_one(Activity, self.activity_id)

    def scenario(self, session: Session) -> Scenario:
        return stories.story_of(self.activity(session))

    @contextmanager
    def acting(self, person_id: int) -> Iterator[tuple[Session, Reader]]:
        """Act as a learner, in one transaction."""
        with self.database.transaction() as session:
            participant = ensure_participant(
                session, self.activity(session), person_id, is_preview=False, now=self.now
            )
            yield session, Reader.of(self.activity(session), participant)

    def decides(self, *people: int, choice: int = 0) -> None:
        """Live through the story up to its curtain, and read others' reasons."""
        for person_id in people:
            with self.acting(person_id) as (session, reader):
                while True:
                    attempt = story.current_attempt(session, reader, now=self.now)
                    walk = follow(reader.scenario, story.path_of(attempt))
                    if walk.stop is not Stop.DECISION:
                        break
                    decision = walk.here.scene.decision
                    assert decision is not None
                    offered = walk.here.choices
                    answer = story.Answer(offered[choice % len(offered)].id, rationale=WORDS)
                    story.decide(session, reader, decision.id, answer, now=self.now)
                    story.lock(session, reader, decision.id, now=self.now)
                    session.expire_all()
                story.read_reasons(session, reader, now=self.now)

    def posts(self, person_id: int, text: str = "", *, to: int | None = None) -> int:
        """Post in one's own thread, or reply to a post; in one's own words where none are given."""
        own = " ".join(f"own{person_id}{letter}" for letter in "abcdefgh")
        with self.acting(person_id) as (session, reader):
            self.number += 1
            made = talk.post(
                session,
                reader,
                talk.Written(text or f"{WORDS} {own}", to),
                submission_id=f"form-{self.number}",
                audience="The people of the group.",
                now=self.now,
            )
            return made.id

    def opening_post(self, person_id: int) -> int:
        """Return the scripted voice that opened the thread of a person."""
        with self.acting(person_id) as (session, reader):
            thread = threads.ensure_thread(session, reader, now=self.now)
            posts = talk_queries.posts_in(session, thread.id)
            return next(one.post.id for one in posts if one.post.voice)

    def finishes(self, person_id: int) -> None:
        """Decide again and reflect."""
        with self.acting(person_id) as (session, reader):
            choice = reader.scenario.talk_decision.choices[0]
            again = story.Answer(choice.id, rationale=WORDS)
            closing.decide_again(session, reader, again, closing.Cited(), now=self.now)
            for question in reader.scenario.required_reflections:
                closing.reflect(session, reader, question.id, WORDS, "", now=self.now)

    def group(self, name: str, *people: int) -> int:
        """Return a new group, with people in it who have locked an answer."""
        with self.database.transaction() as session:
            made = TalkGroup(activity_id=self.activity_id, name=name, formed_at=self.now)
            session.add(made)
            session.flush()  # its id is needed
            for person_id in people:
                participant = self.participant(session, person_id)
                reader = Reader(self.activity(session), participant, self.scenario(session))
                groups.move(session, reader, made.id, now=self.now)
            return made.id

    def talk_of(self, group_id: int) -> str:
        """Return the address of the talk of a group as staff read it."""
        with self.database.transaction() as session:
            thread = session.scalars(select(Thread).where(Thread.group_id == group_id)).one()
            return f"/teaching/talks/{thread.id}"

    def own_talk_of(self, person_id: int) -> str:
        """Return the address of the talk that somebody has by themselves, as staff read it."""
        with self.database.transaction() as session:
            thread = session.scalars(select(Thread).where(Thread.person_id == person_id)).one()
            return f"/teaching/talks/{thread.id}"

    def group_of(self, person_id: int) -> int | None:
        with self.database.transaction() as session:
            return session.scalar(
                select(GroupMember.group_id).where(
                    GroupMember.person_id == person_id, GroupMember.until_at.is_(None)
                )
            )

    def participant(self, session: Session, person_id: int) -> Participant:
        return session.scalars(
            select(Participant).where(
                Participant.activity_id == self.activity_id, Participant.person_id == person_id
            )
        ).one()

    def alias(self, person_id: int) -> str:
        with self.database.transaction() as session:
            return self.participant(session, person_id).alias

    def score(
        self,
        person_id: int,
        delivery: Delivery,
        words: str = "",
        *,
        hundredths: int = 4000,
        after: timedelta = timedelta(),
    ) -> None:
        """Write a score with what became of it."""
        at = self.now + after
        with self.database.transaction() as session:
            score = OutgoingScore(
                activity_id=self.activity_id,
                person_id=person_id,
                line_item_url=COLUMN,
                score_hundredths=hundredths,
                maximum=100,
                scored_at=at,
                comment="",
                delivery=delivery,
                tries=1,
                next_try_at=at,
                written_at=at,
            )
            session.add(score)
            session.flush()  # its id is needed
            if words:
                session.add(
                    Receipt(outgoing_score_id=score.id, status=400, words=words, received_at=at)
                )

    def scores(self, person_id: int) -> list[OutgoingScore]:
        with self.database.transaction() as session:
            return list(
                session.scalars(
                    select(OutgoingScore)
                    .where(OutgoingScore.person_id == person_id)
                    .order_by(OutgoingScore.id)
                )
            )

    def audited(self) -> list[str]:
        with self.database.transaction() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
