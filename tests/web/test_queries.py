"""What each page asks the database: the same for three people and for a crowd."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.delivery import Delivery
from ltitool.core.roles import Role
from ltitool.core.script import Round
from ltitool.core.talk import PAGE, PostState
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Consult,
    Decision,
    GroupMember,
    Membership,
    OutgoingScore,
    Participant,
    Person,
    Post,
    PostRevision,
    Progress,
    Receipt,
    TalkGroup,
    Thread,
    VoiceShown,
)
from tests.launching import TOOL
from tests.learner import FIRST, POST, SENTENCE
from tests.web.everything import Everything, routes
from tests.web.test_isolation import address

Counting = Callable[[Flask], AbstractContextManager[list[str]]]
MANY = 30
FINISHED = {"core_decided": 3, "posts": 1, "replies": 1, "decided_again": 1, "reflections": 1}


def asked(course: Everything, count_statements: Counting) -> dict[str, int]:
    """Return how many statements each page takes, once everything a process keeps is kept."""
    found = {}
    for rule in routes(course.app):
        if "GET" not in (rule.methods or ()):
            continue
        sample = course.samples()[rule.endpoint]
        person = course.people[sample.who]
        path = address(course, rule, sample, person.url)
        person.client.get(path, base_url=TOOL)
        with count_statements(course.app) as statements:
            answer = person.client.get(path, base_url=TOOL)
        assert answer.status_code in {200, 302, 303}, rule
        found[rule.endpoint] = len(statements)
    return found


@dataclass
class Crowd:
    """Puts many rows where a course has few."""

    session: Session
    course: Everything
    at: datetime

    @property
    def activity(self) -> Activity:
        return self.session.get_one(Activity, self.course.ids["activity"])

    def add(self, *rows: Any) -> None:
        self.session.add_all(rows)
        self.session.flush()  # their ids are needed

    def person(self, number: int, **membership: Any) -> int:
        registration_id = self.activity.context.deployment.registration_id
        person = Person(
            registration_id=registration_id, lti_id=f"crowd-{number}", name=f"Crowd {number}"
        )
        self.add(person)
        self.add(Membership(context_id=self.activity.context_id, person_id=person.id, **membership))
        return person.id

    def people(self) -> list[int]:
        """Let many people have done everything; put them into groups of five."""
        people = [self.person(number) for number in range(MANY)]
        for number, person_id in enumerate(people):
            if number % 5 == 0:
                group = TalkGroup(
                    activity_id=self.activity.id, name=f"Group {number}", formed_at=self.at
                )
                self.add(group)
            own = {"activity_id": self.activity.id, "person_id": person_id}
            self.add(
                Participant(
                    **own, alias=f"Alias {number}", entered_at=self.at, read_reasons_at=self.at
                ),
                Progress(
                    **own,
                    counts=FINISHED,
                    score_hundredths=10_000,
                    is_complete=True,
                    measured_at=self.at,
                ),
                GroupMember(**own, group_id=group.id, from_at=self.at),
            )
            self.attempts(person_id, 1)
        return people

    def attempts(
        self, person_id: int, first: int, number: int = 1, *, has_again: bool = True
    ) -> None:
        version_id = self.activity.scenario_version_id
        assert version_id is not None
        for one in range(first, first + number):
            attempt = Attempt(
                activity_id=self.activity.id,
                person_id=person_id,
                number=one,
                scenario_version_id=version_id,
                started_at=self.at,
            )
            self.add(attempt)
            scene, talk_decision = FIRST
            self.add(
                self.decision(attempt, Round.FIRST, talk_decision, ("hold", "accept")[one % 2]),
                Consult(
                    attempt_id=attempt.id, scene_id=scene, consult_id="policy", asked_at=self.at
                ),
            )
            if has_again:
                self.add(self.decision(attempt, Round.AGAIN, talk_decision, "channel"))

    def decision(self, attempt: Attempt, when: Round, name: str, choice: str) -> Decision:
        return Decision(
            attempt_id=attempt.id,
            round=when,
            decision_id=name,
            choice_id=choice,
            rationale=SENTENCE,
            confidence=3,
            lenses=["privacy", "conflict"],
            decided_at=self.at,
            locked_at=self.at,
        )

    def posts(self, people: list[int]) -> None:
        """Fill the thread of the sample's group: posts, replies, changed, hidden, taken back."""
        group_id = self.course.ids["group"]
        thread = self.session.scalars(select(Thread).where(Thread.group_id == group_id)).one()
        parent_id: int | None = self.course.ids["post"]
        for number, person_id in enumerate(people * 5):
            post = Post(
                thread_id=thread.id,
                parent_id=parent_id if number % 3 else None,
                person_id=person_id,
                text=f"{POST} {number}",
                counts=True,
                audience="",
                state=(*[PostState.STANDING] * 5, PostState.HIDDEN, PostState.WITHDRAWN)[
                    number % 7
                ],
                submission_id=f"crowd-{number}",
                posted_at=self.at + timedelta(seconds=number),
            )
            self.add(post)
            self.add(PostRevision(post_id=post.id, text=SENTENCE, replaced_at=self.at))
            parent_id = post.id

    def scores(self, person_id: int) -> None:
        for number in range(MANY):
            score = OutgoingScore(
                activity_id=self.activity.id,
                person_id=person_id,
                line_item_url=self.activity.line_item_url,
                score_hundredths=number * 100,
                maximum=100,
                scored_at=self.at - timedelta(days=1, seconds=number),
                comment="",
                delivery=Delivery.SUPERSEDED,
                next_try_at=self.at,
                written_at=self.at,
            )
            self.add(score)
            self.add(
                *(
                    Receipt(outgoing_score_id=score.id, status=500, words="", received_at=self.at)
                    for _try in range(3)
                )
            )

    def staff(self) -> None:
        for number in range(MANY):
            self.person(
                1_000 + number,
                was_staff=True,
                launched_role=Role.INSTRUCTOR,
                roster_role=(Role.LEARNER, None)[number % 2],
            )

    def earlier_activities(self, people: list[int]) -> None:
        for number, person_id in enumerate(people):
            activity = Activity(
                context_id=self.activity.context_id,
                lti_id=f"crowd-{number}",
                title=f"Week {number}",
                scenario_version_id=self.activity.scenario_version_id,
                seed=number,
                created_at=self.at,
            )
            self.add(activity)
            self.add(
                Participant(
                    activity_id=activity.id,
                    person_id=person_id,
                    alias="Alias",
                    entered_at=self.at,
                )
            )

    def voices(self, person_id: int) -> None:
        rows = self.session.scalars(select(Decision.id).where(Decision.round == Round.FIRST)).all()
        self.add(
            *(
                VoiceShown(
                    activity_id=self.activity.id,
                    person_id=person_id,
                    position=100 + number,
                    choice_id="hold",
                    decision_row_id=row_id,
                )
                for number, row_id in enumerate(rows[:MANY])
            )
        )


def test_no_page_asks_more_of_a_crowd_than_of_a_few(
    course: Everything, count_statements: Counting
) -> None:
    few = asked(course, count_statements)

    with course.database.transaction() as session:
        crowd = Crowd(session, course, course.platform.now)
        people = crowd.people()
        crowd.posts(people)
        crowd.staff()
        crowd.earlier_activities(people)
        for name in ("read", "again", "done"):
            person_id = session.scalars(select(Person.id).where(Person.lti_id == name)).one()
            crowd.attempts(person_id, 2, MANY, has_again=name == "done")
            crowd.scores(person_id)
            crowd.voices(person_id)

    many = asked(course, count_statements)
    teacher, talker = course.people["teacher"], course.people["talker"]
    assert teacher.get("/teaching/").count("Crowd ") > MANY - 1
    assert talker.get("/talk/").count(POST) > PAGE // 2  # others are hidden or taken back
    assert len(few) > 20
    assert {page: (few[page], many[page]) for page in few if few[page] != many[page]} == {}
