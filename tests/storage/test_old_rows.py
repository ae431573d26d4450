"""Rows of an earlier schema come through the steps that change them, on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ltitool.core.audience import Naming
from ltitool.core.policy import Policy, Rule
from ltitool.storage import migrate
from ltitool.storage.database import Database
from ltitool.storage.queries.progress import rules_of
from ltitool.storage.tables import OutgoingScore, Post, Progress, Reflection

AT = datetime(2027, 1, 11, 9, tzinfo=UTC)
DUE = AT + timedelta(days=3)
LATE = AT + timedelta(days=2)
PLATFORM = {
    "registration": {
        "name": "Moodle",
        "issuer": "https://lms.example",
        "client_id": "client",
        "auth_url": "",
        "token_url": "",
        "key_set_url": "",
        "frame_origins": [],
        "is_enabled": True,
        "created_at": AT,
    },
    "deployment": {"registration_id": 1, "lti_id": "1", "is_approved": True, "first_seen_at": AT},
    "context": {
        "deployment_id": 1,
        "lti_id": "1",
        "resource_link_lti_id": "",
        "title": "",
        "copied_from": [],
        "can_make_line_items": False,
    },
}
ACTIVITY = {
    "context_id": 1,
    "title": "",
    "time_zone": "Europe/London",
    "group_wait_hours": 24,
    "seed": 1,
    "column_refusal": "",
    "column_label": "",
    "created_at": AT,
}
PROGRESS = {
    "counts": {"core_decided": 1},
    "score_hundredths": 1333,
    "is_complete": False,
    "measured_at": AT,
}
SCORE = {
    "line_item_url": "https://lms.example/items/7",
    "score_hundredths": 1333,
    "maximum": 100,
    "scored_at": AT,
    "comment": "",
    "delivery": "sent",
    "tries": 1,
    "next_try_at": AT,
    "written_at": AT,
}
POST = {
    "voice": "",
    "by_staff": False,
    "counts": True,
    "audience": "",
    "state": "standing",
    "hidden_reason": "",
    "posted_at": AT,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.sqlite'}"
    server: str = request.getfixturevalue("postgresql_url")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS old"))
        connection.execute(sa.text("CREATE DATABASE old"))
    engine.dispose()
    return server.replace("/postgres", "/old")


def insert(connection: sa.Connection, into: str, /, **values: Any) -> None:
    table = sa.Table(into, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    connection.execute(table.insert(), values)


def fill(url: str) -> None:
    """Write two activities as the version before kept them: one with a date, one without a story.

    In the first, one person's score was sent, and one who came late has theirs to come.
    """
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table, values in PLATFORM.items():
            insert(connection, table, **values)
        for number, due_at in enumerate((DUE, None), 1):
            insert(connection, "person", registration_id=1, lti_id=f"p{number}", name="")
            insert(connection, "activity", lti_id=f"link-{number}", due_at=due_at, **ACTIVITY)
        for rule, need, weight in (("core_decided", 3, 40), ("posts", 1, 30), ("replies", 1, 30)):
            insert(connection, "milestone", activity_id=1, rule=rule, need=need, weight=weight)
        for number, entered_at in enumerate((AT, LATE), 1):
            own = {"activity_id": 1, "person_id": number}
            came = {"alias": f"A{number}", "is_preview": False, "entered_at": entered_at}
            insert(connection, "participant", **own, **came)
            insert(connection, "progress", **own, **PROGRESS)
        insert(connection, "outgoing_score", activity_id=1, person_id=1, **SCORE)
        insert(connection, "thread", activity_id=1, person_id=1, decision_id="d3", opened_at=AT)
        for number, text in enumerate(("Four words of mine", "")):
            insert(
                connection,
                "post",
                thread_id=1,
                person_id=1,
                text=text,
                submission_id=str(number),
                **POST,
            )
        wrote = {"reflect_id": "luck", "text": "", "reading": "", "written_at": LATE}
        for number, naming in enumerate(({}, {"naming": "sealed"}), 1):
            insert(connection, "reflection", activity_id=number, person_id=1, **wrote)
            did = {"action": "activity configured", "details": naming, "happened_at": AT}
            insert(connection, "audit_entry", activity_id=number, **did)
    engine.dispose()


def test_credit_of_an_earlier_version_goes_on_by_the_same_rules(url: str) -> None:
    migrate.upgrade(url, "0004")
    fill(url)

    migrate.upgrade(url)

    database = Database(url)
    with database.session(is_read_only=True) as session:
        rules = rules_of(session, 1)
        assert (rules.number, rules.due_at, rules.time_zone) == (1, DUE, "Europe/London")
        assert [(one.rule, one.need, one.weight) for one in rules.policy.asked] == [
            (Rule.CORE_DECIDED, 3, 40),
            (Rule.POSTS, 1, 30),
            (Rule.REPLIES, 1, 30),
        ]
        assert rules.policy == Policy(rules.policy.milestones)
        assert rules_of(session, 2).number == 0
        sent, waiting = session.scalars(sa.select(Progress).order_by(Progress.person_id)).all()
        assert (sent.due_at, waiting.due_at) == (None, LATE + timedelta(days=7))
        assert (sent.rules_number, sent.met, sent.floor_hundredths) == (1, {}, 0)
        assert session.scalars(sa.select(OutgoingScore.rules_number)).one() == 1
        assert session.scalars(sa.select(Post.words).order_by(Post.id)).all() == [4, 0]
        wrote = session.scalars(sa.select(Reflection).order_by(Reflection.activity_id)).all()
        assert [one.first_written_at for one in wrote] == [LATE, LATE]
        assert [one.naming for one in wrote] == [Naming.ALIAS, Naming.SEALED]
    database.dispose()
