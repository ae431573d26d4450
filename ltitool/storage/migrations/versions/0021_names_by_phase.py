"""People are shown to staff by a name of each phase, fixed on what they write.

What was written until now is shown as narrowly as its activity was ever set.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

NAMINGS = ("named", "alias", "sealed")
"""From the widest to the narrowest."""
AT_ONCE = 500

activity = sa.table("activity", sa.column("id"), sa.column("naming"))
entries = sa.table(
    "audit_entry",
    sa.column("activity_id"),
    sa.column("action"),
    sa.column("details", sa.JSON()),
)
attempt = sa.table("attempt", sa.column("id"), sa.column("activity_id"))
decision = sa.table("decision", sa.column("attempt_id"), sa.column("naming"))
reflection = sa.table("reflection", sa.column("activity_id"), sa.column("naming"))


def upgrade() -> None:
    """Go one step forward; an older process beside this one writes under the narrowest naming."""
    naming = sa.Enum(*NAMINGS, name="naming", native_enum=False, length=20)
    with op.batch_alter_table("activity") as batch:
        batch.add_column(sa.Column("namings", sa.JSON(), nullable=False, server_default="{}"))
    for table in ("decision", "reflection"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("naming", naming, nullable=False, server_default="sealed"))
    for name, activities in _by_naming().items():
        for begin in range(0, len(activities), AT_ONCE):
            _show(name, activities[begin : begin + AT_ONCE])


def _by_naming() -> dict[str, list[int]]:
    """Return the activities whose narrowest naming was another than what rows begin with."""
    found = {row.id: row.naming for row in op.get_bind().execute(sa.select(activity))}
    configured = sa.select(entries.c.activity_id, entries.c.details).where(
        entries.c.action == "activity configured", entries.c.activity_id.is_not(None)
    )
    for activity_id, details in op.get_bind().execute(configured):
        told = details.get("naming", found[activity_id])
        found[activity_id] = max(found[activity_id], told, key=NAMINGS.index)
    return {
        name: [one for one, own in found.items() if own == name]
        for name in NAMINGS
        if name != "sealed"
    }


def _show(name: str, activities: list[int]) -> None:
    """Show what was written in these activities so."""
    attempts = sa.select(attempt.c.id).where(attempt.c.activity_id.in_(activities))
    op.execute(sa.update(decision).where(decision.c.attempt_id.in_(attempts)).values(naming=name))
    op.execute(
        sa.update(reflection).where(reflection.c.activity_id.in_(activities)).values(naming=name)
    )
