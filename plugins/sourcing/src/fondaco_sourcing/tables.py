"""The tables of the plugin."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
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

metadata = MetaData(schema="plugin_sourcing")

terms = Table(
    "terms",
    metadata,
    Column("place_id", BigInteger, primary_key=True, autoincrement=False),
    Column("week", ARRAY(Time), nullable=False),
    Column("country", Text, nullable=False),
    Column("lead_days", Integer, nullable=False),
    Column("receiving_days", Integer, nullable=False),
    Column("ships", Boolean, nullable=False),
    Column("carrier_days", Integer, nullable=False),
    Column("cost", Numeric(15, 2), nullable=False),
    Column("report_hours", Integer, nullable=True),
)

special_day = Table(
    "special_day",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("place_id", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("until", Time, nullable=True),
    Column("note_ru", Text, nullable=False),
    Column("note_en", Text, nullable=False),
    Column("removed_at", DateTime(timezone=True), nullable=True),
)
Index(
    "special_day_key",
    special_day.c.place_id,
    special_day.c.day,
    unique=True,
    postgresql_where=text("removed_at is null"),
)

transfer = Table(
    "transfer",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("source_id", BigInteger, nullable=False),
    Column("target_id", BigInteger, nullable=False),
    Column("weekdays", ARRAY(SmallInteger), nullable=False),
    Column("cut_off", Time, nullable=False),
    Column("road_days", Integer, nullable=False),
    Column("cost", Numeric(15, 2), nullable=False),
    Column("removed_at", DateTime(timezone=True), nullable=True),
)

branch = Table(
    "branch",
    metadata,
    Column("outlet_id", BigInteger, primary_key=True, autoincrement=False),
    Column("place_id", BigInteger, primary_key=True, autoincrement=False),
)
