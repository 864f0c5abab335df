"""The kernel's data as a plugin may read it by SQL: views whose columns only ever grow.

    select(company_v1.c.id).where(company_v1.c.external_id == any_(...))

Everything else of the kernel is read through the services of the context. Whoever reads customer
data (`order_v1`, `payment_v1`, `payment_entry_v1`, `company_v1`, `legal_entity_v1`, `outlet_v1`,
`analogue_wanted_v1`) names the company of the actor's scope.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Time,
    Uuid,
)

_metadata = MetaData(schema="fondaco_api")

product_v1 = Table(
    "product_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("external_id", Text),
    Column("sku", Text),
    Column("name", Text),
    Column("brand", Text),
    Column("unit_code", Text),
    Column("multiple", Numeric),
    Column("vat", Text),
    Column("category_id", BigInteger),
    Column("family_id", BigInteger),
    Column("active", Boolean),
)

category_v1 = Table(
    "category_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("parent_id", BigInteger),
    Column("name", Text),
    Column("external_id", Text),
    Column("active", Boolean),
)

product_code_v1 = Table(
    "product_code_v1",
    _metadata,
    Column("product_id", BigInteger),
    Column("kind", Text),
    Column("value", Text),
    Column("key", Text),
)

price_list_v1 = Table(
    "price_list_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("name", Text),
    Column("currency", Text),
    Column("vat_included", Boolean),
    Column("active", Boolean),
)

price_v1 = Table(
    "price_v1",
    _metadata,
    Column("product_id", BigInteger),
    Column("price_list_id", BigInteger),
    Column("min_quantity", Numeric),
    Column("price", Numeric),
)

place_v1 = Table(
    "place_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("name", Text),
    Column("kind", Text),
    Column("timezone", Text),
    Column("cut_off", Time),
    Column("pick_days", Integer),
    Column("active", Boolean),
    Column("external_id", Text),
    Column("reported_at", DateTime(timezone=True)),
)

stock_v1 = Table(
    "stock_v1",
    _metadata,
    Column("id", BigInteger),
    Column("product_id", BigInteger),
    Column("place_id", BigInteger),
    Column("lot", Text),
    Column("on_hand", Numeric),
    Column("reserved", Numeric),
    Column("arrives_on", Date),
)

company_v1 = Table(
    "company_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("name", Text),
    Column("external_id", Text),
)

legal_entity_v1 = Table(
    "legal_entity_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("company_id", BigInteger),
    Column("name", Text),
    Column("country", Text),
    Column("tax_id", Text),
    Column("kpp", Text),
    Column("external_id", Text),
    Column("full_name", Text),
    Column("address", Text),
)

outlet_v1 = Table(
    "outlet_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("company_id", BigInteger),
    Column("name", Text),
    Column("address", Text),
    Column("external_id", Text),
)

order_v1 = Table(
    "order_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("number", Text),
    Column("company_id", BigInteger),
    Column("legal_entity_id", BigInteger),
    Column("state", Text),
    Column("currency", Text),
    Column("total", Numeric),
    Column("vat_total", Numeric),
    Column("placed_at", DateTime(timezone=True)),
    Column("seller_id", BigInteger),
    Column("agreement_id", BigInteger),
    Column("user_id", BigInteger),
    Column("comment", Text),
    Column("customer_reference", Text),
    Column("external_id", Text),
)

shipment_v1 = Table(
    "shipment_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("order_id", BigInteger),
    Column("company_id", BigInteger),
    Column("seller_id", BigInteger),
    Column("state", Text),
    Column("delivery", Text),
    Column("outlet_id", BigInteger),
    Column("place_id", BigInteger),
    Column("address", Text),
    Column("wanted_on", Date),
    Column("promised", Date),
    Column("external_id", Text),
    Column("delivery_code", Text),
    Column("delivery_ru", Text),
    Column("delivery_en", Text),
    Column("delivery_price", Numeric),
    Column("delivery_vat", Text),
    Column("delivery_vat_rate", Numeric),
    Column("delivery_vat_amount", Numeric),
    Column("arrives_from", Date),
    Column("arrives_until", Date),
    Column("carrier", Text),
    Column("point_code", Text),
    Column("point_text", Text),
)

order_line_v1 = Table(
    "order_line_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("order_id", BigInteger),
    Column("company_id", BigInteger),
    Column("shipment_id", BigInteger),
    Column("position", Integer),
    Column("product_id", BigInteger),
    Column("sku", Text),
    Column("name", Text),
    Column("unit", Text),
    Column("quantity", Numeric),
    Column("unit_price", Numeric),
    Column("total", Numeric),
    Column("vat", Text),
    Column("vat_rate", Numeric),
    Column("vat_amount", Numeric),
)

seller_v1 = Table(
    "seller_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("name", Text),
    Column("full_name", Text),
    Column("country", Text),
    Column("tax_id", Text),
    Column("kpp", Text),
    Column("vat_payer", Boolean),
    Column("external_id", Text),
)

agreement_v1 = Table(
    "agreement_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("company_id", BigInteger),
    Column("legal_entity_id", BigInteger),
    Column("seller_id", BigInteger),
    Column("number", Text),
    Column("currency", Text),
    Column("payment_days", Integer),
    Column("active", Boolean),
    Column("external_id", Text),
)

user_v1 = Table(
    "user_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("company_id", BigInteger),
    Column("name", Text),
    Column("email", Text),
)

unit_v1 = Table(
    "unit_v1",
    _metadata,
    Column("code", Text),
    Column("name", Text),
    Column("full_name", Text),
    Column("international", Text),
)

payment_v1 = Table(
    "payment_v1",
    _metadata,
    Column("id", BigInteger),
    Column("uuid", Uuid),
    Column("order_id", BigInteger),
    Column("company_id", BigInteger),
    Column("legal_entity_id", BigInteger),
    Column("seller_id", BigInteger),
    Column("way", Text),
    Column("before", Boolean),
    Column("amount", Numeric),
    Column("received", Numeric),
    Column("currency", Text),
    Column("ru", Text),
    Column("en", Text),
)

payment_entry_v1 = Table(
    "payment_entry_v1",
    _metadata,
    Column("id", BigInteger),
    Column("payment_id", BigInteger),
    Column("order_id", BigInteger),
    Column("company_id", BigInteger),
    Column("legal_entity_id", BigInteger),
    Column("seller_id", BigInteger),
    Column("at", DateTime(timezone=True)),
    Column("kind", Text),
    Column("amount", Numeric),
    Column("currency", Text),
    Column("source", Text),
    Column("reference", Text),
)

analogue_wanted_v1 = Table(
    "analogue_wanted_v1",
    _metadata,
    Column("product_id", BigInteger),
    Column("company_id", BigInteger),
    Column("day", Date),
    Column("at", DateTime(timezone=True)),
)

ALL: tuple[Table, ...] = tuple(_metadata.sorted_tables)
