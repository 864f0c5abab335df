"""What services outside have answered, and localities for when they do not."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from fondaco.db.columns import id_column, json_column, metadata, moment, text_column

# By the question as it was normalised; old answers are asked for again and written over.
lookup_answer = Table(
    "lookup_answer",
    metadata,
    text_column("provider", default=None),
    text_column("kind", default=None),
    text_column("question", default=None),
    json_column("answer"),
    moment("asked_at", now=True),
    PrimaryKeyConstraint("provider", "kind", "question"),
)

locality = Table(
    "locality",
    metadata,
    id_column(),
    text_column("name", default=None),
    text_column("region"),
    text_column("label", default=None),
    text_column("postal_code"),
    text_column("fias_id"),
    Column("lat", Numeric(9, 6), nullable=True),
    Column("lon", Numeric(9, 6), nullable=True),
    Column("population", Integer, nullable=False, server_default="0"),
)

# What a service knows of the address of an outlet. `text` is the address as it was when answered:
# an outlet whose address differs by now is not normalised. `normalised_at` is when it was last
# tried. An answer that is "uncertain" is for staff to look at and decides nothing.
outlet_address = Table(
    "outlet_address",
    metadata,
    Column(
        "outlet_id",
        BigInteger,
        ForeignKey("fondaco.outlet.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("text", Text, nullable=False),
    text_column("provider", default=None),
    text_column("full_text"),
    text_column("country"),
    text_column("postal_code"),
    text_column("region"),
    text_column("city"),
    text_column("settlement"),
    text_column("street"),
    text_column("house"),
    text_column("flat"),
    text_column("fias_id"),
    Column("lat", Numeric(9, 6), nullable=True),
    Column("lon", Numeric(9, 6), nullable=True),
    text_column("exactness", default="none"),
    text_column("verdict", default=None),
    moment("normalised_at", now=True),
)
