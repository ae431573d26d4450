"""Where groups stand, and what one member wants the class to hear."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("activity") as activity:
        activity.add_column(
            sa.Column("asks_stand", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("agree", "differ", name="outcome", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("filed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_position_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_position_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint("thread_id", "number", name=op.f("uq_position_thread_id_number")),
    )
    op.create_index(op.f("ix_position_person_id"), "position", ["person_id"])
    op.create_table(
        "minority_statement",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("written_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_minority_statement_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_minority_statement_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_minority_statement")),
    )
