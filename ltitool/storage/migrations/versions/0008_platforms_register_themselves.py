"""Platforms register themselves; keys follow each other; what a job found of a platform is kept."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add invites and checkups; what is there is approved, and its key signs on."""
    with op.batch_alter_table("registration") as batch_op:
        approved: sa.Column[bool] = sa.Column(
            "is_approved", sa.Boolean(), nullable=False, server_default=sa.true()
        )
        batch_op.add_column(approved)
        batch_op.add_column(sa.Column("family", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("granted_scopes", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("deployment") as batch_op:
        batch_op.add_column(sa.Column("notices_url", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("notices_asked_at", UtcTime(), nullable=True))
    with op.batch_alter_table("tool_key") as batch_op:
        batch_op.add_column(sa.Column("signs_from_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("published_until_at", UtcTime(), nullable=True))
    op.execute("UPDATE tool_key SET signs_from_at = created_at")
    with op.batch_alter_table("tool_key") as batch_op:
        batch_op.alter_column("signs_from_at", existing_type=UtcTime(), nullable=False)
    _invite()
    op.create_table(
        "checkup",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("checked_at", UtcTime(), nullable=True),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_checkup_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_checkup")),
    )


def _invite() -> None:
    op.create_table(
        "invite",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("spent_at", UtcTime(), nullable=True),
        sa.Column("configuration_url", sa.Text(), nullable=False),
        sa.Column("platform_token", sa.Text(), nullable=False),
        sa.Column("tried_at", UtcTime(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("found", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_invite_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
    )
