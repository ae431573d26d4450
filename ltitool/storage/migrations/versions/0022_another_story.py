"""Somebody may live through another story than their class."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Begin with the story of the class for everybody."""
    op.create_table(
        "other_story",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("asks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("left_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_other_story_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["scenario_version.id"],
            name=op.f("fk_other_story_version_id_scenario_version"),
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_other_story")),
    )
    op.create_index(op.f("ix_other_story_version_id"), "other_story", ["version_id"])
