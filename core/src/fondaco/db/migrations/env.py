"""Alembic's environment of the kernel: the caller's connection, the kernel's schema."""

from alembic import context

config = context.config
context.configure(
    connection=config.attributes["connection"],
    version_table_schema=config.attributes["schema"],
    target_metadata=config.attributes.get("metadata"),
    include_schemas=True,
    include_name=config.attributes.get("include_name"),
)
with context.begin_transaction():
    context.run_migrations()
