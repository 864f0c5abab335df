"""The table that the staff's pages change; the others are only written in SQL."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)

metadata = MetaData(schema="plugin_promotions")
_NONE = text("'{}'")

campaign = Table(
    "campaign",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("name_ru", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("percent", Numeric(5, 2), nullable=True),
    Column("amount", Numeric(15, 2), nullable=True),
    Column("stackable", Boolean, nullable=False),
    Column("by_code", Boolean, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=True),
    Column("min_total", Numeric(15, 2), nullable=True),
    Column("limit_total", Integer, nullable=True),
    Column("limit_company", Integer, nullable=True),
    Column("products", ARRAY(BigInteger), nullable=False, server_default=_NONE),
    Column("brands", ARRAY(Text), nullable=False, server_default=_NONE),
    Column("categories", ARRAY(BigInteger), nullable=False, server_default=_NONE),
    Column("companies", ARRAY(BigInteger), nullable=False, server_default=_NONE),
    Column("paused_at", DateTime(timezone=True), nullable=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("removed_at", DateTime(timezone=True), nullable=True),
)
