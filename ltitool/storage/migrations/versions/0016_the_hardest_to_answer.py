"""A reader may mark the reason that is hardest to answer, and cite a reason when deciding again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Call no reason the hardest yet, and none cited."""
    with op.batch_alter_table("voice_shown") as batch:
        batch.add_column(
            sa.Column("is_hardest", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("cited_position", sa.Integer(), nullable=True))
