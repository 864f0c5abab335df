"""What the broker was told, what came back or died, and who was heard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_message",
        sa.Column("message_id", UUID(as_uuid=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("type", "routing_key", "entity_kind", "entity_id")),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        _moment("sent_at", now=True),
        _moment("acknowledged_at", nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("sent_message_pkey")),
        schema="fondaco",
    )
    for columns in (("sent_at",), ("entity_kind", "entity_id"), ("delivery_id",)):
        name = f"sent_message_{'_'.join(columns)}_idx"
        op.create_index(op.f(name), "sent_message", list(columns), schema="fondaco")
    op.create_table(
        "dead_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        *(_text(name) for name in ("type", "sender", "code", "ru", "en")),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("part", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.Text(), server_default="noted", nullable=False),
        sa.Column("replay_id", UUID(as_uuid=True), nullable=True),
        _moment("at", now=True),
        _moment("replayed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("dead_message_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("dead_message_uuid_key")),
        sa.UniqueConstraint("queue", "key", name=op.f("dead_message_queue_key_key")),
        sa.CheckConstraint(
            "state in ('noted', 'dead', 'replaying', 'replayed')",
            name=op.f("dead_message_state_check"),
        ),
        schema="fondaco",
    )
    op.create_index(
        op.f("dead_message_open_idx"),
        "dead_message",
        ["id"],
        schema="fondaco",
        postgresql_where=sa.text("state in ('dead', 'replaying')"),
    )
    op.create_table(
        "exchange_peer",
        sa.Column("name", sa.Text(), nullable=False),
        _moment("heard_at", now=True),
        sa.Column("behind", sa.Interval(), server_default="0", nullable=False),
        _moment("behind_at", now=True),
        sa.PrimaryKeyConstraint("name", name=op.f("exchange_peer_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "exchange_lane",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        _moment("at", now=True),
        sa.PrimaryKeyConstraint("queue", name=op.f("exchange_lane_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "inbox_try",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        _moment("last_at", now=True),
        sa.PrimaryKeyConstraint("queue", "key", name=op.f("inbox_try_pkey")),
        schema="fondaco",
    )
    op.create_index(
        op.f("delivery_relay_idx"),
        "delivery",
        ["id"],
        schema="fondaco",
        postgresql_where=sa.text("state = 'waiting' and subscriber like 'amqp:%'"),
    )


def downgrade() -> None:
    op.drop_index(op.f("delivery_relay_idx"), "delivery", schema="fondaco")
    for table in ("inbox_try", "exchange_lane", "exchange_peer", "dead_message", "sent_message"):
        op.drop_table(table, schema="fondaco")


def _text(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _moment(name: str, *, now: bool = False, nullable: bool = False) -> "sa.Column[object]":
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)
