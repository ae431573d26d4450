"""Where groups come from, by what name authors are shown, and how long words are kept."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0006"
down_revision = "0005"

SOURCES = ("batches", "random", "platform", "listed", "earlier", "chosen")
NAMINGS = ("named", "alias", "sealed")


def upgrade() -> None:
    """Add the settings with what was the only way before, and the tables."""
    with op.batch_alter_table("context") as batch_op:
        batch_op.add_column(sa.Column("groups_url", sa.Text(), nullable=True))
    with op.batch_alter_table("membership") as batch_op:
        batch_op.add_column(sa.Column("platform_groups", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("activity") as batch_op:
        batch_op.add_column(_word("group_source", "groupsource", SOURCES, "batches"))
        batch_op.add_column(_number("group_cap", 6))
        batch_op.add_column(
            sa.Column("platform_groups", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(_word("naming", "naming", NAMINGS, "alias"))
        batch_op.add_column(_number("keep_days", 365))
    with op.batch_alter_table("talk_group") as batch_op:
        batch_op.add_column(sa.Column("label", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("closed_at", UtcTime(), nullable=True))
    with op.batch_alter_table("post") as batch_op:
        batch_op.add_column(_word("naming", "naming", NAMINGS, "alias"))
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "context_group",
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("lti_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("set_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["context_id"], ["context.id"], name=op.f("fk_context_group_context_id_context")
        ),
        sa.PrimaryKeyConstraint("context_id", "lti_id", name=op.f("pk_context_group")),
    )
    op.create_table(
        "group_assignment",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_group_assignment_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_group_assignment_person_id_person")
        ),
        sa.PrimaryKeyConstraint("activity_id", "person_id", name=op.f("pk_group_assignment")),
    )


def _word(column: str, name: str, words: tuple[str, ...], usual: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, length=20)
    return sa.Column(column, kind, nullable=False, server_default=usual)


def _number(column: str, usual: int) -> sa.Column[int]:
    return sa.Column(column, sa.Integer(), nullable=False, server_default=str(usual))
