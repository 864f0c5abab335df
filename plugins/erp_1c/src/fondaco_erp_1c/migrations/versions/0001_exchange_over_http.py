"""Sessions, files and log of the exchange over HTTP; what of orders 1C has and what it said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plugin_erp_1c"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0")


def _later(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _session() -> sa.Column[int]:
    return sa.Column(
        "session_id",
        sa.BigInteger,
        sa.ForeignKey(f"{SCHEMA}.session.id", ondelete="CASCADE"),
        nullable=False,
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "session",
        _id(),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("pass_hash", sa.LargeBinary, nullable=False, unique=True),
        _text("version"),
        _now("opened_at"),
        _now("seen_at"),
        _later("closed_at"),
        _text("ended"),
        _count("step"),
        sa.Column("partial", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("final_run", sa.Uuid, nullable=True),
        schema=SCHEMA,
    )
    op.create_index(
        "session_open_key",
        "session",
        ["login", "kind"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "file",
        _id(),
        _session(),
        sa.Column("name", sa.Text, nullable=False),
        _text("archive"),
        _count("size", sa.BigInteger),
        sa.Column("chunks", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("state", sa.Text, nullable=False, server_default="arriving"),
        sa.Column("run", sa.Uuid, nullable=True),
        _count("done"),
        _count("refused"),
        _text("said"),
        _now("at"),
        sa.UniqueConstraint("session_id", "name", name="file_session_id_name_key"),
        schema=SCHEMA,
    )
    op.create_table(
        "entry",
        _id(),
        _session(),
        _now("at"),
        sa.Column("mode", sa.Text, nullable=False),
        _text("name"),
        _count("size", sa.BigInteger),
        sa.Column("answer", sa.Text, nullable=False),
        _text("said"),
        schema=SCHEMA,
    )
    op.create_index("ix_plugin_erp_1c_entry_session_id", "entry", ["session_id"], schema=SCHEMA)
    op.create_table(
        "order_sync",
        sa.Column(
            "order_id", sa.BigInteger, sa.ForeignKey("fondaco.customer_order.id"), primary_key=True
        ),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        _count("offered"),
        sa.Column("offered_session", sa.BigInteger, nullable=True),
        _later("offered_at"),
        _count("confirmed"),
        _later("confirmed_at"),
        _text("told"),
        schema=SCHEMA,
    )
    op.create_index(
        "order_sync_waiting_idx",
        "order_sync",
        ["order_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("version > confirmed"),
    )
    op.create_table(
        "document",
        sa.Column(
            "shipment_id", sa.BigInteger, sa.ForeignKey("fondaco.shipment.id"), primary_key=True
        ),
        sa.Column("version", sa.LargeBinary, nullable=True),
        _text("number"),
        _text("day"),
        _text("shipped_number"),
        _text("shipped_day"),
        _text("paid_number"),
        _text("paid_day"),
        _text("state"),
        _now("at"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Leave nothing of them."""
    for table in ("document", "order_sync", "entry", "file", "session"):
        op.drop_table(table, schema=SCHEMA)
