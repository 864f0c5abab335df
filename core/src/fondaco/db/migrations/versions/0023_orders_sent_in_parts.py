"""A cart may be sent as it gets ready, or in deliveries to several places on several days."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cart",
        sa.Column("way", sa.Text(), server_default="together", nullable=False),
        schema="fondaco",
    )
    op.execute("update fondaco.cart set way = 'outlets' where by_outlets")
    op.drop_column("cart", "by_outlets", schema="fondaco")
    op.create_check_constraint(
        op.f("cart_way_check"),
        "cart",
        "way in ('together', 'as_ready', 'outlets', 'deliveries')",
        schema="fondaco",
    )
    op.create_table(
        "cart_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("cart_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(outlet_id, place_id) = 1", name=op.f("cart_delivery_target_check")
        ),
        sa.ForeignKeyConstraint(
            ["cart_id"],
            ["fondaco.cart.id"],
            name=op.f("cart_delivery_cart_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"],
            ["fondaco.outlet.id"],
            name=op.f("cart_delivery_outlet_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["fondaco.place.id"],
            name=op.f("cart_delivery_place_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_delivery_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("cart_delivery_uuid_key")),
        schema="fondaco",
    )
    for column in ("cart_id", "outlet_id"):
        op.create_index(
            op.f(f"cart_delivery_{column}_idx"), "cart_delivery", [column], schema="fondaco"
        )
    op.create_table(
        "cart_delivery_share",
        sa.Column("cart_line_id", sa.BigInteger(), nullable=False),
        sa.Column("cart_delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(15, 3), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("cart_delivery_share_quantity_check")),
        sa.ForeignKeyConstraint(
            ["cart_line_id"],
            ["fondaco.cart_line.id"],
            name=op.f("cart_delivery_share_cart_line_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cart_delivery_id"],
            ["fondaco.cart_delivery.id"],
            name=op.f("cart_delivery_share_cart_delivery_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "cart_line_id", "cart_delivery_id", name=op.f("cart_delivery_share_pkey")
        ),
        schema="fondaco",
    )
    op.create_index(
        op.f("cart_delivery_share_cart_delivery_id_idx"),
        "cart_delivery_share",
        ["cart_delivery_id"],
        schema="fondaco",
    )
    op.add_column("shipment", sa.Column("wanted_on", sa.Date(), nullable=True), schema="fondaco")


def downgrade() -> None:
    op.drop_column("shipment", "wanted_on", schema="fondaco")
    op.drop_table("cart_delivery_share", schema="fondaco")
    op.drop_table("cart_delivery", schema="fondaco")
    op.add_column(
        "cart",
        sa.Column("by_outlets", sa.Boolean(), server_default="false", nullable=False),
        schema="fondaco",
    )
    op.execute("update fondaco.cart set by_outlets = true where way = 'outlets'")
    op.drop_column("cart", "way", schema="fondaco")
