"""Learners can tell staff of a post or of somebody; staff lock talks and pin posts."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the rows of the queue, and when a talk was locked and a post hidden or pinned."""
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("report", "care", name="concernkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("told_at", UtcTime(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", UtcTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "kind = 'care' OR post_id IS NOT NULL", name=op.f("ck_concern_report_has_post")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_concern_{column}_{table}")
            )
            for column, table in (
                ("activity_id", "activity"),
                ("person_id", "person"),
                ("post_id", "post"),
                ("taken_by_id", "person"),
                ("closed_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint(
            "person_id", "submission_id", name=op.f("uq_concern_person_id_submission_id")
        ),
    )
    op.create_index("ix_concern_activity_id_closed_at", "concern", ["activity_id", "closed_at"])
    with op.batch_alter_table("thread") as batch:
        batch.add_column(sa.Column("locked_at", UtcTime(), nullable=True))
    with op.batch_alter_table("post") as batch:
        batch.add_column(sa.Column("hidden_at", UtcTime(), nullable=True))
        batch.add_column(sa.Column("pinned_at", UtcTime(), nullable=True))
