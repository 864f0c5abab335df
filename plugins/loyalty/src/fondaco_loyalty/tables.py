"""The plugin's tables, in its own schema."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
)

metadata = MetaData(schema="plugin_loyalty")

tier = Table(
    "tier",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("name_ru", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("threshold", Numeric(15, 2), nullable=False),
    Column("percent", Numeric(5, 2), nullable=False),
    Column("removed_at", DateTime(timezone=True), nullable=True),
)

# A journal: entries are only added, and their sum is the turnover. A change of a document is an
# entry with the difference and the next revision.
turnover = Table(
    "turnover",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("company_id", BigInteger, nullable=False),
    Column("counted_on", Date, nullable=False),
    Column("amount", Numeric(15, 2), nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("kind", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("order_uuid", Uuid, nullable=True),
    Column("noted_at", DateTime(timezone=True), nullable=False),
)
