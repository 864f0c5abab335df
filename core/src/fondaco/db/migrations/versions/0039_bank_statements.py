"""Bank statements and the money in them; payments that the ERP tells of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        _text("name"),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "uploaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("facts", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("bank_statement_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("bank_statement_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "bank_payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        _text("kind"),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(15, 2), nullable=False),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        *(_text(name) for name in ("payer", "payer_tax_id", "payer_account", "purpose")),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("struck", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("bank_payment_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("bank_payment_uuid_key")),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["fondaco.bank_statement.id"],
            name=op.f("bank_payment_statement_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["fondaco.seller.id"], name=op.f("bank_payment_seller_id_fkey")
        ),
        sa.CheckConstraint(
            "state in ('open', 'booked', 'foreign')", name=op.f("bank_payment_state_check")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("bank_payment_amount_check")),
        schema="fondaco",
    )
    op.create_index(
        op.f("bank_payment_statement_id_idx"), "bank_payment", ["statement_id"], schema="fondaco"
    )
    op.create_index(
        op.f("bank_payment_key_key"), "bank_payment", ["key"], unique=True, schema="fondaco"
    )
    op.create_index(
        op.f("bank_payment_open_idx"),
        "bank_payment",
        ["id"],
        schema="fondaco",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "erp_payment",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(15, 2), nullable=False),
        _text("reference"),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("external_id", name=op.f("erp_payment_pkey")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["fondaco.customer_order.id"], name=op.f("erp_payment_order_id_fkey")
        ),
        sa.CheckConstraint("kind in ('received', 'refunded')", name=op.f("erp_payment_kind_check")),
        schema="fondaco",
    )
    op.create_index(op.f("erp_payment_order_id_idx"), "erp_payment", ["order_id"], schema="fondaco")


def downgrade() -> None:
    for table in ("erp_payment", "bank_payment", "bank_statement"):
        op.drop_table(table, schema="fondaco")


def _text(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), server_default="", nullable=False)
