"""Attempts with acquirers, money that goes back by them, and money nobody asked them for.

An entry of the journal may be struck: what was counted by mistake is taken off by a further entry.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(15, 2)
KIND = "payment_entry_kind_check"


def _text(name: str, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _moment(name: str, *, now: bool = False) -> sa.Column[datetime]:
    default = sa.text("now()") if now else None
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, nullable=not now, server_default=default)


def upgrade() -> None:
    op.drop_constraint(op.f(KIND), "payment_entry", schema="fondaco")
    op.create_check_constraint(
        op.f(KIND), "payment_entry", "kind in ('received', 'refunded', 'struck')", schema="fondaco"
    )
    op.create_table(
        "charge",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("fondaco.payment.id"), nullable=False),
        _text("provider", None),
        sa.Column("external_id", sa.Text, nullable=True),
        _text("state", "starting"),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        _text("url"),
        _text("ru"),
        _text("en"),
        _moment("started_at", now=True),
        _moment("read_at"),
        _moment("ended_at"),
        sa.CheckConstraint(
            "state in ('starting', 'pending', 'paid', 'failed', 'expired', 'strange')",
            name=op.f("charge_state_check"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("charge_amount_check")),
        schema="fondaco",
    )
    op.create_index("charge_payment_id_idx", "charge", ["payment_id"], schema="fondaco")
    op.create_index(
        "charge_told_idx", "charge", ["provider", "external_id"], unique=True, schema="fondaco"
    )
    op.create_index(
        "charge_live_idx",
        "charge",
        ["payment_id"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("state in ('starting', 'pending')"),
    )
    op.create_table(
        "charge_refund",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("charge_id", sa.BigInteger, sa.ForeignKey("fondaco.charge.id"), nullable=False),
        sa.Column("external_id", sa.Text, nullable=True),
        _text("state", "starting"),
        sa.Column("amount", MONEY, nullable=False),
        _text("reason"),
        _text("ru"),
        _text("en"),
        sa.Column("user_id", sa.BigInteger, nullable=True),
        _moment("started_at", now=True),
        _moment("ended_at"),
        sa.CheckConstraint(
            "state in ('starting', 'done', 'failed')", name=op.f("charge_refund_state_check")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("charge_refund_amount_check")),
        schema="fondaco",
    )
    op.create_index("charge_refund_charge_id_idx", "charge_refund", ["charge_id"], schema="fondaco")
    op.create_table(
        "stray_charge",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        _text("provider", None),
        _text("external_id", None),
        sa.Column("charge_id", sa.BigInteger, sa.ForeignKey("fondaco.charge.id"), nullable=True),
        sa.Column("amount", MONEY, nullable=False),
        _text("currency", None),
        _moment("seen_at", now=True),
        _moment("settled_at"),
        sa.Column("settled_by", sa.BigInteger, nullable=True),
        _text("note"),
        sa.UniqueConstraint("provider", "external_id"),
        schema="fondaco",
    )


def downgrade() -> None:
    for table in ("stray_charge", "charge_refund", "charge"):
        op.drop_table(table, schema="fondaco")
    op.drop_constraint(op.f(KIND), "payment_entry", schema="fondaco")
    op.create_check_constraint(
        op.f(KIND), "payment_entry", "kind in ('received', 'refunded')", schema="fondaco"
    )
