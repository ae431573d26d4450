"""A course in which something of everything has happened, and a sample request for every route."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from flask import Flask
from sqlalchemy import make_url, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from ltitool.actions.library import Provenance, store
from ltitool.actions.library_files import media_beside
from ltitool.core.audience import Naming
from ltitool.core.concern import ConcernKind
from ltitool.core.delivery import Delivery
from ltitool.core.grades import Finding
from ltitool.core.library import Shelf
from ltitool.core.position import SLOW_START
from ltitool.core.script import Alone
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    Activity,
    Base,
    Concern,
    GroupMember,
    OutgoingScore,
    Participant,
    Person,
    Post,
    StandingGrade,
    StoryReport,
    TalkGroup,
    Thread,
)
from tests.conftest import PENDING
from tests.core.stories import SHORT
from tests.launching import (
    ABSENT,
    AGS,
    DEEP_LINKING,
    INSTRUCTOR,
    LTI,
    MEMBERSHIP,
    SigningPlatform,
)
from tests.learner import FIRST, POST, REFLECTION, TALK_FIELDS, Learner

TUTOR = f"{MEMBERSHIP}/Instructor#TeachingAssistant"
ANSWER = {"choice": "hold", **TALK_FIELDS}
CREDIT = {
    "preset": "taking-part",
    "crediting": "proportional",
    "late": "lms",
    "grace": "0",
    "percent": "10",
    "floor": "0",
    "posting": "each-change",
    "days": "7",
}
CHANGED = "I would wait, and on Thursday I would say it on a walk along the old canal."


@dataclass(frozen=True)
class Sample:
    """A request that its sender may make: who sends it, with which ids, with what filled in."""

    who: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    ids: Mapping[str, Any] = field(default_factory=dict)


def routes(app: Flask) -> list[Rule]:
    """Return every route that hangs under a visit."""
    return [rule for rule in app.url_map.iter_rules() if "visit_id" in rule.arguments]


def snapshot(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
        }


class Watch:
    """Tells when a row has changed, since the watch began or since it last told.

    SQLite counts what other connections commit, so that most looks cost nothing.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.rows = snapshot(app)
        path = make_url(app.extensions["settings"].database_url).database
        self._connection = sqlite3.connect(str(path))
        self._seen = self._commits()

    def has_changed(self) -> bool:
        """Say whether any row is another one now."""
        commits = self._commits()
        if commits == self._seen:
            return False
        self._seen, before = commits, self.rows
        self.rows = snapshot(self.app)
        return self.rows != before

    def close(self) -> None:
        self._connection.close()

    def _commits(self) -> int:
        [found] = self._connection.execute("PRAGMA data_version").fetchone()
        assert isinstance(found, int)
        return found


class Everything:
    """One course: learners at every stage, an instructor, a tutor, a link that nobody has set."""

    def __init__(self, app: Flask, platform: SigningPlatform, **changes: Any) -> None:
        """Let everybody come and do their part; `changes` are claims, such as another course."""
        self.app = app
        self.database: Database = app.extensions["database"]
        self.platform = platform
        self.people: dict[str, Learner] = {}
        self._changes = changes
        for name in ("new", "kept", "read", "talker", "again", "done", "solo"):
            self.enter(name)
        self.enter("teacher", **{f"{LTI}roles": [INSTRUCTOR]})
        self.enter("tutor", **{f"{LTI}roles": [TUTOR]})
        self.enter("aloud", **a_link_that_is_talked_about_in_class())
        self.enter("leader", **{f"{LTI}roles": [INSTRUCTOR]}, **a_link_led_in_one_room())
        self._play()
        self._refuse_a_score()
        self.enter("unset", **{f"{LTI}roles": [INSTRUCTOR]}, **an_unset_link())
        for name in ("placer", "canceller"):
            self.enter(name, **{f"{LTI}roles": [INSTRUCTOR]}, **a_placing())
        self.ids = self._found()

    @classmethod
    def again(cls, app: Flask, platform: SigningPlatform, kept: Self) -> Self:
        """Return the course that was kept, with its people in browsers of this app.

        The rows must be in the app's database already.
        """
        course = cls.__new__(cls)
        course.app, course.database, course.platform = app, app.extensions["database"], platform
        course.ids, course._changes = dict(kept.ids), kept._changes
        course.people = {name: who.moved_to(app.test_client()) for name, who in kept.people.items()}
        return course

    def enter(self, name: str, **changes: Any) -> Learner:
        """Let somebody in, in a browser of their own."""
        client = self.app.test_client()
        claims = {**self._changes, **changes}
        self.people[name] = Learner(client, self.platform, name, **claims)
        return self.people[name]

    def _play(self) -> None:
        people = self.people
        people["kept"].send(f"/story/{FIRST[0]}/decide", ANSWER)
        for name in ("read", "talker", "again", "solo", "aloud"):
            people[name].play()
        people["talker"].read_reasons()
        people["talker"].say(POST)
        people["again"].read_reasons()
        people["again"].talk()
        people["done"].finish()
        self._send_alone()
        people["solo"].read_reasons()
        people["aloud"].read_reasons()

    def _send_alone(self) -> None:
        """Let one learner work without a group."""
        with self.database.transaction() as session:
            solo = select(Person.id).where(Person.lti_id == "solo").scalar_subquery()
            whose = Participant.person_id == solo
            session.execute(
                update(Participant)
                .where(whose)
                .values(alone=Alone.STAFF, waiting_since_at=None)
                .execution_options(synchronize_session=False)
            )
            session.execute(
                update(GroupMember)
                .where(GroupMember.person_id == solo)
                .values(until_at=self.platform.now)
                .execution_options(synchronize_session=False)
            )

    def _refuse_a_score(self) -> None:
        with self.database.transaction() as session:
            session.execute(update(OutgoingScore).values(delivery=Delivery.REFUSED))
            done = session.scalars(select(OutgoingScore)).first()
            if done is None:
                return  # a course without a column
            again = session.scalars(select(Person).filter_by(lti_id="again")).one()
            session.add_all(
                [
                    OutgoingScore(
                        activity_id=done.activity_id,
                        person_id=again.id,
                        line_item_url=done.line_item_url,
                        score_hundredths=7000,
                        maximum=100,
                        scored_at=done.scored_at,
                        comment="",
                        delivery=Delivery.REFUSED,
                        next_try_at=done.next_try_at,
                        written_at=done.written_at,
                    ),
                    StandingGrade(
                        person_id=again.id,
                        line_item_url=done.line_item_url,
                        finding=Finding.CHANGED,
                        score=90,
                        maximum=100,
                        seen_at=done.written_at,
                    ),
                ]
            )

    def _found(self) -> dict[str, Any]:
        """Return the ids of what is in this course, by what they are ids of."""
        with self.database.transaction() as session:
            people = {one.lti_id: one.id for one in session.scalars(select(Person))}
            talker = people["talker"]
            member = session.scalars(select(GroupMember).filter_by(person_id=talker)).one()
            activity = session.get_one(Activity, member.activity_id)
            spare = TalkGroup(activity_id=activity.id, name="Spare", formed_at=self.platform.now)
            session.add(spare)
            left = TalkGroup(activity_id=activity.id, name="Left", formed_at=self.platform.now)
            session.add(left)
            session.flush()  # their ids are needed
            activity.asks_stand = True
            session.execute(update(Thread).values(opened_at=self.platform.now - SLOW_START))
            key = {"group_id": left.id, "activity_id": activity.id}
            at = self.platform.now
            session.add(Thread(**key, decision_id="d3", opened_at=at))
            session.add(GroupMember(**key, person_id=talker, from_at=at, until_at=at))
            version = activity.scenario_version
            assert version is not None
            return {
                "activity": activity.id,
                "played": version.id,
                "done": people["done"],
                "alias": session.scalars(
                    select(Participant.alias).filter_by(person_id=people["done"])
                ).one(),
                "again": people["again"],
                "tutor": people["tutor"],
                "voice": session.scalars(
                    select(Post.voice)
                    .join(Thread, Thread.id == Post.thread_id)
                    .where(Thread.person_id == people["solo"])
                    .order_by(Post.id)
                ).first(),
                "group": member.group_id,
                "talk": session.scalars(
                    select(Thread.id).filter_by(group_id=member.group_id)
                ).one(),
                "spare": spare.id,
                "left": left.id,
                "post": session.scalars(select(Post.id).filter_by(person_id=talker)).one(),
                "staff_word": self._staff_word(session, people),
                "others": session.scalars(
                    select(Post.id).filter_by(person_id=people["again"]).order_by(Post.id).limit(1)
                ).one(),
                "concern": self._concern(session, activity, talker),
                **self._own_story(session, activity),
                "newer": self._newer(session),
                "media": next(iter(version.media.values())),
            }

    def _staff_word(self, session: Session, people: dict[str, int]) -> int:
        """Let the staff have written to somebody who works alone."""
        talk = select(Thread.id).where(Thread.person_id == people["solo"]).scalar_subquery()
        word = Post(
            thread_id=session.scalars(select(talk)).one(),
            person_id=people["teacher"],
            by_staff=True,
            text="What would Lucy hear in that?",
            counts=False,
            audience="",
            naming=Naming.NAMED,
            submission_id="word",
            posted_at=self.platform.now,
        )
        session.add(word)
        session.flush()  # its id is needed
        return word.id

    def _concern(self, session: Session, activity: Activity, person_id: int) -> int:
        """Let somebody have told the staff something."""
        concern = Concern(
            activity_id=activity.id,
            person_id=person_id,
            kind=ConcernKind.CARE,
            text="Somebody here has not slept for days.",
            submission_id="worry",
            told_at=self.platform.now,
        )
        session.add(concern)
        session.flush()  # its id is needed
        return concern.id

    def _own_story(self, session: Session, activity: Activity) -> dict[str, int]:
        """Give the course a story of its own, in two versions."""
        to = Provenance(Shelf.COURSE, activity.context_id)
        for words in (SHORT, SHORT.replace("It is late.", "It is very late.")):
            version = store(session, words, {}, provenance=to, now=self.platform.now)
        source = PENDING.read_text("utf-8").replace("id: sam-and-lucy", "id: own-pending")
        media = media_beside(PENDING)
        pictured = store(session, source, media, provenance=to, now=self.platform.now)
        report = StoryReport(
            version_id=version.id,
            activity_id=activity.id,
            person_id=session.scalars(select(Person.id).filter_by(lti_id="done")).one(),
            scene_id="",
            text="It was never that late.",
            is_named=False,
            submission_id="wrong",
            told_at=self.platform.now,
        )
        session.add(report)
        session.flush()  # its id is needed
        return {
            "report": report.id,
            "entry": version.entry_id,
            "version": version.id,
            "pictured": pictured.entry_id,
            "pictured_version": pictured.id,
        }

    def _newer(self, session: Session) -> int:
        """Let “Pending” have a text fix that the activity has not taken over."""
        source = PENDING.read_text("utf-8").replace("title: Pending", "title: Pending still", 1)
        return store(session, source, media_beside(PENDING), now=self.platform.now).id

    def samples(self) -> dict[str, Sample]:
        """Return a request for every endpoint, in an order in which each of them works."""
        return {
            **self._samples_of_grades(),
            **self._samples_of_learners(),
            **self._samples_of_staff(),
            **self._samples_of_rooms(),
            **self._samples_of_placing(),
        }

    def _samples_of_rooms(self) -> dict[str, Sample]:
        step = {"phase": "reasons"}
        room = "visit.teaching.room"
        return {
            f"{room}.begin": Sample("leader"),
            f"{room}.show": Sample("leader"),
            f"{room}.status": Sample("leader"),
            f"{room}.screen": Sample("leader"),
            f"{room}.screen_status": Sample("leader"),
            f"{room}.confirm_next": Sample("leader"),
            f"{room}.go_on": Sample("leader", step),
            f"{room}.confirm_back": Sample("leader"),
            f"{room}.step_back": Sample("leader", step),
            f"{room}.confirm_end": Sample("leader"),
            f"{room}.end": Sample("leader", {"attendance": "1"}),
        }

    def _samples_of_placing(self) -> dict[str, Sample]:
        story = {"version_id": self.ids["newer"]}
        chosen = {"story": str(self.ids["newer"]), "time_zone": "Europe/London"}
        how = {"grouping": "come", "script": "visits", "source": "batches", "names": "alias"}
        how |= {"grade": "taking-part", "opens": "course"}
        return {
            "placing.shelf": Sample("placer"),
            "placing.story": Sample("placer", ids=story),
            "placing.walk": Sample("placer", ids=story),
            "placing.media": Sample("placer", ids={**story, "media_hash": self.ids["media"]}),
            "placing.set_up": Sample("placer", ids={"story": self.ids["newer"]}),
            "placing.answer": Sample("placer"),
            "placing.add": Sample("placer", {**chosen, **how}),
            "placing.cancel": Sample("canceller"),
        }

    def _samples_of_grades(self) -> dict[str, Sample]:
        """Return what instructors do about a refused score, before its person earns another."""
        failing = {"person_id": self.ids["again"]}
        return {
            "visit.teaching.grades.show": Sample("teacher"),
            "visit.teaching.grades.status": Sample("teacher"),
            "visit.teaching.grades.send_again": Sample("teacher", ids=failing),
            "visit.teaching.grades.keep_theirs": Sample("teacher", ids=failing),
            "visit.teaching.grades.confirm_ours": Sample("teacher", ids=failing),
            "visit.teaching.grades.send_ours": Sample("teacher", ids=failing),
            "visit.teaching.grades.read": Sample("teacher"),
        }

    def _samples_of_learners(self) -> dict[str, Sample]:
        scene = {"scene_id": FIRST[0]}
        own = {"post_id": self.ids["post"]}
        said = {"text": CHANGED, "submission_id": "sample"}
        return {
            "visit.activity.front": Sample("done"),
            "visit.activity.leave": Sample("done"),
            "visit.class_now.onward": Sample("done"),
            "visit.class_now.show": Sample("done"),
            "visit.activity.confirm_restart": Sample("done"),
            "visit.other_story.ask": Sample("new"),
            "visit.other_story.take": Sample(
                "new", ids={"version_id": self.ids["pictured_version"]}
            ),
            "visit.other_story.go_back": Sample("new"),
            "visit.story.here": Sample("done"),
            "visit.story.scene": Sample("done", ids=scene),
            "visit.story.after": Sample("done", ids=scene),
            "visit.story.decide": Sample("new", ids=scene),
            "visit.story.tell_in": Sample("done", {"language": "en-GB"}),
            "visit.story.ask": Sample("new", {"ask": "policy"}, scene),
            "visit.drafts.save": Sample("new", {"place": "decide:d1-request", "text": CHANGED}),
            "visit.story.keep": Sample("new", ANSWER, scene),
            "visit.story.lock": Sample("kept", ids=scene),
            "visit.activity.restart": Sample("kept"),
            "visit.reasons.show": Sample("read"),
            "visit.reasons.go_on": Sample("read", {"hardest": "1"}),
            "visit.talk.show": Sample("talker"),
            "visit.talk.post": Sample("talker", said),
            "visit.talk.find": Sample("talker", ids=own),
            "visit.talk.news": Sample("talker"),
            "visit.talk.see": Sample("talker", {"seen": str(self.ids["post"])}),
            "visit.concerns.ask_report": Sample("talker", ids={"post_id": self.ids["others"]}),
            "visit.concerns.report": Sample("talker", said, {"post_id": self.ids["others"]}),
            "visit.concerns.ask_worry": Sample("talker"),
            "visit.concerns.worry": Sample("talker", {**said, "submission_id": "worried"}),
            "visit.concerns.told": Sample("talker"),
            "visit.stand.show": Sample("talker"),
            "visit.stand.file": Sample("talker", {"outcome": "differ", "text": CHANGED}),
            "visit.stand.write": Sample("talker", {"text": CHANGED}),
            "visit.stand.withdraw": Sample("talker"),
            "visit.export.page": Sample("talker"),
            "visit.export.markdown": Sample("talker"),
            "visit.talk.edit": Sample("talker", ids=own),
            "visit.talk.save": Sample("talker", {"text": CHANGED}, own),
            "visit.talk.confirm_withdraw": Sample("talker", ids=own),
            "visit.inbox.kinds": Sample("talker"),
            "visit.inbox.see": Sample("talker", {"until": "1800000000"}),
            "visit.inbox.choose": Sample("talker", {"kind": ["reply", "due"]}),
            "visit.alone.ask": Sample("talker"),
            "visit.alone.choose": Sample("talker"),
            "visit.alone.show": Sample("solo"),
            "visit.alone.reply": Sample(
                "solo", {**said, "submission_id": "alone"}, {"choice_id": self.ids["voice"]}
            ),
            "visit.alone.answer": Sample(
                "solo", {**said, "submission_id": "answer", "parent": str(self.ids["staff_word"])}
            ),
            "visit.aloud.show": Sample("aloud"),
            "visit.again.show": Sample("again"),
            "visit.again.keep": Sample("again", {**ANSWER, "cited": "nobody"}),
            "visit.ending.show": Sample("done"),
            "visit.picture.show": Sample("done"),
            "visit.reflect.show": Sample("done"),
            "visit.path.show": Sample("done"),
            "visit.wrong.ask": Sample("done"),
            "visit.wrong.tell": Sample("done", {"text": CHANGED, "submission_id": "wrong"}),
            "visit.wrong.told": Sample("done"),
            "visit.mine.page": Sample("done"),
            "visit.mine.markdown": Sample("done"),
            "visit.reflect.keep": Sample("done", {"text": REFLECTION}, {"reflect_id": "luck"}),
            "visit.group.show": Sample("talker"),
            "visit.group.choose": Sample("talker", {"group": "none"}),
            "visit.group.earlier": Sample("talker", ids={"group_id": self.ids["left"]}),
            "visit.progress.show": Sample("done"),
            "visit.progress.rules": Sample("done"),
            "visit.progress.record": Sample("done"),
            "visit.media.show": Sample("done", ids={"media_hash": self.ids["media"]}),
        }

    def _samples_of_staff(self) -> dict[str, Sample]:
        person = {"person_id": self.ids["done"]}
        group = {"group_id": self.ids["group"]}
        talk = {"thread_id": self.ids["talk"]}
        post = {**talk, "post_id": self.ids["post"]}
        earlier = {"activity_id": self.ids["activity"]}
        tutor = {"person_id": self.ids["tutor"]}
        story = {"entry_id": self.ids["entry"]}
        version = {**story, "version_id": self.ids["version"]}
        concern = {"concern_id": self.ids["concern"]}
        report = {**story, "report_id": self.ids["report"]}
        why = {"reason": "It names a person who did not agree to be named."}
        part = {"phase": "again"}
        asked = {"version_id": self.ids["played"], "kind": "first", "question_id": FIRST[1]}
        answer = {**asked, "alias": self.ids["alias"]}
        return {
            "visit.teaching.show": Sample("teacher"),
            "visit.teaching.keep_copy": Sample("teacher"),
            "visit.teaching.groups.show": Sample("teacher"),
            "visit.teaching.groups.own": Sample("teacher"),
            "visit.teaching.talks.show": Sample("teacher", ids=talk),
            "visit.teaching.talks.find": Sample("teacher", ids=post),
            "visit.teaching.talks.confirm_hide": Sample("teacher", ids=post),
            "visit.teaching.talks.hide": Sample("teacher", why, post),
            "visit.teaching.talks.show_again": Sample("teacher", ids=post),
            "visit.teaching.thread.pin": Sample("teacher", ids=post),
            "visit.teaching.thread.lock": Sample("teacher", ids=talk),
            "visit.teaching.thread.unlock": Sample("teacher", ids=talk),
            "visit.teaching.thread.say": Sample(
                "teacher", {"text": CHANGED, "submission_id": "staff"}, talk
            ),
            "visit.teaching.moderation.show": Sample("teacher"),
            "visit.teaching.moderation.act": Sample("teacher", {"do": "take"}, concern),
            "visit.teaching.moderation.ask_who": Sample("teacher", ids=concern),
            "visit.teaching.moderation.who": Sample("teacher", why, concern),
            "visit.talk.withdraw": Sample("talker", ids={"post_id": self.ids["post"]}),
            "visit.teaching.people.show": Sample("teacher", ids=person),
            "visit.teaching.people.record": Sample("teacher", ids=person),
            "visit.teaching.merging.confirm": Sample("teacher", ids=group),
            "visit.teaching.merging.confirm_reveal": Sample("teacher", ids=post),
            "visit.teaching.merging.reveal": Sample("teacher", why, post),
            "visit.teaching.answers.show": Sample("teacher"),
            "visit.teaching.answers.question": Sample("tutor", ids=asked),
            "visit.teaching.answers.confirm_reveal": Sample("teacher", ids=answer),
            "visit.teaching.answers.reveal": Sample("teacher", why, answer),
            "visit.teaching.grouping.show": Sample("teacher"),
            "visit.teaching.grouping.save": Sample(
                "teacher", {"source": "random", "hours": "24", "cap": "6"}
            ),
            "visit.teaching.naming.show": Sample("teacher"),
            "visit.teaching.naming.save": Sample(
                "teacher", {"naming": "sealed", "keep_days": "180"}
            ),
            "visit.teaching.people.confirm_move": Sample("teacher", ids=person),
            "visit.teaching.people.move": Sample(
                "teacher", {"group": str(self.ids["spare"])}, person
            ),
            "visit.teaching.arranging.arrange": Sample("teacher", ids={**person, "what": "fewer"}),
            "visit.teaching.people.send_again": Sample("teacher", ids=person),
            "visit.teaching.people.confirm_reset": Sample("teacher", ids=person),
            "visit.teaching.people.reset": Sample("teacher", why, person),
            "visit.teaching.grades.send_failed_again": Sample("teacher"),
            "visit.teaching.groups.form": Sample("teacher"),
            "visit.teaching.merging.merge": Sample(
                "teacher", {"group": str(self.ids["spare"])}, group
            ),
            "visit.teaching.settings.show": Sample("teacher"),
            "visit.teaching.credit.show": Sample("teacher"),
            "visit.teaching.credit.save": Sample("teacher", CREDIT),
            "visit.teaching.credit.confirm": Sample("teacher"),
            "visit.teaching.credit.change": Sample("teacher"),
            "visit.teaching.credit.send": Sample("teacher"),
            "visit.teaching.allowances.show": Sample("teacher", ids=person),
            "visit.teaching.allowances.extend": Sample("teacher", {"until": "2027-03-01"}, person),
            "visit.teaching.allowances.excuse": Sample(
                "teacher", {"excused": "posts", "may_lower": "yes"}, person
            ),
            "visit.teaching.allowances.set_one": Sample("teacher", {"score": "70", **why}, person),
            "visit.teaching.allowances.undo": Sample("teacher", ids=person),
            "visit.teaching.allowances.mark": Sample(
                "teacher", {"mark": "70"}, {**person, "rule": "instructor_mark"}
            ),
            "visit.teaching.marks.show": Sample("teacher"),
            "visit.teaching.marks.save": Sample(
                "teacher",
                {"person": str(self.ids["done"]), f"there-{self.ids['done']}": "1"},
            ),
            "visit.teaching.marks.undo": Sample("teacher"),
            "visit.teaching.settings.phases.show": Sample("teacher"),
            "visit.teaching.settings.phases.save": Sample("teacher", {"script": "visits"}),
            "visit.teaching.settings.make_column": Sample("unset"),
            "visit.teaching.settings.save": Sample("teacher", self._settings()),
            "visit.teaching.settings.phases.confirm_open": Sample("teacher", ids=part),
            "visit.teaching.settings.phases.open_now": Sample("teacher", ids=part),
            "visit.teaching.log.show": Sample("teacher"),
            "visit.teaching.note.show": Sample("teacher"),
            "visit.teaching.note.save": Sample("teacher", {"text": CHANGED}),
            "visit.teaching.question.show": Sample("teacher"),
            "visit.teaching.question.save": Sample("teacher", {"question": "d1-request"}),
            "visit.teaching.stand.show": Sample("teacher"),
            "visit.teaching.stand.save": Sample("teacher", {"asks": "yes"}),
            "visit.teaching.library.show": Sample("teacher"),
            "visit.teaching.library.begin": Sample("teacher"),
            "visit.teaching.library.add": Sample("teacher", {"source": SHORT, "check": "1"}),
            "visit.teaching.library.story": Sample("teacher", ids=story),
            "visit.teaching.library.changed": Sample("teacher", ids=version),
            "visit.teaching.library.walk": Sample("teacher", ids=version),
            "visit.teaching.library.media": Sample(
                "teacher",
                ids={
                    "entry_id": self.ids["pictured"],
                    "version_id": self.ids["pictured_version"],
                    "media_hash": self.ids["media"],
                },
            ),
            "visit.teaching.library.drawn": Sample("teacher", ids=version),
            "visit.teaching.library.file": Sample("teacher", ids=version),
            "visit.teaching.library.see_to": Sample("teacher", ids=report),
            "visit.teaching.library.retire": Sample("teacher", ids=story),
            "visit.teaching.library.remove": Sample("teacher", ids=story),
            "visit.teaching.version.show": Sample("teacher"),
            "visit.teaching.version.take": Sample("teacher", {"version": str(self.ids["newer"])}),
            "visit.teaching.staff.show": Sample("teacher"),
            "visit.teaching.staff.choose": Sample("teacher", {"role": "instructor"}, tutor),
            "visit.teaching.confirm_continue": Sample("unset", ids=earlier),
            "visit.teaching.continue_from": Sample("unset", ids=earlier),
        }

    def _settings(self) -> dict[str, str]:
        with self.database.session(is_read_only=True) as session:
            activity = session.get_one(Activity, self.ids["activity"])
            story = str(activity.scenario_version_id)
        return {"story": story, "time_zone": "Europe/London", "grouping": "come"}


def a_link_that_is_talked_about_in_class() -> dict[str, Any]:
    """Claims of a link whose talk is aloud."""
    return {
        f"{LTI}resource_link": {"id": "link-aloud", "title": "Pending, in class"},
        f"{LTI}custom": {"scenario": "sam-and-lucy", "script": "debrief"},
    }


def a_link_led_in_one_room() -> dict[str, Any]:
    """Claims of a link that a class goes through together."""
    return {
        f"{LTI}resource_link": {"id": "link-room", "title": "Pending, in one room"},
        f"{LTI}custom": {"scenario": "sam-and-lucy", "script": "room-50"},
    }


def a_placing(**settings: Any) -> dict[str, Any]:
    """Claims of a deep linking request; `settings` change what it asks for."""
    asked = {
        "deep_link_return_url": "https://lms.example/return?course=1",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True,
        **settings,
    }
    return {
        f"{LTI}message_type": "LtiDeepLinkingRequest",
        f"{LTI}resource_link": ABSENT,
        f"{LTI}custom": {},
        f"{DEEP_LINKING}deep_linking_settings": {
            name: value for name, value in asked.items() if value is not ABSENT
        },
    }


def an_unset_link() -> dict[str, Any]:
    """Claims of a link without a story and without a column, where one can be made."""
    services = {"scope": [f"{AGS}scope/lineitem"], "lineitems": "https://lms.example/items"}
    return {
        f"{LTI}resource_link": {"id": "link-unset", "title": "Pending, again"},
        f"{LTI}custom": {},
        f"{AGS}claim/endpoint": services,
    }
