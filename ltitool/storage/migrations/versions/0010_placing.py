"""Activities chosen by deep linking: prepared before their links are opened."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the visits that choose, and what an activity is found by before it has a link."""
    op.create_table(
        "placing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("product_family", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["context_id"], ["context.id"], name=op.f("fk_placing_context_id_context")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_placing_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placing")),
    )
    op.create_index(op.f("ix_placing_expires_at"), "placing", ["expires_at"])
    with op.batch_alter_table("activity") as batch:
        batch.add_column(sa.Column("key", sa.Text(), nullable=False, server_default=""))
        batch.alter_column("lti_id", existing_type=sa.Text(), nullable=True)
    op.create_index(op.f("ix_activity_key"), "activity", ["key"])
