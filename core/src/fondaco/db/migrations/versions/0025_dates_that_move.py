"""Promised dates that move: what a line was promised before, and what cannot be promised at all.

A reservation remembers for which day its lot was expected when it was made, when it moved to
another row, and when it ended, so that a stock report is read as of the moment it was made.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reservation", sa.Column("arrives_on", sa.Date), schema="fondaco")
    op.execute(
        "update fondaco.reservation r set arrives_on = s.arrives_on from fondaco.stock_row s"
        " where s.id = r.stock_id and r.state = 'held' and s.arrives_on is not null"
    )
    for name in ("moved_at", "ended_at"):
        op.add_column("reservation", sa.Column(name, sa.DateTime(timezone=True)), schema="fondaco")
    op.create_index(
        "reservation_ended_idx",
        "reservation",
        ["ended_at"],
        schema="fondaco",
        postgresql_where=sa.text("ended_at is not null"),
    )
    op.add_column(
        "staging_section", sa.Column("made_at", sa.DateTime(timezone=True)), schema="fondaco"
    )
    for name in ("staging_stock", "staging_stock_change"):
        op.add_column(
            name, sa.Column("lot", sa.Text, nullable=False, server_default=""), schema="fondaco"
        )
        op.alter_column(name, "lot", server_default=None, schema="fondaco")
        op.add_column(name, sa.Column("arrives_on", sa.Date), schema="fondaco")
    op.create_index(
        "reservation_arriving_idx",
        "reservation",
        ["stock_id"],
        schema="fondaco",
        postgresql_where=sa.text("state = 'held' and arrives_on is not null"),
    )
    op.create_index(
        "stock_row_oversold_idx",
        "stock_row",
        ["id"],
        schema="fondaco",
        postgresql_where=sa.text("reserved > on_hand"),
    )
    op.add_column(
        "customer_order",
        sa.Column("dates_moved", sa.Text, nullable=False, server_default=""),
        schema="fondaco",
    )
    op.create_check_constraint(
        op.f("customer_order_dates_moved_check"),
        "customer_order",
        "dates_moved in ('', 'later', 'sooner')",
        schema="fondaco",
    )
    op.execute(
        "create view fondaco_api.outlet_v1 as"
        " select id, uuid, company_id, name, address, external_id from fondaco.outlet"
    )
    op.create_table(
        "former_supply",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "order_line_id", sa.BigInteger, sa.ForeignKey("fondaco.order_line.id"), nullable=False
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("promised", sa.Date),
        sa.Column("supply", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("ru", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        schema="fondaco",
    )
    op.create_index(
        "former_supply_order_line_id_idx", "former_supply", ["order_line_id"], schema="fondaco"
    )
    op.create_table(
        "undated_line",
        sa.Column(
            "order_line_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.order_line.id"),
            primary_key=True,
        ),
        sa.Column("quantity", sa.Numeric(15, 3), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.BigInteger, sa.ForeignKey("fondaco.user_account.id")),
        sa.CheckConstraint("quantity > 0", name=op.f("undated_line_quantity_check")),
        sa.CheckConstraint("why in ('late', 'short')", name=op.f("undated_line_why_check")),
        schema="fondaco",
    )
    op.create_index(
        "undated_line_waiting_idx",
        "undated_line",
        ["since"],
        schema="fondaco",
        postgresql_where=sa.text("settled_at is null"),
    )


def downgrade() -> None:
    op.drop_table("undated_line", schema="fondaco")
    op.drop_table("former_supply", schema="fondaco")
    op.execute("drop view fondaco_api.outlet_v1")
    op.drop_column("customer_order", "dates_moved", schema="fondaco")
    op.drop_index("stock_row_oversold_idx", "stock_row", schema="fondaco")
    for name in ("staging_stock_change", "staging_stock"):
        op.drop_column(name, "arrives_on", schema="fondaco")
        op.drop_column(name, "lot", schema="fondaco")
    op.drop_column("staging_section", "made_at", schema="fondaco")
    op.drop_index("reservation_ended_idx", "reservation", schema="fondaco")
    for name in ("ended_at", "moved_at"):
        op.drop_column("reservation", name, schema="fondaco")
    op.drop_index("reservation_arriving_idx", "reservation", schema="fondaco")
    op.drop_column("reservation", "arrives_on", schema="fondaco")
