"""People tell whoever looks after a story what is wrong with it."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "story_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scene_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("told_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["scenario_version.id"],
            name=op.f("fk_story_report_version_id_scenario_version"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_story_report_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_story_report_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_report")),
        sa.UniqueConstraint(
            "person_id", "submission_id", name=op.f("uq_story_report_person_id_submission_id")
        ),
    )
    op.create_index("ix_story_report_version_id", "story_report", ["version_id"])
    op.create_index("ix_story_report_activity_id", "story_report", ["activity_id"])
