"""The outbox with its deliveries, and the runs of the staging importer."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

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
