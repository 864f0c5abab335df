"""Orders are found by their numbers, as people and the ERP name them."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("customer_order_number_idx", "customer_order", ["number"], schema="fondaco")


def downgrade() -> None:
    op.drop_index("customer_order_number_idx", "customer_order", schema="fondaco")
