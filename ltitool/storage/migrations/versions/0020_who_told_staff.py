"""What learners tell staff is shown as they were told when they wrote it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

NAMINGS = ("named", "alias", "sealed")


def upgrade() -> None:
    """Show everything that was told until now under an alias, as it was."""
    naming = sa.Enum(*NAMINGS, name="naming", native_enum=False, length=20)
    with op.batch_alter_table("concern") as batch:
        batch.add_column(sa.Column("naming", naming, nullable=False, server_default="alias"))
