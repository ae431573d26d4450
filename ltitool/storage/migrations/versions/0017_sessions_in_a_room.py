"""A session that a class has together in one room begins."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Say of no activity that its session has begun."""
    with op.batch_alter_table("activity") as batch:
        batch.add_column(sa.Column("session_began_at", UtcTime(), nullable=True))
    op.create_index("ix_visit_activity_id_created_at", "visit", ["activity_id", "created_at"])
