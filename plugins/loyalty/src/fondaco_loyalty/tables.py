"""The table that the staff's pages change; the journals are only written in SQL."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
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
    Column("points_percent", Numeric(5, 2), nullable=True),
    Column("removed_at", DateTime(timezone=True), nullable=True),
)
