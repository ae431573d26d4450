"""Staff may ask fewer words of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Ask of everybody what is asked today."""
    with op.batch_alter_table("participant") as batch:
        batch.add_column(
            sa.Column("asks_fewer_words", sa.Boolean(), nullable=False, server_default=sa.false())
        )
