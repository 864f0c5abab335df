"""Price lists with quantity tiers, conditions of single customers, floors, and currency rates.

Days are of the site's time zone; `valid_to` is the last day, NULL for no end. What somebody ended
has `ended_at` and does not count, whatever its days; that can be taken back.
"""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
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
    text_column("source"),
    moment("stored_at", now=True),
    PrimaryKeyConstraint("currency", "valid_from"),
)

# What pricing alone knows of a product. The cost is for floors and caps, never for customers.
product_pricing = Table(
    "product_pricing",
    metadata,
    Column(
        "product_id",
        BigInteger,
        ForeignKey("fondaco.product.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    text_column("price_group"),
    Column("cost", UNIT_PRICE, nullable=True),
    Column("cost_currency", CHAR(3), nullable=False, server_default="RUB"),
    Column("cost_vat_included", Boolean, nullable=False, server_default=text("false")),
    moment("changed_at", now=True),
    CheckConstraint("cost > 0", name="cost"),
)

# Without a legal entity it is for all of the company's.
individual_price = Table(
    "individual_price",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    Column("legal_entity_id", ForeignKey("fondaco.legal_entity.id"), nullable=True),
    Column("product_id", ForeignKey("fondaco.product.id", ondelete="CASCADE"), nullable=False),
    Column("min_quantity", QUANTITY, nullable=False, server_default="0"),
    Column("price", UNIT_PRICE, nullable=False),
    Column("currency", CHAR(3), nullable=False, server_default="RUB"),
    Column("vat_included", Boolean, nullable=False, server_default=text("true")),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),
    moment("created_at", now=True),
    moment("ended_at", nullable=True),
    CheckConstraint("price > 0", name="positive"),
    CheckConstraint("min_quantity >= 0", name="min_quantity"),
    CheckConstraint("valid_to >= valid_from - 1", name="period"),
)
Index(
    "individual_price_company_id_product_id_idx",
    individual_price.c.company_id,
    individual_price.c.product_id,
)
Index("individual_price_product_id_idx", individual_price.c.product_id)

# Without an agreement it is for all of the company's; "" and NULL mean any goods. A percent below
# zero is a surcharge.
discount_rule = Table(
    "discount_rule",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("agreement_id", ForeignKey("fondaco.agreement.id"), nullable=True),
    text_column("brand"),
    Column("category_id", ForeignKey("fondaco.category.id"), nullable=True),
    text_column("price_group"),
    Column("percent", Numeric(6, 2), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),
    moment("created_at", now=True),
    moment("ended_at", nullable=True),
    CheckConstraint("percent <= 100", name="percent"),
    CheckConstraint("valid_to >= valid_from - 1", name="period"),
)

# Percent above the product's cost: not below the first, not above the second.
margin_rule = Table(
    "margin_rule",
    metadata,
    id_column(),
    uuid_column(),
    Column("category_id", ForeignKey("fondaco.category.id"), nullable=True),
    text_column("price_group"),
    Column("min_percent", Numeric(6, 2), nullable=True),
    Column("max_percent", Numeric(6, 2), nullable=True),
    moment("created_at", now=True),
    moment("ended_at", nullable=True),
    CheckConstraint("min_percent is not null or max_percent is not null", name="some"),
    CheckConstraint("min_percent >= -100 and max_percent >= -100", name="above_nothing"),
    UniqueConstraint("category_id", "price_group", postgresql_nulls_not_distinct=True),
)

# The price that a person of ours gave: for one line of that person's own cart for the customer, and
# it goes with the line, or for a product, for everybody of the company, until a last day.
manual_price = Table(
    "manual_price",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    Column(
        "product_id",
        ForeignKey("fondaco.product.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column(
        "cart_line_id",
        ForeignKey("fondaco.cart_line.id", ondelete="CASCADE"),
        unique=True,
        nullable=True,
    ),
    Column("price", UNIT_PRICE, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    text_column("reason", default=None),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=False),
    text_column("given_by"),
    moment("given_at", now=True),
    Column("valid_to", Date, nullable=True),
    moment("ended_at", nullable=True),
    CheckConstraint("price > 0", name="positive"),
    CheckConstraint("(cart_line_id is null) = (valid_to is not null)", name="until"),
)
Index(
    "manual_price_company_id_product_id_idx",
    manual_price.c.company_id,
    manual_price.c.product_id,
)

# What the ERP said when it was asked: a base unit under an agreement, VAT included, as of then.
live_price = Table(
    "live_price",
    metadata,
    Column("agreement_id", ForeignKey("fondaco.agreement.id"), nullable=False),
    Column("product_id", ForeignKey("fondaco.product.id", ondelete="CASCADE"), nullable=False),
    Column("price", UNIT_PRICE, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    moment("as_of", now=True),
    PrimaryKeyConstraint("agreement_id", "product_id"),
    CheckConstraint("price > 0", name="positive"),
)
Index("live_price_product_id_idx", live_price.c.product_id)
