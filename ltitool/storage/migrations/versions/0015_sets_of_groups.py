"""Where a platform names the sets of a course's groups."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("context", sa.Column("group_sets_url", sa.Text(), nullable=True))
