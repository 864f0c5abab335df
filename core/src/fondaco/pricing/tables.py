"""Price lists with quantity tiers, and dated currency rates."""

from sqlalchemy import (
    CHAR,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from fondaco.db.columns import (
    QUANTITY,
    UNIT_PRICE,
    id_column,
    metadata,
    moment,
    text_column,
    uuid_column,
)

price_list = Table(
    "price_list",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    Column("currency", CHAR(3), nullable=False, server_default="RUB"),
    Column("vat_included", Boolean, nullable=False, server_default=text("true")),
    Column("external_id", Text, unique=True, nullable=True),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

price_row = Table(
    "price_row",
    metadata,
    Column("product_id", ForeignKey("fondaco.product.id", ondelete="CASCADE"), nullable=False),
    Column("price_list_id", ForeignKey("fondaco.price_list.id"), nullable=False),
    Column("min_quantity", QUANTITY, nullable=False, server_default="0"),
    Column("price", UNIT_PRICE, nullable=False),
    moment("changed_at", now=True),
    PrimaryKeyConstraint("product_id", "price_list_id", "min_quantity"),
    CheckConstraint("price > 0", name="positive"),
)

currency_rate = Table(
    "currency_rate",
    metadata,
    Column("currency", CHAR(3), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("nominal", Integer, nullable=False, server_default="1"),
    Column("rate", Numeric(18, 6), nullable=False),
    PrimaryKeyConstraint("currency", "valid_from"),
)
