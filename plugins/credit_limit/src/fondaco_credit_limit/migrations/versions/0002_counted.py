"""What the ERP counts of an order, when an order was completed, and debts without a day.

An advance is due on no day, and 1C's empty date, the first day of year 1, is none. Orders that the
ERP had taken over before are counted as they were held then; what was freed beyond that is not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "plugin_credit_limit"
MONEY = sa.Numeric(15, 2)
FILL = (
    f"""
    insert into {SCHEMA}.counted (order_id, amount, returned)
    select e.order_id, sum(e.amount) filter (where e.kind in ('held', 'changed')),
           (select coalesce(-sum(back.amount), 0) from fondaco.payment p
              join fondaco.payment_entry back on back.payment_id = p.id and back.amount < 0
             where p.order_id = e.order_id and p.way = 'credit_limit')
      from {SCHEMA}.entry e
     group by e.order_id having bool_or(e.kind = 'taken_over')
    """,
    f"""
    insert into {SCHEMA}.entry (legal_entity_id, order_id, kind, amount)
    select legal_entity_id, order_id, 'taken_over', -sum(amount) from {SCHEMA}.entry
     group by legal_entity_id, order_id having sum(amount) < 0
    """,
    f"""
    update {SCHEMA}.account a
       set balance = (select coalesce(sum(e.amount), 0) from {SCHEMA}.entry e
                       where e.legal_entity_id = a.legal_entity_id)
    """,
    f"""
    update {SCHEMA}.shipped s set completed_at = now()
      from fondaco.customer_order o where o.id = s.order_id and o.state = 'completed'
    """,
    f"update {SCHEMA}.debt set due_on = null where due_on < '1900-01-01' or amount < 0",
    f"update {SCHEMA}.debt set issued_on = null where issued_on < '1900-01-01'",
)


def upgrade() -> None:
    """Add them, and fill them from what is known."""
    op.create_table(
        "counted",
        sa.Column(
            "order_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.customer_order.id"),
            primary_key=True,
        ),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("returned", MONEY, nullable=False),
        schema=SCHEMA,
    )
    op.add_column("shipped", sa.Column("completed_at", sa.DateTime(timezone=True)), schema=SCHEMA)
    for statement in FILL:
        op.execute(statement)


def downgrade() -> None:
    """Forget them."""
    op.drop_column("shipped", "completed_at", schema=SCHEMA)
    op.drop_table("counted", schema=SCHEMA)
