"""What others chose cannot be read off anything that a learner gets before deciding again.

Two classes are played that differ in nothing but what the others chose, how sure they were and what
weighed most for them: the words, the order and the times are the same. One learner does the same in
both and asks for every page there is at every stage. What comes back must be the same, up to the
answer a shown reason speaks for, which is meant to be read.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule

from ltitool.actions.library import store
from ltitool.actions.library_files import media_beside
from ltitool.app import create_app
from ltitool.core.script import Round
from ltitool.core.voices import PEERS
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Decision,
    Media,
    Participant,
    Person,
    Post,
    ScenarioVersion,
    TalkGroup,
    VoiceShown,
)
from tests.conftest import PENDING, CheckedClient, Clock
from tests.launching import INSTRUCTOR, LTI, TOOL, SigningPlatform
from tests.learner import FIRST, REASONS, SECOND, SENTENCE, TALK_FIELDS, THIRD, Learner
from tests.web.everything import routes

FOR_STAFF = ("visit.teaching.", "placing.")
UNTOLD = {"Set-Cookie", "Date", "Content-Length"}  # the body itself is compared
OTHERS = ("ben", "cho", "dov", "eli", "fay")
CUSTOM = {f"{LTI}custom": {"scenario": "sam-and-lucy", "group_wait_hours": "0"}}
RANDOM_IN_EACH_REQUEST = (
    (re.compile(r'(name="csrf_token"[^>]*value=")[^"]+'), r"\1"),
    (re.compile(r'(name="submission_id"[^>]*value=")[^"]+'), r"\1"),
    (re.compile(r"('X-Request-Id': ')[0-9a-f]+"), r"\1"),
    (re.compile(r'(<b class="figures">[A-Z-]+ )[0-9a-f]{10}'), r"\1"),
)
MEANT_TO_BE_READ = re.compile(r'(<b>Somebody</b>.*?<p class="voice-for">).*?(?=</p>)', re.DOTALL)
"""The answer for which somebody's reason speaks."""

NIGHT = SECOND[1]
AT_NIGHT = {"hold": "call", "decline": "duty", "accept": "wait", "channel": "message"}
"""What people answer to the question of the night who answer so to the first one."""

ALIKE = {"entered", "others have begun", "in another story", "kept"}
"""Stages that do not differ by which question is talked about; to look at each takes seconds."""

OTHER_STORY = "Sixty people saw this"

COUNTS = re.compile(
    r"\b\d+\s*(?:%|per cent|of \d+ (?:people|students))"
    r"|\b\d+ (?:people|persons|students|others) (?:chose|answered|decided|picked|agree|would|have)"
    r"|\b(?:most|many|few|all|none|half) (?:of the|in your) (?:class|group|people|others)\b"
    r"|\b(?:majority|minority answer|votes?|popular)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Minds:
    """What the others of a class choose, and what weighs for them."""

    first: tuple[str, ...]
    again: tuple[str, ...]
    night: str
    confidence: str
    lenses: tuple[str, str]

    @property
    def fields(self) -> dict[str, Any]:
        return {"rationale": REASONS, "confidence": self.confidence, "lens": list(self.lenses)}


WITH_ME = Minds(("hold",) * 5, ("hold",) * 5, "call", "5", ("privacy", "conflict"))
AGAINST_ME = Minds(("accept",) * 5, ("accept",) * 5, "wait", "1", ("consent", "commitment"))
DIVIDED = replace(
    AGAINST_ME,
    first=("channel", "decline", "accept", "hold", "hold"),
    again=("hold", "hold", "decline", "accept", "channel"),
)


class Class:
    """One class with given minds, and what its one watched learner was told."""

    def __init__(
        self, app: Flask, platform: SigningPlatform, minds: Minds, *, is_about_night: bool = False
    ) -> None:
        self.app, self.platform, self.minds = app, platform, minds
        self.is_about_night = is_about_night
        self.database: Database = app.extensions["database"]
        self.told: dict[str, str] = {}
        self._enter("teacher", **{f"{LTI}roles": [INSTRUCTOR]})
        with self.database.transaction() as session:
            about = NIGHT if is_about_night else ""
            session.execute(update(Activity).values(seed=20270202, talk_about=about))
            # Drawn by the chance of another seed, it would now and then be one that a learner gets.
            session.execute(update(Participant).values(alias="Nobody Else"))
        self.me = self._enter("me")
        self.others = {name: self._enter(name) for name in OTHERS}

    def _enter(self, name: str, **changes: Any) -> Learner:
        return Learner(self.app.test_client(), self.platform, name, **CUSTOM, **changes)

    def play(self) -> None:
        """Go through the whole script up to deciding again, watched at every stage."""
        self._watch("entered")
        for name in OTHERS[:3]:
            self._let_play(name)
        self._let_finish("ben")
        self._watch("others have begun")
        self._look_into_another_story()
        if self.is_about_night:
            self.me.decide(FIRST, "hold", rationale=SENTENCE)
            self._commit(SECOND, "call")
        else:
            self._commit(FIRST, "hold")
            self.me.decide(SECOND, "call", rationale=SENTENCE)
        self.me.decide(THIRD, "together", rationale=SENTENCE)
        self._watch("reasons are open")
        self.me.read_reasons()
        self._watch("the talk is open")
        self.me.talk()
        for name in OTHERS[3:]:
            self._let_play(name)
        for name in OTHERS[1:]:
            self._let_finish(name)
        self._watch("everybody else has decided again")
        self._press_everything()

    def _look_into_another_story(self) -> None:
        """Take another story, watched, and come back to that of the class."""
        with self.database.session(is_read_only=True) as session:
            other = session.scalars(select(ScenarioVersion.id).filter_by(title=OTHER_STORY)).one()
        taken = self.me.send(f"/other-story/{other}", form="/other-story/")
        assert taken.status_code == 303
        self._watch("in another story")
        assert self.me.send("/other-story/back", form="/other-story/").status_code == 303

    def _commit(self, decision: tuple[str, str], choice: str) -> None:
        scene, _decision = decision
        fields = {"choice": choice, **TALK_FIELDS}
        assert self.me.send(f"/story/{scene}/decide", fields).status_code == 303
        self._watch("kept")
        assert (
            self.me.send(f"/story/{scene}/lock", form=f"/story/{scene}/decide").status_code == 303
        )
        self._watch("locked")

    def _talked(self, choice: str) -> str:
        """Return the answer to what is talked about that somebody of this mind gives."""
        return AT_NIGHT[choice] if self.is_about_night else choice

    def _let_play(self, name: str) -> None:
        other, first = self.others[name], self.minds.first[OTHERS.index(name)]
        at_length, in_short = self.minds.fields, {"rationale": SENTENCE}
        if self.is_about_night:
            other.decide(FIRST, first, **in_short)
            other.decide(SECOND, self._talked(first), **at_length)
        else:
            other.decide(FIRST, first, **at_length)
            other.decide(SECOND, self.minds.night, **in_short)
        other.decide(THIRD, "together", rationale=SENTENCE)

    def _let_finish(self, name: str) -> None:
        other, again = self.others[name], self.minds.again[OTHERS.index(name)]
        other.read_reasons()
        other.talk()
        fields = {"choice": self._talked(again), "cited": "nobody", **self.minds.fields}
        assert other.send("/again/", fields).status_code == 303
        other.reflect()

    # ---- what a learner can get

    def _learners_routes(self) -> list[Rule]:
        """Return every route under a visit that is not for staff; a new one is among them."""
        every = [one for one in routes(self.app) if not one.endpoint.startswith(FOR_STAFF)]
        return sorted(every, key=lambda rule: (rule.endpoint.endswith("restart"), rule.endpoint))

    def _watch(self, stage: str) -> None:
        if self.is_about_night and stage in ALIKE:
            return
        for rule in self._learners_routes():
            if "GET" in (rule.methods or ()):
                for path in self._addresses(rule):
                    self._keep(f"{stage}: GET {path}", path, None)

    def _press_everything(self) -> None:
        token = self.me.token("/restart")
        for rule in self._learners_routes():
            if "POST" in (rule.methods or ()):
                for path in self._addresses(rule):
                    self._keep(f"at last: POST {path}", path, {"csrf_token": token})

    def _addresses(self, rule: Rule) -> Iterator[str]:
        """Return the addresses of a route: with whatever could be named in each place."""
        adapter = self.app.url_map.bind("tool.example")
        given: list[dict[str, Any]] = [{"visit_id": self.me.url.removeprefix("/v/")}]
        for name in sorted(rule.arguments - {"visit_id"}):
            values = self._values(name)
            given = [one | {name: value} for one in given for value in values]
        for one in given:
            built = adapter.build(rule.endpoint, one)
            assert built is not None
            yield str(built).removeprefix(self.me.url)

    def _values(self, name: str) -> list[Any]:
        """Return what can stand for an argument; a new argument has to be told of here."""
        with self.database.session(is_read_only=True) as session:
            rows: dict[str, Any] = {
                "group_id": select(TalkGroup.id).order_by(TalkGroup.id).limit(2),
                "post_id": select(Post.id).order_by(Post.id).limit(4),
                "version_id": select(ScenarioVersion.id).order_by(ScenarioVersion.id).limit(2),
                "media_hash": select(Media.hash).order_by(Media.hash).limit(1),
            }
            if name in rows:
                return list(session.scalars(rows[name]))
        ids: dict[str, list[Any]] = {
            "scene_id": [FIRST[0], "sort-out"],
            "reflect_id": ["luck"],
            "choice_id": ["call", "wait"] if self.is_about_night else ["hold", "accept"],
        }
        return ids[name]

    def _keep(self, name: str, path: str, fields: dict[str, str] | None) -> None:
        # Refusals are compared as well, and a file is no page.
        method = "GET" if fields is None else "POST"
        answer = self.me.client.open(
            f"{self.me.url}{path}", method=method, data=fields, base_url=TOOL
        )
        headers = {key: value for key, value in answer.headers if key not in UNTOLD}
        whole = f"{answer.status}\n{headers}\n{answer.get_data(as_text=True)}"
        whole = whole.replace(self.me.url, "/v/me")
        for pattern, mark in RANDOM_IN_EACH_REQUEST:
            whole = pattern.sub(mark, whole)
        self.told[name] = whole


@pytest.fixture
def play(
    settings: Settings, sqlite_template: Path, tmp_path: Path, platform: SigningPlatform
) -> Iterator[Any]:
    """Play a class in a tool of its own; every class has the same ids and the same clock."""
    made: list[Flask] = []

    def played(minds: Minds, *, is_about_night: bool = False) -> Class:
        folder = tmp_path / f"class-{len(made)}"
        folder.mkdir()
        file = folder / "ltitool.sqlite"
        shutil.copy(sqlite_template, file)
        own = replace(settings, database_url=f"sqlite:///{file}", data_dir=folder)
        clock = Clock()
        app = create_app(own, clock=clock)
        made.append(app)
        app.config["TESTING"] = True
        app.test_client_class = CheckedClient
        with app.extensions["database"].transaction() as session:
            for path in (PENDING, PENDING.with_name("cohort-chat.yaml")):
                store(session, path.read_text("utf-8"), media_beside(path), now=clock.now)
        platform.register(app.extensions["database"], "1")
        found = Class(app, platform, minds, is_about_night=is_about_night)
        found.play()
        return found

    yield played
    for app in made:
        app.extensions["http"].close()
        app.extensions["jobs"].huey.storage.close()
        app.extensions["database"].dispose()


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Return where two tellings differ, with the lines that do."""
    found = [f"only one class can ask {name}" for name in one.keys() ^ other.keys()]
    for name in one.keys() & other.keys():
        left, right = (MEANT_TO_BE_READ.sub(r"\1", told[name]) for told in (one, other))
        if left != right:
            lines = set(left.splitlines()) ^ set(right.splitlines())
            found.append(f"{name}: {sorted(line.strip() for line in lines)[:6]}")
    return sorted(found)


def test_nothing_before_ones_second_answer_depends_on_what_others_chose(play: Any) -> None:
    with_me = play(WITH_ME)

    for minds in (AGAINST_ME, DIVIDED):
        other = play(minds)
        assert spread(other) != spread(with_me)
        assert shown(other) == shown(with_me) == PEERS
        assert differences(with_me.told, other.told) == []


def test_nor_where_an_instructor_has_chosen_another_question_for_the_talk(play: Any) -> None:
    with_me, against_me = (play(minds, is_about_night=True) for minds in (WITH_ME, AGAINST_ME))

    assert spread(with_me, NIGHT) == ["call"] * 5
    assert spread(against_me, NIGHT) == ["wait"] * 5
    assert shown(against_me) == shown(with_me) == PEERS
    assert differences(with_me.told, against_me.told) == []


def test_no_answer_before_ones_second_one_counts_what_others_chose(play: Any) -> None:
    found = {
        name: COUNTS.findall(re.sub(r"<[^>]+>", " ", told))
        for name, told in play(DIVIDED).told.items()
    }

    assert {name: counts for name, counts in found.items() if counts} == {}


def spread(class_: Class, decision_id: str = FIRST[1]) -> list[str]:
    """Return what the others chose first."""
    with class_.database.session(is_read_only=True) as session:
        return list(
            session.scalars(
                select(Decision.choice_id)
                .join(Attempt)
                .join(Person, Person.id == Attempt.person_id)
                .where(Decision.decision_id == decision_id, Decision.round == Round.FIRST)
                .where(Person.lti_id != "me")
                .order_by(Decision.id)
            )
        )


def shown(class_: Class) -> int:
    """Return how many people's reasons the watched learner met."""
    with class_.database.session(is_read_only=True) as session:
        me = session.scalars(select(Person.id).where(Person.lti_id == "me")).one()
        rows = select(VoiceShown).where(
            VoiceShown.person_id == me, VoiceShown.decision_row_id.is_not(None)
        )
        return len(session.scalars(rows).all())
