"""Whoever looks after a story can say that a report of it has been seen to."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("story_report") as batch_op:
        batch_op.add_column(sa.Column("seen_to_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("seen_to_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_story_report_seen_to_by_id_person"), "person", ["seen_to_by_id"], ["id"]
        )
