"""A visit knows how its browser was proved: in the frame, or on the way to a window of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Call every visit that is there an ordinary one."""
    way_in = sa.Enum("cookie", "storage", "asked", name="wayin", native_enum=False, length=20)
    with op.batch_alter_table("visit") as batch:
        batch.add_column(sa.Column("way_in", way_in, nullable=False, server_default="cookie"))
