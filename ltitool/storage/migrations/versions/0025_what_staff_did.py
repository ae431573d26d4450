"""What the staff of one activity did is read on a page, so it is found by its activity."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Index the audit log by activity, in the order of time."""
    op.create_index("ix_audit_entry_activity_id_id", "audit_entry", ["activity_id", "id"])
