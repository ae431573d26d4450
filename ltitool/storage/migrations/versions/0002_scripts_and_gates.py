"""An activity has a script; its gates can be set, and what was used stays open."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0002"
down_revision = "0001"

PHASES = ("decide", "reasons", "talk", "again", "ending", "picture", "reflect")
KINDS = ("none", "own-phase", "date", "ready", "instructor", "date-or-ready")
ALONE = ("late", "only-one", "staff")


def upgrade() -> None:
    """Add the script with the one there was, and the tables."""
    with op.batch_alter_table("activity") as batch_op:
        batch_op.add_column(sa.Column("script", sa.Text(), nullable=False, server_default="visits"))
        batch_op.add_column(sa.Column("session_ended_at", UtcTime(), nullable=True))
    with op.batch_alter_table("participant") as batch_op:
        batch_op.add_column(sa.Column("alone", _word("alone", ALONE), nullable=True))
    op.create_table(
        "phase_gate",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("phase", _word("phase", PHASES), nullable=False),
        sa.Column("kind", _word("gatekind", KINDS), nullable=False),
        sa.Column("opens_at", UtcTime(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_phase_gate_activity_id_activity")
        ),
        sa.PrimaryKeyConstraint("activity_id", "phase", name=op.f("pk_phase_gate")),
    )
    op.create_table(
        "phase_kept",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phase", _word("phase", PHASES), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_phase_kept_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_phase_kept_person_id_person")
        ),
        sa.PrimaryKeyConstraint("activity_id", "person_id", "phase", name=op.f("pk_phase_kept")),
    )


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=20)
