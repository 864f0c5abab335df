"""Money is dated by the day it was paid on, which is not the day it was counted."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

# Of a payment in a statement there is no more than the day of its document. What staff wrote down
# ends with its day. The site's zone is a setting, which no migration knows: that of the first
# place stands for it.
FILL = (
    "update fondaco.bank_payment set received_on = day",
    """
    update fondaco.payment_entry e set paid_on = b.received_on
      from fondaco.bank_payment b
     where e.source = 'statement' and e.kind = 'received'
       and split_part(e.reference, '#', 1) = b.key
    """,
    r"""
    update fondaco.payment_entry
       set paid_on = cast(substring(reference from ' (\d{4}-\d\d-\d\d)(?:#\d+)?$') as date)
     where source = 'staff' and kind = 'received' and reference ~ ' \d{4}-\d\d-\d\d(#\d+)?$'
    """,
    """
    update fondaco.payment_entry
       set paid_on = cast(at at time zone coalesce(
               (select timezone from fondaco.place order by id limit 1), 'Europe/Moscow') as date)
     where paid_on is null
    """,
)


def upgrade() -> None:
    for table, column in (("bank_payment", "received_on"), ("payment_entry", "paid_on")):
        op.add_column(table, sa.Column(column, sa.Date), schema="fondaco")
    for statement in FILL:
        op.execute(statement)
    for table, column in (("bank_payment", "received_on"), ("payment_entry", "paid_on")):
        op.alter_column(table, column, nullable=False, schema="fondaco")


def downgrade() -> None:
    op.drop_column("payment_entry", "paid_on", schema="fondaco")
    op.drop_column("bank_payment", "received_on", schema="fondaco")
