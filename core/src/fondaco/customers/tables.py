"""Companies, their legal entities, outlets and agreements; and our own legal entities."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from fondaco.db.columns import id_column, json_column, metadata, moment, text_column, uuid_column

company = Table(
    "company",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    Column("external_id", Text, unique=True, nullable=True),
    moment("created_at", now=True),
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
    UniqueConstraint("country", "tax_id", "kpp"),
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
