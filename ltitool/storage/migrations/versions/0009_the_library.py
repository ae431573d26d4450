"""Stories stand on shelves, of the tool, the institution or a course; translations are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Give every story an entry in the library; what is there came with the tool."""
    shelf = sa.Enum("course", "institution", "shipped", name="shelf", native_enum=False, length=20)
    op.create_table(
        "library_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shelf", shelf, nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=True),
        sa.Column("scenario_id", sa.Text(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(shelf = 'course') = (context_id IS NOT NULL)",
            name=op.f("ck_library_entry_course_has_context"),
        ),
        sa.ForeignKeyConstraint(
            ["context_id"], ["context.id"], name=op.f("fk_library_entry_context_id_context")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entry")),
        sa.UniqueConstraint(
            "context_id", "scenario_id", name=op.f("uq_library_entry_context_id_scenario_id")
        ),
    )
    op.create_index(
        "uq_library_entry_for_all",
        "library_entry",
        ["shelf", "scenario_id"],
        unique=True,
        sqlite_where=sa.text("context_id IS NULL"),
        postgresql_where=sa.text("context_id IS NULL"),
    )
    op.create_table(
        "story_overlay",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_story_overlay")),
    )
    op.execute(
        "INSERT INTO library_entry (shelf, scenario_id, is_retired) "
        "SELECT DISTINCT 'shipped', scenario_id, FALSE FROM scenario_version"
    )
    with op.batch_alter_table("scenario_version") as batch:
        batch.add_column(sa.Column("entry_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("overlays", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("reasons", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("added_by_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE scenario_version SET entry_id = (SELECT library_entry.id FROM library_entry "
        "WHERE library_entry.scenario_id = scenario_version.scenario_id)"
    )
    with op.batch_alter_table("scenario_version") as batch:
        batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("overlays", existing_type=sa.JSON(), server_default=None)
        batch.alter_column("reasons", existing_type=sa.JSON(), server_default=None)
        batch.drop_constraint("uq_scenario_version_hash", type_="unique")
        batch.create_index(batch.f("ix_scenario_version_hash"), ["hash"], unique=False)
        batch.create_unique_constraint(
            batch.f("uq_scenario_version_entry_id_hash"), ["entry_id", "hash"]
        )
        batch.create_foreign_key(
            batch.f("fk_scenario_version_entry_id_library_entry"),
            "library_entry",
            ["entry_id"],
            ["id"],
        )
        batch.create_foreign_key(
            batch.f("fk_scenario_version_added_by_id_person"), "person", ["added_by_id"], ["id"]
        )
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("language", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("language", existing_type=sa.Text(), server_default=None)
