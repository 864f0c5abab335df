"""A cart may be shared out over several outlets."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cart",
        sa.Column("by_outlets", sa.Boolean(), server_default="false", nullable=False),
        schema="fondaco",
    )
    op.create_table(
        "cart_share",
        sa.Column("cart_line_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(15, 3), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("cart_share_quantity_check")),
        sa.ForeignKeyConstraint(
            ["cart_line_id"],
            ["fondaco.cart_line.id"],
            name=op.f("cart_share_cart_line_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"],
            ["fondaco.outlet.id"],
            name=op.f("cart_share_outlet_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cart_line_id", "outlet_id", name=op.f("cart_share_pkey")),
        schema="fondaco",
    )
    op.create_index(op.f("cart_share_outlet_id_idx"), "cart_share", ["outlet_id"], schema="fondaco")


def downgrade() -> None:
    op.drop_table("cart_share", schema="fondaco")
    op.drop_column("cart", "by_outlets", schema="fondaco")
