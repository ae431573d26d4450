"""Rules for credit in versions; what staff grant, set and note; times of what met a milestone."""

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0005"
down_revision = "0004"

PERSONAL_DAYS = timedelta(days=7)


def upgrade() -> None:
    """Turn the milestones of each activity into the first version of its rules."""
    _make_tables()
    _add_columns()
    _fill_rules()
    _fill_due_dates()
    _fill_words()
    op.drop_table("milestone")


def _make_tables() -> None:
    op.create_table(
        "credit_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("absent_due_at", UtcTime(), nullable=True),
        *_points_at("credit_rules", activity_id="activity", made_by_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_rules")),
        sa.UniqueConstraint(
            "activity_id", "number", name=op.f("uq_credit_rules_activity_id_number")
        ),
    )
    op.create_index(op.f("ix_credit_rules_absent_due_at"), "credit_rules", ["absent_due_at"])
    op.create_table(
        "allowance",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("extended_to", UtcTime(), nullable=True),
        sa.Column("excused", sa.JSON(none_as_null=True), nullable=False),
        *_points_at("allowance", activity_id="activity", person_id="person"),
        sa.PrimaryKeyConstraint("activity_id", "person_id", name=op.f("pk_allowance")),
    )
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("score_hundredths", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", UtcTime(), nullable=True),
        *_points_at(
            "override",
            activity_id="activity",
            person_id="person",
            made_by_id="person",
            undone_by_id="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index(op.f("ix_override_person_id"), "override", ["person_id"])
    op.create_index(
        "uq_override_standing",
        "override",
        ["activity_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "staff_mark",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        *_points_at("staff_mark", activity_id="activity", person_id="person", given_by_id="person"),
        sa.PrimaryKeyConstraint("activity_id", "person_id", "rule", name=op.f("pk_staff_mark")),
    )


def _points_at(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
        )
        for column, other in columns.items()
    ]


def _add_columns() -> None:
    nought = sa.text("0")
    with op.batch_alter_table("progress") as batch:
        batch.add_column(sa.Column("met", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(
            sa.Column("floor_hundredths", sa.Integer(), nullable=False, server_default=nought)
        )
        batch.add_column(
            sa.Column("rules_number", sa.Integer(), nullable=False, server_default=nought)
        )
        batch.add_column(sa.Column("due_at", UtcTime(), nullable=True))
        batch.create_index(batch.f("ix_progress_due_at"), ["due_at"])
    with op.batch_alter_table("outgoing_score") as batch:
        batch.add_column(
            sa.Column("rules_number", sa.Integer(), nullable=False, server_default=nought)
        )
    with op.batch_alter_table("post") as batch:
        batch.add_column(sa.Column("words", sa.Integer(), nullable=False, server_default=nought))
    with op.batch_alter_table("reflection") as batch:
        batch.add_column(sa.Column("first_written_at", UtcTime(), nullable=True))
    op.execute("UPDATE reflection SET first_written_at = written_at")
    with op.batch_alter_table("reflection") as batch:
        batch.alter_column("first_written_at", existing_type=UtcTime(), nullable=False)


def _fill_rules() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT a.id, a.due_at, a.time_zone, a.created_at, m.rule, m.need, m.weight "
            "FROM milestone m JOIN activity a ON a.id = m.activity_id ORDER BY m.id"
        )
    )
    found: dict[int, dict[str, Any]] = {}
    for activity_id, due_at, zone, created_at, rule, need, weight in rows:
        one = found.setdefault(
            activity_id,
            {"due_at": due_at, "zone": zone, "made_at": created_at, "steps": []},
        )
        step = {"rule": rule, "need": need, "weight": weight, "min_words": 0, "due_at": None}
        one["steps"].append(step)
    for activity_id, one in found.items():
        policy = {
            "milestones": one.pop("steps"),
            "crediting": "proportional",
            "late": None,
            "posting": "when-complete-or-due",
            "personal_days": PERSONAL_DAYS.days,
            "zero_for_absent": False,
        }
        connection.execute(
            sa.text(
                "INSERT INTO credit_rules "
                "(activity_id, number, policy, due_at, time_zone, made_at) "
                "VALUES (:activity_id, 1, :policy, :due_at, :zone, :made_at)"
            ),
            {"activity_id": activity_id, "policy": json.dumps(policy), **one},
        )
    for name in ("progress", "outgoing_score"):
        table = sa.table(name, sa.column("activity_id"), sa.column("rules_number"))
        connection.execute(
            table.update().where(table.c.activity_id.in_(list(found))).values(rules_number=1)
        )


def _fill_due_dates() -> None:
    """Note for everybody whose score still waits for the clock when it is due."""
    connection = op.get_bind()
    activity, participant = _table("activity", "id", "due_at"), _table("participant", "entered_at")
    progress = _table("progress", "due_at")
    score = _table("outgoing_score")
    same = sa.and_(
        participant.c.activity_id == progress.c.activity_id,
        participant.c.person_id == progress.c.person_id,
    )
    is_sent = sa.exists().where(
        score.c.activity_id == progress.c.activity_id, score.c.person_id == progress.c.person_id
    )
    rows = connection.execute(
        sa.select(
            progress.c.activity_id,
            progress.c.person_id,
            activity.c.due_at,
            participant.c.entered_at,
        )
        .join(activity, activity.c.id == progress.c.activity_id)
        .join(participant, same)
        .where(activity.c.due_at.is_not(None), ~is_sent)
    ).all()
    for activity_id, person_id, due_at, entered_at in rows:
        connection.execute(
            progress.update()
            .where(progress.c.activity_id == activity_id, progress.c.person_id == person_id)
            .values(due_at=max(due_at, entered_at + PERSONAL_DAYS))
        )


def _fill_words() -> None:
    """Count the words of what has been posted; from here on they are counted when written."""
    connection = op.get_bind()
    post = sa.table("post", sa.column("id"), sa.column("text"), sa.column("words"))
    for post_id, text in connection.execute(sa.select(post.c.id, post.c.text)).all():
        words = len(text.split())
        connection.execute(post.update().where(post.c.id == post_id).values(words=words))


def _table(name: str, *times: str) -> sa.TableClause:
    names = {"activity_id", "person_id", "id"} - set(times)
    return sa.table(
        name,
        *(sa.column(one, sa.Integer()) for one in sorted(names)),
        *(sa.column(one, UtcTime() if one.endswith("_at") else sa.Integer()) for one in times),
    )
