"""An instructor may choose which question people talk about."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Talk about what the author of each story chose, as until now."""
    with op.batch_alter_table("activity") as batch:
        batch.add_column(sa.Column("talk_about", sa.Text(), nullable=False, server_default=""))
