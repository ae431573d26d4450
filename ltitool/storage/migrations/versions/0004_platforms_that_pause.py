"""Platforms that have stopped answering, and grades that differ from what was sent."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "platform_pause",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcTime(), nullable=False),
        sa.Column("until_at", UtcTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_platform_pause_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_platform_pause")),
    )
    op.create_table(
        "standing_grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("line_item_url", sa.Text(), nullable=False),
        sa.Column("finding", sa.String(20), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("maximum", sa.Double(), nullable=True),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("kept_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_standing_grade_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_grade")),
        sa.UniqueConstraint(
            "person_id", "line_item_url", name=op.f("uq_standing_grade_person_id_line_item_url")
        ),
    )
    op.create_table(
        "column_reading",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.Column("read_at", UtcTime(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_column_reading_activity_id_activity")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_column_reading")),
    )
    with op.batch_alter_table("outgoing_score") as batch_op:
        batch_op.add_column(
            sa.Column("overwrites", sa.Boolean(), nullable=False, server_default=sa.false())
        )
