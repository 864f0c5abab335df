"""Carts and their lines. A line remembers what the buyer saw when it was added.

Its `way` says how it is sent: together, as it gets ready, over outlets, or in deliveries. The
shares of outlets and of deliveries stay when the buyer goes another way, so that nothing is lost by
that. The first delivery has no shares of its own: it gets what the others do not.
What was taken out is kept for an hour, whole, so that it can be put back as it was.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from fondaco.db.columns import (
    MONEY,
    QUANTITY,
    UNIT_PRICE,
    id_column,
    json_column,
    metadata,
    moment,
    text_column,
    uuid_column,
)

cart = Table(
    "cart",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("shown_total", MONEY, nullable=True),
    text_column("way", default="together"),
    moment("changed_at", now=True),
    # What was typed at the checkout and not sent yet.
    json_column("checkout"),
    UniqueConstraint("company_id", "user_id"),
    CheckConstraint("way in ('together', 'as_ready', 'outlets', 'deliveries')", name="way"),
)

cart_line = Table(
    "cart_line",
    metadata,
    id_column(),
    uuid_column(),
    Column("cart_id", ForeignKey("fondaco.cart.id", ondelete="CASCADE"), nullable=False),
    Column("product_id", ForeignKey("fondaco.product.id"), nullable=False),
    Column("quantity", QUANTITY, nullable=False),
    text_column("source", default="product"),
    text_column("source_ref"),
    Column("replaced_product_id", BigInteger, nullable=True),
    Column("seen_price", UNIT_PRICE, nullable=True),
    Column("seen_available", QUANTITY, nullable=True),
    Column("seen_promised", Date, nullable=True),
    moment("added_at", now=True),
    UniqueConstraint("cart_id", "product_id"),
    CheckConstraint("quantity > 0", name="quantity"),
)

cart_share = Table(
    "cart_share",
    metadata,
    Column("cart_line_id", ForeignKey("fondaco.cart_line.id", ondelete="CASCADE"), nullable=False),
    Column(
        "outlet_id", ForeignKey("fondaco.outlet.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("quantity", QUANTITY, nullable=False),
    PrimaryKeyConstraint("cart_line_id", "outlet_id"),
    CheckConstraint("quantity > 0", name="quantity"),
)

cart_delivery = Table(
    "cart_delivery",
    metadata,
    id_column(),
    uuid_column(),
    Column(
        "cart_id", ForeignKey("fondaco.cart.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column(
        "outlet_id", ForeignKey("fondaco.outlet.id", ondelete="CASCADE"), nullable=True, index=True
    ),
    Column("place_id", ForeignKey("fondaco.place.id", ondelete="CASCADE"), nullable=True),
    Column("wanted_on", Date, nullable=True),
    CheckConstraint("num_nonnulls(outlet_id, place_id) = 1", name="target"),
)

cart_delivery_share = Table(
    "cart_delivery_share",
    metadata,
    Column("cart_line_id", ForeignKey("fondaco.cart_line.id", ondelete="CASCADE"), nullable=False),
    Column(
        "cart_delivery_id",
        ForeignKey("fondaco.cart_delivery.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("quantity", QUANTITY, nullable=False),
    PrimaryKeyConstraint("cart_line_id", "cart_delivery_id"),
    CheckConstraint("quantity > 0", name="quantity"),
)

cart_removed = Table(
    "cart_removed",
    metadata,
    id_column(),
    uuid_column(),
    Column(
        "cart_id", ForeignKey("fondaco.cart.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    json_column("lines", default="[]"),
    moment("removed_at", now=True),
)
