"""The thread: strands, what may be quoted to the class, and how far each person has read."""

import sqlalchemy as sa
from alembic import op

from ltitool.storage.types import UtcTime

revision = "0003"
down_revision = "0002"

DEEPEST = 100
"""Answers to answers; far deeper than any talk has gone."""


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("post") as post:
        post.add_column(sa.Column("top_id", sa.Integer(), nullable=True))
        post.add_column(
            sa.Column("may_quote", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        post.create_foreign_key(op.f("fk_post_top_id_post"), "post", ["top_id"], ["id"])
        post.drop_index(op.f("ix_post_thread_id_posted_at"))
        post.create_index(op.f("ix_post_thread_id_id"), ["thread_id", "id"])
        post.create_index(op.f("ix_post_thread_id_top_id"), ["thread_id", "top_id"])
    _find_tops()
    op.create_table(
        "thread_seen",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_thread_seen_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_seen_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_thread_seen")),
    )


def _find_tops() -> None:
    """Let every reply know the head of its strand: its parent, or the parent above that."""
    post = sa.table("post", *map(sa.column, ("id", "parent_id", "top_id")))
    above = post.alias()
    op.execute(sa.update(post).values(top_id=post.c.parent_id))
    higher = (
        sa.select(above.c.top_id)
        .where(above.c.id == post.c.top_id)
        .correlate(post)
        .scalar_subquery()
    )
    for _step in range(DEEPEST):
        moved = op.get_bind().execute(
            sa.update(post).where(higher.is_not(None)).values(top_id=higher)
        )
        if not moved.rowcount:
            return
