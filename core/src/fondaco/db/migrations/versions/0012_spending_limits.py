"""Monthly limits of buyers and outlets, what was spent, and orders that wait for an approval."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    default = None if nullable else sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _money(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(precision=15, scale=2), nullable=False)


def _to(table: str, column: str, target: str, key: str = "id") -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        [column], [f"fondaco.{target}.{key}"], name=op.f(f"{table}_{column}_fkey")
    )


def upgrade() -> None:
    op.create_table(
        "spending_limit",
        _id(),
        sa.Column("uuid", sa.UUID(), nullable=False),
        _key("company_id"),
        _key("user_id", nullable=True),
        _key("outlet_id", nullable=True),
        _money("amount"),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(user_id, outlet_id) > 0", name=op.f("spending_limit_whose_check")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("spending_limit_amount_check")),
        _to("spending_limit", "company_id", "company"),
        _to("spending_limit", "user_id", "user_account"),
        _to("spending_limit", "outlet_id", "outlet"),
        sa.PrimaryKeyConstraint("id", name=op.f("spending_limit_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("spending_limit_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("spending_limit_company_id_idx"), "spending_limit", ["company_id"], schema="fondaco"
    )
    op.create_index(
        "spending_limit_whose_idx",
        "spending_limit",
        ["user_id", "outlet_id"],
        unique=True,
        schema="fondaco",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "spending_entry",
        _id(),
        _key("order_id"),
        _key("user_id", nullable=True),
        _key("outlet_id", nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        _money("amount"),
        _moment("created_at"),
        sa.CheckConstraint(
            "kind in ('placed', 'approved', 'cancelled', 'corrected')",
            name=op.f("spending_entry_kind_check"),
        ),
        _to("spending_entry", "order_id", "customer_order"),
        _to("spending_entry", "user_id", "user_account"),
        _to("spending_entry", "outlet_id", "outlet"),
        sa.PrimaryKeyConstraint("id", name=op.f("spending_entry_pkey")),
        schema="fondaco",
    )
    for whose in ("user_id", "outlet_id"):
        op.create_index(
            f"spending_entry_{whose}_month_idx",
            "spending_entry",
            [whose, "month"],
            schema="fondaco",
        )
    op.create_index(
        "spending_entry_once_idx",
        "spending_entry",
        ["order_id", "outlet_id", "kind"],
        unique=True,
        schema="fondaco",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("kind <> 'corrected'"),
    )
    op.create_table(
        "order_approval",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "reasons",
            JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("outcome", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        _key("decided_by", nullable=True),
        _moment("decided_at", nullable=True),
        sa.CheckConstraint(
            "outcome in ('waiting', 'approved', 'refused', 'withdrawn')",
            name=op.f("order_approval_outcome_check"),
        ),
        _to("order_approval", "order_id", "customer_order"),
        _to("order_approval", "decided_by", "user_account"),
        sa.PrimaryKeyConstraint("order_id", name=op.f("order_approval_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "order_approval_part",
        _key("order_id"),
        _key("outlet_id", nullable=True),
        _money("amount"),
        _to("order_approval_part", "order_id", "order_approval", "order_id"),
        _to("order_approval_part", "outlet_id", "outlet"),
        sa.UniqueConstraint(
            "order_id",
            "outlet_id",
            name=op.f("order_approval_part_order_id_outlet_id_key"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="fondaco",
    )
    op.create_index(
        "customer_order_awaiting_approval_idx",
        "customer_order",
        ["company_id"],
        schema="fondaco",
        postgresql_where=sa.text("state = 'awaiting_approval'"),
    )


def downgrade() -> None:
    op.drop_index("customer_order_awaiting_approval_idx", "customer_order", schema="fondaco")
    for table in ("order_approval_part", "order_approval", "spending_entry", "spending_limit"):
        op.drop_table(table, schema="fondaco")
