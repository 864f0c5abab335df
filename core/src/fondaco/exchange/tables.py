"""The outbox with its deliveries, and the runs of the staging importer."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from fondaco.db.columns import id_column, json_column, metadata, moment, text_column, uuid_column

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    uuid_column(),
    text_column("type", default=None),
    text_column("lane", default=None),
    json_column("payload"),
    moment("created_at", now=True),
)

delivery = Table(
    "delivery",
    metadata,
    id_column(),
    Column("event_id", ForeignKey("fondaco.outbox.id"), nullable=False),
    text_column("subscriber", default=None),
    text_column("lane", default=None),
    text_column("state", default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("due_at", now=True),
    moment("done_at", nullable=True),
    text_column("error"),
    UniqueConstraint("event_id", "subscriber"),
)
Index(
    "delivery_waiting_idx",
    delivery.c.subscriber,
    delivery.c.lane,
    delivery.c.id,
    postgresql_where=text("state = 'waiting'"),
)
Index("delivery_dead_idx", delivery.c.id, postgresql_where=text("state = 'dead'"))

inbox = Table(
    "inbox",
    metadata,
    text_column("source", default=None),
    text_column("message_id", default=None),
    moment("received_at", now=True),
    PrimaryKeyConstraint("source", "message_id"),
)

import_run = Table(
    "import_run",
    metadata,
    id_column(),
    uuid_column(),
    text_column("importer", default=None),
    text_column("source", default=None),
    Column("source_hash", LargeBinary, nullable=False),
    text_column("state", default="waiting"),
    text_column("phase"),
    json_column("counts"),
    json_column("progress"),
    json_column("options"),
    Column("user_id", BigInteger, nullable=True),
    text_column("error"),
    moment("started_at", now=True),
    moment("heartbeat_at", nullable=True),
    moment("finished_at", nullable=True),
)

import_refusal = Table(
    "import_refusal",
    metadata,
    id_column(),
    Column("run_id", ForeignKey("fondaco.import_run.id", ondelete="CASCADE"), nullable=False),
    text_column("member"),
    Column("row_number", Integer, nullable=False, server_default="0"),
    text_column("reference"),
    text_column("code", default=None),
    json_column("params"),
    Column("warning", Boolean, nullable=False, server_default=text("false")),
)
Index("import_refusal_run_idx", import_refusal.c.run_id, import_refusal.c.id)

sheet_mapping = Table(
    "sheet_mapping",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    json_column("headings", default="[]"),
    json_column("mapping"),
    Column("user_id", BigInteger, nullable=True),
    moment("changed_at", now=True),
)
"""Which column of a price or stock list is what, by a name, for lists of the same headings."""

task_start = Table(
    "task_start",
    metadata,
    Column("job_id", BigInteger, primary_key=True),
    Column("starts", Integer, nullable=False, server_default="0"),
    Column("task", Text, nullable=False),
    moment("last_at", now=True),
)

worker_heartbeat = Table(
    "worker_heartbeat",
    metadata,
    Column("worker", Text, primary_key=True),
    moment("started_at", now=True),
    moment("seen_at", now=True),
)

# The number of the ERP's last word on each field of a record: whatever comes late and is older
# changes nothing.
erp_version = Table(
    "erp_version",
    metadata,
    Column("kind", Text),
    Column("external_id", Text),
    Column("fields", JSONB, nullable=False),
    PrimaryKeyConstraint("kind", "external_id"),
)

inbound_run = Table(
    "inbound_run",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    Column("accepted", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("seconds", Numeric(9, 1), nullable=False),
    moment("at", now=True),
)
"""Records that the ERP sent for a plugin, in one call; what was refused stands beside it."""

inbound_refusal = Table(
    "inbound_refusal",
    metadata,
    Column("run_id", ForeignKey("fondaco.inbound_run.id", ondelete="CASCADE")),
    Column("record", Integer),
    text_column("reference"),
    text_column("code"),
    text_column("ru"),
    text_column("en"),
    PrimaryKeyConstraint("run_id", "record"),
)

Index(
    "delivery_relay_idx",
    delivery.c.id,
    postgresql_where=text("state = 'waiting' and subscriber like 'amqp:%'"),
)

# What the broker has confirmed; `acknowledged_at`: whoever it was for has said that it came.
sent_message = Table(
    "sent_message",
    metadata,
    Column("message_id", UUID(as_uuid=True), primary_key=True),
    Column("delivery_id", BigInteger, nullable=False, index=True),
    Column("version", BigInteger, nullable=False),
    *(text_column(name) for name in ("type", "routing_key", "entity_kind", "entity_id")),
    Column("times", Integer, nullable=False, server_default="1"),
    moment("sent_at", now=True),
    moment("acknowledged_at", nullable=True),
)
Index("sent_message_sent_at_idx", sent_message.c.sent_at)
Index(
    "sent_message_entity_kind_entity_id_idx", sent_message.c.entity_kind, sent_message.c.entity_id
)

# Messages from outside without effect, and why. `noted`: the reason is written, the message itself
# is on its way through the broker's dead letters. `part`: records that were refused of a message
# whose others are in force; `replay_id`: under which id it goes round once more.
dead_message = Table(
    "dead_message",
    metadata,
    id_column(),
    uuid_column(),
    text_column("queue", default=None),
    text_column("key", default=None),
    *(text_column(name) for name in ("type", "sender", "code", "ru", "en")),
    Column("body", LargeBinary, nullable=True),
    Column("part", Boolean, nullable=False, server_default=text("false")),
    text_column("state", default="noted"),
    Column("replay_id", UUID(as_uuid=True), nullable=True),
    moment("at", now=True),
    moment("replayed_at", nullable=True),
    UniqueConstraint("queue", "key"),
    CheckConstraint("state in ('noted', 'dead', 'replaying', 'replayed')", name="state"),
)
Index(
    "dead_message_open_idx",
    dead_message.c.id,
    postgresql_where=dead_message.c.state.in_(("dead", "replaying")),
)

# Who speaks to us through the broker, when last, and by how much its clock is behind ours.
exchange_peer = Table(
    "exchange_peer",
    metadata,
    Column("name", Text, primary_key=True),
    moment("heard_at", now=True),
    Column("behind", Interval, nullable=False, server_default="0"),
    moment("behind_at", now=True),
)

# How much waits in each queue of the broker, as a worker saw it last.
exchange_lane = Table(
    "exchange_lane",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("waiting", BigInteger, nullable=False),
    moment("at", now=True),
)

# A message that came again and again without an end is tried alone, and counted before each try.
inbox_try = Table(
    "inbox_try",
    metadata,
    text_column("queue", default=None),
    text_column("key", default=None),
    Column("tries", Integer, nullable=False, server_default="0"),
    moment("last_at", now=True),
    PrimaryKeyConstraint("queue", "key"),
)

# When the ERP last said something, by what it was about: the name under which a plugin takes it.
erp_word = Table(
    "erp_word",
    metadata,
    Column("kind", Text, primary_key=True),
    moment("at", now=True),
)
