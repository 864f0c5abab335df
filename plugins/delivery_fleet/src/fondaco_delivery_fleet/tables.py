"""The tables of the plugin."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Time,
    Uuid,
    text,
)

metadata = MetaData(schema="plugin_delivery_fleet")

zone = Table(
    "zone",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("cities", ARRAY(Text), nullable=False),
    Column("postal", ARRAY(Text), nullable=False),
    Column("weekdays", ARRAY(SmallInteger), nullable=False),
    Column("cut_off", Time, nullable=False),
    Column("lead_days", Integer, nullable=False),
    Column("price", Numeric(15, 2), nullable=False),
    Column("free_from", Numeric(15, 2), nullable=True),
    Column("included_kg", Numeric(15, 3), nullable=False),
    Column("per_kg", Numeric(15, 2), nullable=False),
    Column("heaviest_kg", Numeric(15, 3), nullable=True),
    Column("removed_at", DateTime(timezone=True), nullable=True),
)

# Days on which no lorry goes, beside the public holidays.
day_off = Table(
    "day_off",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("removed_at", DateTime(timezone=True), nullable=True),
)
Index("day_off_key", day_off.c.day, unique=True, postgresql_where=text("removed_at is null"))
