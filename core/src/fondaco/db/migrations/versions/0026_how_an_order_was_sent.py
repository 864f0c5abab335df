"""An order knows how its cart was sent: together, as it got ready, over outlets, in deliveries.

Of those that are there already it is told by their shipments; of two to one address, without a day
on which they were wanted, it is taken that each left as it got ready.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "customer_order",
        sa.Column("way", sa.Text, nullable=False, server_default="together"),
        schema="fondaco",
    )
    op.create_check_constraint(
        op.f("customer_order_way_check"),
        "customer_order",
        "way in ('together', 'as_ready', 'outlets', 'deliveries')",
        schema="fondaco",
    )
    op.execute(
        """
        update fondaco.customer_order o set way = s.way
          from (select order_id,
                       case when bool_or(wanted_on is not null) then 'deliveries'
                            when count(distinct (outlet_id, place_id)) = 1 then 'as_ready'
                            when bool_or(outlet_id is null) then 'deliveries'
                            else 'outlets' end as way
                  from fondaco.shipment
                 group by order_id having count(*) > 1 or bool_or(wanted_on is not null)) s
         where s.order_id = o.id
        """
    )


def downgrade() -> None:
    op.drop_column("customer_order", "way", schema="fondaco")
