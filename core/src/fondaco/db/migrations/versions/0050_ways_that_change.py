"""The buyer pays a part of a placed order in another way: a journal of what was chosen before."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_way_change",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("fondaco.payment.id"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("way_before", sa.Text, nullable=False),
        sa.Column("way_after", sa.Text, nullable=False),
        sa.Column("amount", sa.Numeric(15, 2), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=True),
        schema="fondaco",
    )
    op.create_index(
        "payment_way_change_payment_id_idx",
        "payment_way_change",
        ["payment_id"],
        schema="fondaco",
    )


def downgrade() -> None:
    op.drop_table("payment_way_change", schema="fondaco")
