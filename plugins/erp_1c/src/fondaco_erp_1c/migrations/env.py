"""Alembic's environment of the plugin: the caller's connection, the plugin's own schema."""

from alembic import context

config = context.config
context.configure(
    connection=config.attributes["connection"],
    version_table_schema=config.attributes["schema"],
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
