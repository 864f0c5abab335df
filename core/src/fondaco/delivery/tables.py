"""What carriers have answered, and copies of their pickup points."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from fondaco.db.columns import id_column, json_column, metadata, moment, text_column

# By what decides a price: from where, to where, how heavy, how large, what the site has settled
# with the carrier, and on which `day` it gets the parcel.
delivery_quote = Table(
    "delivery_quote",
    metadata,
    text_column("carrier", default=None),
    text_column("question", default=None),
    Column("day", Date, nullable=False),
    json_column("quotes"),
    moment("asked_at", now=True),
    Column("valid_until", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("carrier", "question", "day"),
)

# `cells` are [length, width, height] in centimetres, the longest first; `words` are
# searched, `town` is the city without its kind.
pickup_point = Table(
    "pickup_point",
    metadata,
    id_column(),
    text_column("carrier", default=None),
    text_column("code", default=None),
    text_column("kind", default=None),
    text_column("name"),
    text_column("address"),
    text_column("city"),
    text_column("region"),
    text_column("city_fias"),
    text_column("postal_code"),
    text_column("country"),
    Column("lat", Numeric(9, 6), nullable=False),
    Column("lon", Numeric(9, 6), nullable=False),
    text_column("hours"),
    text_column("phone"),
    text_column("how_to_find"),
    Column("above_kg", Numeric(12, 3), nullable=True),
    Column("heaviest_kg", Numeric(12, 3), nullable=True),
    json_column("cells", default="[]"),
    Column("card", Boolean, nullable=False),
    Column("cash", Boolean, nullable=False),
    text_column("town"),
    text_column("words"),
    UniqueConstraint("carrier", "code"),
)
Index("pickup_point_town_idx", pickup_point.c.carrier, pickup_point.c.town)

# How the copy of a carrier's points stands; `refused` is why the last try has changed nothing.
pickup_copy = Table(
    "pickup_copy",
    metadata,
    Column("carrier", Text, primary_key=True),
    Column("points", Integer, nullable=False, server_default="0"),
    moment("copied_at", nullable=True),
    moment("tried_at", now=True),
    text_column("refused"),
    text_column("refused_ru"),
)

# How calls of a carrier have last ended, whichever process made them.
carrier_health = Table(
    "carrier_health",
    metadata,
    Column("carrier", Text, primary_key=True),
    moment("answered_at", nullable=True),
    moment("failed_at", nullable=True),
    text_column("why_ru"),
    text_column("why_en"),
    moment("rests_until", nullable=True),
)
