"""Sessions of the exchange over HTTP, their files and log; what of orders 1C has and said."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA = "plugin_erp_1c"
metadata = MetaData(schema=SCHEMA)


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


# `step` counts the imports that were begun; `final_run` is the one that ends a full exchange.
session = Table(
    "session",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("login", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("pass_hash", LargeBinary, nullable=False, unique=True),
    _text("version"),
    _now("opened_at"),
    _now("seen_at"),
    Column("closed_at", DateTime(timezone=True), nullable=True),
    _text("ended"),
    _count("step"),
    Column("partial", Boolean, nullable=False, server_default=text("false")),
    Column("final_run", Uuid, nullable=True),
)
# One exchange of a kind at a time for each 1C.
Index(
    "session_open_key",
    session.c.login,
    session.c.kind,
    unique=True,
    postgresql_where=session.c.closed_at.is_(None),
)

# `chunks` are (sha256, size) of the pieces in their order; `said` is what came of the file.
file = Table(
    "file",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("session_id", ForeignKey(session.c.id, ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    _text("archive"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("chunks", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("state", Text, nullable=False, server_default="arriving"),
    Column("run", Uuid, nullable=True),
    _count("done"),
    _count("refused"),
    _text("said"),
    _now("at"),
    UniqueConstraint("session_id", "name", name="file_session_id_name_key"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("session_id", ForeignKey(session.c.id, ondelete="CASCADE"), nullable=False, index=True),
    _now("at"),
    Column("mode", Text, nullable=False),
    _text("name"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("answer", Text, nullable=False),
    _text("said"),
)

# An order goes out while `version` is above `confirmed`. `told` are the states that 1C told
# last, so that its own word is not sent back to it.
order_sync = Table(
    "order_sync",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("version", Integer, nullable=False, server_default="1"),
    _count("offered"),
    Column("offered_session", BigInteger, nullable=True),
    Column("offered_at", DateTime(timezone=True), nullable=True),
    _count("confirmed"),
    Column("confirmed_at", DateTime(timezone=True), nullable=True),
    _text("told"),
)
Index(
    "order_sync_waiting_idx",
    order_sync.c.order_id,
    postgresql_where=order_sync.c.version > order_sync.c.confirmed,
)

# What 1C said of a document; `version` is its НомерВерсии as bytes, which only grow.
document = Table(
    "document",
    metadata,
    Column("shipment_id", BigInteger, primary_key=True),
    Column("version", LargeBinary, nullable=True),
    _text("number"),
    _text("day"),
    _text("shipped_number"),
    _text("shipped_day"),
    _text("paid_number"),
    _text("paid_day"),
    _text("state"),
    _now("at"),
)

# Payment documents by their ids in 1C; `refused`: why the kernel did not take the last version.
payment = Table(
    "payment",
    metadata,
    Column("document", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("amount", Numeric, nullable=False),
    _text("refused"),
    _now("at"),
    Column("order_uuid", Uuid, nullable=True),
    _text("currency"),
    _text("kind"),
)

# The newest lines of a document that 1C sent as a message, by their version.
lines_version = Table(
    "lines_version",
    metadata,
    Column("shipment_id", BigInteger, primary_key=True),
    Column("version", BigInteger, nullable=False),
    _now("at"),
)
