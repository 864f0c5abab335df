"""What a legal entity may owe, the journal of what its orders take of that, and the ERP's debts.

`balance` is the sum of an account's entries, `erp_exposure` that of its debts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plugin_credit_limit"
MONEY = sa.Numeric(15, 2)
NOW = sa.text("now()")


def _entity(*, key: bool = False) -> sa.Column[int]:
    target = "fondaco.legal_entity.id" if key else f"{SCHEMA}.account.legal_entity_id"
    return sa.Column(
        "legal_entity_id", sa.BigInteger, sa.ForeignKey(target), primary_key=key, nullable=False
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account",
        _entity(key=True),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        sa.Column("limit_amount", MONEY, nullable=False),
        sa.Column("days", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rule", sa.Text, nullable=False, server_default="prepay"),
        sa.Column("tolerance_days", sa.Integer, nullable=False, server_default="0"),
        sa.Column("status", sa.Text, nullable=False, server_default="normal"),
        sa.Column("balance", MONEY, nullable=False, server_default="0"),
        sa.Column("erp_exposure", MONEY, nullable=False, server_default="0"),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("reported_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("limit_amount >= 0", name="account_limit_amount_check"),
        sa.CheckConstraint("days >= 0 and tolerance_days >= 0", name="account_days_check"),
        sa.CheckConstraint("rule in ('warn', 'prepay', 'stop')", name="account_rule_check"),
        sa.CheckConstraint(
            "status in ('normal', 'prepay', 'stopped')", name="account_status_check"
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _entity(),
        sa.Column(
            "order_id", sa.BigInteger, sa.ForeignKey("fondaco.customer_order.id"), nullable=False
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint(
            "kind in ('held', 'changed', 'released', 'paid', 'taken_over')", name="entry_kind_check"
        ),
        schema=SCHEMA,
    )
    for column in ("legal_entity_id", "order_id"):
        op.create_index(f"entry_{column}_idx", "entry", [column], schema=SCHEMA)
    op.create_index(
        "entry_held_once_idx",
        "entry",
        ["order_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind = 'held'"),
    )
    op.create_table(
        "shipped",
        sa.Column(
            "order_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.customer_order.id"),
            primary_key=True,
        ),
        sa.Column("shipped_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "debt",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _entity(),
        sa.Column("document", sa.Text, nullable=False, server_default=""),
        sa.Column("order_number", sa.Text, nullable=False, server_default=""),
        sa.Column("issued_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.CheckConstraint("state in ('ordered', 'shipped')", name="debt_state_check"),
        schema=SCHEMA,
    )
    op.create_index("debt_legal_entity_id_idx", "debt", ["legal_entity_id"], schema=SCHEMA)


def downgrade() -> None:
    """Leave nothing."""
    for table in ("debt", "shipped", "entry", "account"):
        op.drop_table(table, schema=SCHEMA)
