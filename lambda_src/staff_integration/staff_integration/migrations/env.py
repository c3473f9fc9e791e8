"""How Alembic runs the migrations: with the connection that `staff_integration.migrations` hands in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
