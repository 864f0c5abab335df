"""Cross-references. One is from a product (`product_id`) to one that stands in for it (`other_id`),
or from a foreign brand and number to a product of ours (`product_id`, without `other_id`).

A reference is ended, not deleted: what was shown yesterday can be explained, and brought back.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)

metadata = MetaData(schema="plugin_analogues")
_EMPTY = text("''")

reference = Table(
    "reference",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True, server_default=text("gen_random_uuid()")),
    Column("product_id", BigInteger, nullable=False),
    Column("other_id", BigInteger, nullable=True),
    Column("brand", Text, nullable=False, server_default=_EMPTY),
    Column("number", Text, nullable=False, server_default=_EMPTY),
    Column("number_key", Text, nullable=False, server_default=_EMPTY),
    Column("branded_key", Text, nullable=False, server_default=_EMPTY),
    Column("kind", Text, nullable=False),
    Column("both_ways", Boolean, nullable=False, server_default=text("false")),
    Column("starts_on", Date, nullable=True),
    Column("ends_on", Date, nullable=True),
    Column("note_ru", Text, nullable=False, server_default=_EMPTY),
    Column("note_en", Text, nullable=False, server_default=_EMPTY),
    Column("confidence", Numeric(3, 2), nullable=False, server_default=text("1")),
    Column("source", Text, nullable=False, server_default=_EMPTY),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("ended_at", DateTime(timezone=True), nullable=True),
)
