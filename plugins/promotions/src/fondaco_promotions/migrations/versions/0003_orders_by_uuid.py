"""A use knows its order by its id alone: an order has no number yet while it is being placed.

Processes of the version before still write the column, so it stays until they are gone.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "plugin_promotions"


def upgrade() -> None:
    """Ask nobody for the number."""
    op.alter_column("use_entry", "order_number", server_default="", schema=SCHEMA)


def downgrade() -> None:
    """As before, with the numbers of meanwhile."""
    op.execute(
        f"update {SCHEMA}.use_entry u set order_number = o.number"
        " from fondaco_api.order_v1 o where o.uuid = u.order_uuid and u.order_number = ''"
    )
    op.alter_column("use_entry", "order_number", server_default=None, schema=SCHEMA)
