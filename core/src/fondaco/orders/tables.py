"""Orders with everything that decided them frozen: price steps, supply decisions, names, VAT."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
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

customer_order = Table(
    "customer_order",
    metadata,
    id_column(),
    uuid_column(),
    text_column("number", default=None),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("legal_entity_id", ForeignKey("fondaco.legal_entity.id"), nullable=False),
    Column("agreement_id", ForeignKey("fondaco.agreement.id"), nullable=False),
    Column("seller_id", ForeignKey("fondaco.seller.id"), nullable=False),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=True),
    text_column("state", default="placed"),
    Column("currency", CHAR(3), nullable=False),
    Column("total", MONEY, nullable=False),
    Column("vat_total", MONEY, nullable=False),
    # How the buyer sent the cart, so that it can be sent so once more.
    text_column("way", default="together"),
    text_column("comment"),
    text_column("customer_reference"),
    Column("external_id", Text, unique=True, nullable=True),
    moment("placed_at", now=True),
    # What the buyer has not looked at yet: dates that moved since the order was placed.
    text_column("dates_moved"),
    CheckConstraint("dates_moved in ('', 'later', 'sooner')", name="dates_moved"),
    CheckConstraint("way in ('together', 'as_ready', 'outlets', 'deliveries')", name="way"),
)

# People and the ERP name an order by its number.
Index("customer_order_number_idx", customer_order.c.number)
# The navigation of every page counts those that wait.
Index(
    "customer_order_awaiting_approval_idx",
    customer_order.c.company_id,
    postgresql_where=customer_order.c.state == "awaiting_approval",
)

shipment = Table(
    "shipment",
    metadata,
    id_column(),
    uuid_column(),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=False, index=True),
    Column("seller_id", ForeignKey("fondaco.seller.id"), nullable=False),
    text_column("state", default="placed"),
    text_column("delivery", default="pickup"),
    Column("outlet_id", ForeignKey("fondaco.outlet.id"), nullable=True),
    Column("place_id", ForeignKey("fondaco.place.id"), nullable=True),
    text_column("address"),
    Column("wanted_on", Date, nullable=True),
    Column("promised", Date, nullable=True),
    Column("external_id", Text, unique=True, nullable=True),
    # How it is brought, as the buyer chose it, and what that costs, VAT included; without a code
    # nothing was offered, and nothing is charged.
    text_column("delivery_code"),
    text_column("delivery_ru"),
    text_column("delivery_en"),
    Column("delivery_price", MONEY, nullable=False, server_default="0"),
    text_column("delivery_vat"),
    Column("delivery_vat_rate", Numeric(5, 2), nullable=False, server_default="0"),
    Column("delivery_vat_amount", MONEY, nullable=False, server_default="0"),
    Column("arrives_from", Date, nullable=True),
    Column("arrives_until", Date, nullable=True),
    text_column("carrier"),
    text_column("point_code"),
    text_column("point_text"),
    CheckConstraint("delivery_price >= 0", name="delivery_price"),
    CheckConstraint("delivery_code <> '' or delivery_price = 0", name="delivery_code"),
)

# A shipment in the hands of its carrier, once; `doubt` is what the carrier told last that cannot
# be, `claimed_at` when it was last begun to register it, `read_at` when it was last asked about.
carriage = Table(
    "carriage",
    metadata,
    Column("shipment_id", ForeignKey("fondaco.shipment.id"), primary_key=True),
    text_column("carrier", default=None),
    text_column("state", default="waiting"),
    Column("external_id", Text, nullable=True),
    text_column("number"),
    text_column("url"),
    moment("at", nullable=True),
    text_column("ru"),
    text_column("en"),
    text_column("doubt"),
    moment("claimed_at", nullable=True),
    moment("read_at", nullable=True),
    moment("created_at", now=True),
    UniqueConstraint("carrier", "external_id"),
)
# Those that are asked about.
Index(
    "carriage_open_idx",
    carriage.c.read_at,
    postgresql_where=carriage.c.state.notin_(("delivered", "returned", "refused")),
)

order_line = Table(
    "order_line",
    metadata,
    id_column(),
    uuid_column(),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=False, index=True),
    Column("shipment_id", ForeignKey("fondaco.shipment.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("product_id", ForeignKey("fondaco.product.id"), nullable=False),
    text_column("sku"),
    text_column("name", default=None),
    text_column("unit"),
    Column("quantity", QUANTITY, nullable=False),
    Column("unit_price", UNIT_PRICE, nullable=False),
    Column("list_price", UNIT_PRICE, nullable=True),
    Column("total", MONEY, nullable=False),
    text_column("vat", default=None),
    Column("vat_rate", Numeric(5, 2), nullable=False),
    Column("vat_amount", MONEY, nullable=False),
    json_column("price_steps", default="[]"),
    json_column("supply", default="{}"),
    Column("promised", Date, nullable=True),
    text_column("source"),
    Column("replaced_product_id", BigInteger, nullable=True),
    text_column("replaced"),
)

# What a company bought of a product before.
Index("order_line_product_id_idx", order_line.c.product_id)
# What a line was promised until then, as it was decided, and why it was decided anew.
former_supply = Table(
    "former_supply",
    metadata,
    id_column(),
    Column("order_line_id", ForeignKey("fondaco.order_line.id"), nullable=False, index=True),
    moment("at", now=True),
    Column("promised", Date, nullable=True),
    json_column("supply"),
    text_column("ru", default=None),
    text_column("en", default=None),
)

# Lines of which a part can be promised for no day; they wait for somebody who settles it.
undated_line = Table(
    "undated_line",
    metadata,
    Column("order_line_id", ForeignKey("fondaco.order_line.id"), primary_key=True),
    Column("quantity", QUANTITY, nullable=False),
    text_column("why", default=None),
    moment("since", now=True),
    moment("settled_at", nullable=True),
    Column("settled_by", ForeignKey("fondaco.user_account.id"), nullable=True),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("why in ('late', 'short')", name="why"),
)
Index(
    "undated_line_waiting_idx",
    undated_line.c.since,
    postgresql_where=undated_line.c.settled_at.is_(None),
)

# What a line was before it was changed after the order was placed, in the ERP or by our people.
order_line_change = Table(
    "order_line_change",
    metadata,
    id_column(),
    Column("order_line_id", ForeignKey("fondaco.order_line.id"), nullable=False, index=True),
    moment("at", now=True),
    text_column("source", default=None),
    Column("quantity_before", QUANTITY, nullable=False),
    Column("quantity_after", QUANTITY, nullable=False),
    Column("price_before", UNIT_PRICE, nullable=False),
    Column("price_after", UNIT_PRICE, nullable=False),
    Column("total_before", MONEY, nullable=False),
    Column("total_after", MONEY, nullable=False),
)

# What the ERP says was ordered before, or beside, the portal: nothing is held, counted or sent for
# it, so it stands apart from the orders. Whether a line can be bought is asked when it is read.
earlier_order = Table(
    "earlier_order",
    metadata,
    id_column(),
    uuid_column(),
    Column("external_id", Text, unique=True, nullable=False),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    Column("legal_entity_id", ForeignKey("fondaco.legal_entity.id"), nullable=False),
    text_column("number"),
    text_column("state", default=None),
    Column("currency", CHAR(3), nullable=False),
    Column("total", MONEY, nullable=False),
    Column("vat_total", MONEY, nullable=False),
    text_column("comment"),
    moment("placed_at"),
)

earlier_order_line = Table(
    "earlier_order_line",
    metadata,
    Column("earlier_order_id", ForeignKey("fondaco.earlier_order.id", ondelete="CASCADE")),
    Column("position", Integer),
    text_column("product_external_id"),
    text_column("sku"),
    text_column("sku_key"),
    text_column("name"),
    text_column("unit"),
    Column("quantity", QUANTITY, nullable=False),
    Column("unit_price", UNIT_PRICE, nullable=False),
    Column("total", MONEY, nullable=False),
    Column("vat_amount", MONEY, nullable=False),
    PrimaryKeyConstraint("earlier_order_id", "position"),
)

for _name in ("product_external_id", "sku_key"):
    _column = earlier_order_line.c[_name]
    Index(f"earlier_order_line_{_name}_idx", _column, postgresql_where=_column != "")


def _by_day(table: Table) -> None:
    """The list of orders takes both kinds by their day: of one company, in one state, or all."""
    for first in (("company_id",), ("state",), ()):
        columns = (*first, "placed_at", "uuid")
        Index(f"{table.name}_{'_'.join(columns)}_idx", *(table.c[name] for name in columns))


_by_day(customer_order)
_by_day(earlier_order)

order_entry = Table(
    "order_entry",
    metadata,
    id_column(),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=False, index=True),
    moment("at", now=True),
    text_column("kind", default=None),
    text_column("ru"),
    text_column("en"),
    Column("user_id", BigInteger, nullable=True),
)

# Why an order needs an approval, as a list of reasons, and what became of it.
order_approval = Table(
    "order_approval",
    metadata,
    Column("order_id", ForeignKey("fondaco.customer_order.id"), primary_key=True),
    json_column("reasons", default="[]"),
    text_column("outcome", default="waiting"),
    text_column("said"),
    Column("decided_by", ForeignKey("fondaco.user_account.id"), nullable=True),
    moment("decided_at", nullable=True),
    CheckConstraint("outcome in ('waiting', 'approved', 'refused', 'withdrawn')", name="outcome"),
)

# What it spends where, in the site's currency, as of the day it was placed; without an outlet, what
# is fetched by somebody who acts for none.
order_approval_part = Table(
    "order_approval_part",
    metadata,
    Column("order_id", ForeignKey("fondaco.order_approval.order_id"), nullable=False),
    Column("outlet_id", ForeignKey("fondaco.outlet.id"), nullable=True),
    Column("amount", MONEY, nullable=False),
    UniqueConstraint("order_id", "outlet_id", postgresql_nulls_not_distinct=True),
)

number_series = Table(
    "number_series",
    metadata,
    Column("seller_id", ForeignKey("fondaco.seller.id"), nullable=False),
    text_column("kind", default=None),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("seller_id", "kind", "year"),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    text_column("route", default=None),
    text_column("key", default=None),
    Column("request_hash", LargeBinary, nullable=False),
    Column("order_id", BigInteger, nullable=True),
    moment("created_at", now=True),
    PrimaryKeyConstraint("company_id", "route", "key"),
)

# How the prices and goods of an order were checked with the ERP; without a row nobody was asked.
# `as_of`: of when the values are that it rests on; `found`: where the ERP, asked late, differs, and
# `answer`: what became of that.
order_check = Table(
    "order_check",
    metadata,
    Column(
        "order_id", ForeignKey("fondaco.customer_order.id"), primary_key=True, autoincrement=False
    ),
    text_column("state", default=None),
    moment("at", now=True),
    moment("as_of", nullable=True),
    moment("settled_at", nullable=True),
    json_column("found", default="[]"),
    Column("answer", Text, nullable=True),
    moment("answered_at", nullable=True),
    CheckConstraint(
        "state in ('confirmed', 'last_known', 'confirmed_late', 'differs')", name="state"
    ),
    CheckConstraint("answer in ('accepted', 'refused', 'amended')", name="answer"),
)
Index(
    "order_check_open_idx",
    order_check.c.order_id,
    postgresql_where=order_check.c.state == "last_known",
)
