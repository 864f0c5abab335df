"""Lines of placed orders may change: what they were stays."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    numbers = [
        sa.Column(f"{name}_{when}", kind, nullable=False)
        for name, kind in (
            ("quantity", sa.Numeric(15, 3)),
            ("price", sa.Numeric(15, 4)),
            ("total", sa.Numeric(15, 2)),
        )
        for when in ("before", "after")
    ]
    op.create_table(
        "order_line_change",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "order_line_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.order_line.id"),
            nullable=False,
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("source", sa.Text, nullable=False),
        *numbers,
        schema="fondaco",
    )
    op.create_index(
        "order_line_change_order_line_id_idx",
        "order_line_change",
        ["order_line_id"],
        schema="fondaco",
    )


def downgrade() -> None:
    op.drop_table("order_line_change", schema="fondaco")
