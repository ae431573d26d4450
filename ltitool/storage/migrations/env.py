"""What Alembic runs: the steps, over the one connection that `ltitool.storage.migrate` hands in."""

from alembic import context

from ltitool.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
