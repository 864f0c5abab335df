"""Companies, their legal entities, outlets and agreements; applications; our own legal entities."""

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
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from fondaco.db.columns import (
    MONEY,
    id_column,
    json_column,
    metadata,
    moment,
    text_column,
    uuid_column,
)

company = Table(
    "company",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    text_column("phone"),
    text_column("state", default="active"),
    text_column("state_reason"),
    Column("buyers_add_outlets", Boolean, nullable=False, server_default=text("true")),
    Column("merged_into", BigInteger, ForeignKey("fondaco.company.id"), nullable=True, index=True),
    Column("external_id", Text, unique=True, nullable=True),
    moment("created_at", now=True),
    CheckConstraint("state in ('applied', 'active', 'closed')", name="state"),
)

legal_entity = Table(
    "legal_entity",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    text_column("name", default=None),
    text_column("full_name"),
    Column("country", CHAR(2), nullable=False, server_default="RU"),
    text_column("tax_id"),
    text_column("kpp"),
    text_column("ogrn"),
    text_column("address"),
    Column("external_id", Text, unique=True, nullable=True),
)
# Clients without a tax id are many; one number belongs to one legal entity.
Index(
    "legal_entity_tax_id_key",
    legal_entity.c.country,
    legal_entity.c.tax_id,
    legal_entity.c.kpp,
    unique=True,
    postgresql_where=legal_entity.c.tax_id != "",
)

bank_account = Table(
    "bank_account",
    metadata,
    id_column(),
    uuid_column(),
    Column("legal_entity_id", ForeignKey("fondaco.legal_entity.id"), nullable=False),
    text_column("account"),
    text_column("bic"),
    text_column("bank_name"),
    text_column("correspondent"),
    moment("created_at", now=True),
    Column("from_erp", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("legal_entity_id", "account", "bic"),
)

outlet = Table(
    "outlet",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    text_column("name", default=None),
    text_column("address"),
    Column("external_id", Text, unique=True, nullable=True),
)

seller = Table(
    "seller",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    text_column("full_name"),
    Column("country", CHAR(2), nullable=False, server_default="RU"),
    text_column("tax_id"),
    text_column("kpp"),
    text_column("ogrn"),
    text_column("address"),
    text_column("phone"),
    text_column("director"),
    text_column("accountant"),
    Column("vat_payer", Boolean, nullable=False, server_default=text("true")),
    json_column("bank"),
    Column("external_id", Text, unique=True, nullable=True),
)

agreement = Table(
    "agreement",
    metadata,
    id_column(),
    uuid_column(),
    Column("legal_entity_id", ForeignKey("fondaco.legal_entity.id"), nullable=False, index=True),
    Column("seller_id", ForeignKey("fondaco.seller.id"), nullable=False),
    text_column("number"),
    Column("signed_on", Date, nullable=True),
    Column("currency", CHAR(3), nullable=False, server_default="RUB"),
    Column("payment_days", Integer, nullable=False, server_default="0"),
    Column("manager_id", BigInteger, ForeignKey("fondaco.user_account.id"), nullable=True),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("external_id", Text, unique=True, nullable=True),
)

agreement_price_list = Table(
    "agreement_price_list",
    metadata,
    Column("agreement_id", ForeignKey("fondaco.agreement.id", ondelete="CASCADE")),
    Column("rank", Integer),
    Column("price_list_id", ForeignKey("fondaco.price_list.id"), nullable=False),
    PrimaryKeyConstraint("agreement_id", "rank"),
)

# What came through the public form, as it was typed. `client` is a hash of the address it came
# from; `joins`: the company was known already, and the person asks to belong to it.
# `client` is the hash of the address it came from: by it a flood of applications is told apart.
registration = Table(
    "registration",
    metadata,
    id_column(),
    uuid_column(),
    Column("client", LargeBinary, nullable=False),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=True),
    Column("joins", Boolean, nullable=False),
    text_column("state", default="open"),
    Column("country", CHAR(2), nullable=False),
    text_column("tax_id"),
    text_column("kpp"),
    text_column("name"),
    text_column("person"),
    text_column("email"),
    text_column("phone"),
    text_column("locale"),
    moment("created_at", now=True),
    CheckConstraint("state in ('open', 'accepted', 'refused')", name="state"),
)
Index("registration_client_created_at_idx", registration.c.client, registration.c.created_at)

# What a buyer, an outlet, or a buyer at an outlet may spend in a calendar month, in the site's
# currency. One that was taken away is kept, so that this can be undone.
spending_limit = Table(
    "spending_limit",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=True),
    Column("outlet_id", ForeignKey("fondaco.outlet.id"), nullable=True),
    Column("amount", MONEY, nullable=False),
    moment("created_at", now=True),
    moment("ended_at", nullable=True),
    CheckConstraint("num_nonnulls(user_id, outlet_id) > 0", name="whose"),
    CheckConstraint("amount >= 0", name="amount"),
)
Index(
    "spending_limit_whose_idx",
    spending_limit.c.user_id,
    spending_limit.c.outlet_id,
    unique=True,
    postgresql_nulls_not_distinct=True,
    postgresql_where=spending_limit.c.ended_at.is_(None),
)

# Only added to: the sum of a month's entries is what was spent in it. `month` is its first day in
# the site's zone.
spending_entry = Table(
    "spending_entry",
    metadata,
    id_column(),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=False),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=True),
    Column("outlet_id", ForeignKey("fondaco.outlet.id"), nullable=True),
    Column("month", Date, nullable=False),
    text_column("kind", default=None),
    Column("amount", MONEY, nullable=False),
    moment("created_at", now=True),
    CheckConstraint("kind in ('placed', 'approved', 'cancelled', 'corrected')", name="kind"),
)
Index("spending_entry_user_id_month_idx", spending_entry.c.user_id, spending_entry.c.month)
Index("spending_entry_outlet_id_month_idx", spending_entry.c.outlet_id, spending_entry.c.month)
Index(
    "spending_entry_once_idx",
    spending_entry.c.order_id,
    spending_entry.c.outlet_id,
    spending_entry.c.kind,
    unique=True,
    postgresql_nulls_not_distinct=True,
    postgresql_where=spending_entry.c.kind != "corrected",
)
