"""The buyer asks for a change of a placed order; staff answer."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def _key(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"fondaco.{table}.id")
    return sa.Column(name, sa.BigInteger, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        _key("order_id", "customer_order"),
        _key("user_id", "user_account", nullable=True),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("comment", sa.Text, nullable=False, server_default=""),
        sa.Column("wanted_on", sa.Date, nullable=True),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("said", sa.Text, nullable=False, server_default=""),
        _key("decided_by", "user_account", nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'accepted', 'refused', 'withdrawn')",
            name=op.f("change_request_state_check"),
        ),
        schema="fondaco",
    )
    op.create_index("change_request_order_id_idx", "change_request", ["order_id"], schema="fondaco")
    op.create_index(
        "change_request_waiting_idx",
        "change_request",
        ["order_id"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    quantity = sa.Numeric(15, 3)
    op.create_table(
        "change_request_line",
        sa.Column(
            "request_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.change_request.id"),
            primary_key=True,
        ),
        sa.Column(
            "order_line_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.order_line.id"),
            primary_key=True,
        ),
        sa.Column("quantity_before", quantity, nullable=False),
        sa.Column("quantity_wanted", quantity, nullable=False),
        sa.Column("quantity_given", quantity, nullable=True),
        sa.CheckConstraint(
            "quantity_wanted >= 0 and quantity_wanted <> quantity_before",
            name=op.f("change_request_line_quantity_wanted_check"),
        ),
        schema="fondaco",
    )


def downgrade() -> None:
    op.drop_table("change_request_line", schema="fondaco")
    op.drop_table("change_request", schema="fondaco")
