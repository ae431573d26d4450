"""What a course says about the case, below the picture of the class."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "local_note",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_local_note_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_local_note_person_id_person")
        ),
        sa.PrimaryKeyConstraint("activity_id", "number", name=op.f("pk_local_note")),
    )
