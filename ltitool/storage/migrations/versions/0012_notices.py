"""People say up to when they have seen their notices, and which kinds they want."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add one mark for each person and activity."""
    op.create_table(
        "notice_mark",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_until_at", UtcTime(), nullable=True),
        sa.Column("muted", sa.JSON(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_notice_mark_{table}_id_{table}")
            )
            for table in ("activity", "person")
        ),
        sa.PrimaryKeyConstraint("activity_id", "person_id", name=op.f("pk_notice_mark")),
    )
