"""How orders are paid: the parts of an order's sum, and a journal of the money that came for them.

An order that is there already has one part, its whole sum, in the way that it was placed with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(15, 2)


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column(
            "order_id", sa.BigInteger, sa.ForeignKey("fondaco.customer_order.id"), nullable=False
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False, server_default=""),
        sa.Column("ru", sa.Text, nullable=False, server_default=""),
        sa.Column("en", sa.Text, nullable=False, server_default=""),
        sa.Column("before", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("received", MONEY, nullable=False, server_default="0"),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        sa.UniqueConstraint("order_id", "position"),
        sa.CheckConstraint("amount >= 0", name=op.f("payment_amount_check")),
        schema="fondaco",
    )
    op.create_table(
        "payment_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "payment_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.payment.id"),
            nullable=False,
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=True),
        sa.CheckConstraint(
            "kind in ('received', 'refunded')", name=op.f("payment_entry_kind_check")
        ),
        sa.CheckConstraint(
            "(kind = 'received') = (amount > 0) and amount <> 0",
            name=op.f("payment_entry_amount_check"),
        ),
        schema="fondaco",
    )
    op.create_index(
        "payment_entry_payment_id_idx", "payment_entry", ["payment_id"], schema="fondaco"
    )
    op.create_index(
        "payment_entry_once_idx",
        "payment_entry",
        ["source", "reference", "payment_id"],
        unique=True,
        schema="fondaco",
    )
    op.execute(
        """
        insert into fondaco.payment
               (uuid, order_id, position, way, ru, en, before, amount, currency)
        select gen_random_uuid(), o.id, 1, o.payment_method,
               case o.payment_method when 'invoice' then 'По счёту' else o.payment_method end,
               case o.payment_method when 'invoice' then 'By invoice' else o.payment_method end,
               g.payment_days = 0, o.total, o.currency
          from fondaco.customer_order o join fondaco.agreement g on g.id = o.agreement_id
        """
    )
    op.drop_column("customer_order", "payment_method", schema="fondaco")
    op.execute(
        """
        create view fondaco_api.payment_v1 as
        select p.id, p.uuid, p.order_id, o.company_id, o.legal_entity_id, o.seller_id, p.way,
               p.before, p.amount, p.received, p.currency, p.ru, p.en
          from fondaco.payment p join fondaco.customer_order o on o.id = p.order_id
        """
    )
    op.execute(
        """
        create view fondaco_api.payment_entry_v1 as
        select e.id, e.payment_id, p.order_id, o.company_id, o.legal_entity_id, o.seller_id, e.at,
               e.kind, e.amount, p.currency, e.source, e.reference
          from fondaco.payment_entry e
          join fondaco.payment p on p.id = e.payment_id
          join fondaco.customer_order o on o.id = p.order_id
        """
    )


def downgrade() -> None:
    op.execute("drop view fondaco_api.payment_entry_v1")
    op.execute("drop view fondaco_api.payment_v1")
    op.add_column(
        "customer_order",
        sa.Column("payment_method", sa.Text, nullable=False, server_default="invoice"),
        schema="fondaco",
    )
    op.execute(
        "update fondaco.customer_order o set payment_method = p.way from fondaco.payment p"
        " where p.order_id = o.id and p.position = 1"
    )
    op.drop_table("payment_entry", schema="fondaco")
    op.drop_table("payment", schema="fondaco")
