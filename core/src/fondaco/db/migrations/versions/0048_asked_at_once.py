"""The ERP is asked at once: what it said of prices, when it was heard, how orders were checked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erp_word",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("kind", name="erp_word_pkey"),
        schema="fondaco",
    )
    op.create_table(
        "live_price",
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Numeric(15, 4), nullable=False),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        sa.Column(
            "as_of", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("price > 0", name="live_price_positive_check"),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["fondaco.agreement.id"], name="live_price_agreement_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["fondaco.product.id"],
            name="live_price_product_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agreement_id", "product_id", name="live_price_pkey"),
        schema="fondaco",
    )
    op.create_index("live_price_product_id_idx", "live_price", ["product_id"], schema="fondaco")
    op.create_table(
        "order_check",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.CheckConstraint(
            "state in ('confirmed', 'last_known', 'confirmed_late', 'differs')",
            name="order_check_state_check",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["fondaco.customer_order.id"], name="order_check_order_id_fkey"
        ),
        sa.PrimaryKeyConstraint("order_id", name="order_check_pkey"),
        schema="fondaco",
    )
    op.create_index(
        "order_check_open_idx",
        "order_check",
        ["order_id"],
        schema="fondaco",
        postgresql_where=sa.text("state = 'last_known'"),
    )


def downgrade() -> None:
    op.drop_table("order_check", schema="fondaco")
    op.drop_table("live_price", schema="fondaco")
    op.drop_table("erp_word", schema="fondaco")
