"""Orders are found by their state, and those that wait are counted on every page of staff."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("customer_order", "earlier_order")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(
            f"{table}_state_placed_at_uuid_idx",
            table,
            ["state", "placed_at", "uuid"],
            schema="fondaco",
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"{table}_state_placed_at_uuid_idx", table, schema="fondaco")
