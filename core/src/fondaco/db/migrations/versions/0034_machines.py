"""Machines with a login of their own, and what plugins may read of orders to hand them on."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None

VIEWS = (
    """create or replace view fondaco_api.order_v1 as
       select id, uuid, number, company_id, legal_entity_id, state, currency, total, vat_total,
              placed_at, seller_id, agreement_id, user_id, comment, customer_reference,
              external_id
         from fondaco.customer_order""",
    """create view fondaco_api.shipment_v1 as
       select s.id, s.uuid, s.order_id, o.company_id, s.seller_id, s.state, s.delivery,
              s.outlet_id, s.place_id, s.address, s.wanted_on, s.promised, s.external_id
         from fondaco.shipment s join fondaco.customer_order o on o.id = s.order_id""",
    """create view fondaco_api.order_line_v1 as
       select l.id, l.uuid, l.order_id, o.company_id, l.shipment_id, l.position, l.product_id,
              l.sku, l.name, l.unit, l.quantity, l.unit_price, l.total, l.vat, l.vat_rate,
              l.vat_amount
         from fondaco.order_line l join fondaco.customer_order o on o.id = l.order_id""",
    """create view fondaco_api.seller_v1 as
       select id, uuid, name, full_name, country, tax_id, kpp, vat_payer, external_id
         from fondaco.seller""",
    """create view fondaco_api.agreement_v1 as
       select g.id, g.uuid, e.company_id, g.legal_entity_id, g.seller_id, g.number, g.currency,
              g.payment_days, g.active, g.external_id
         from fondaco.agreement g join fondaco.legal_entity e on e.id = g.legal_entity_id""",
    """create or replace view fondaco_api.legal_entity_v1 as
       select id, uuid, company_id, name, country, tax_id, kpp, external_id, full_name, address
         from fondaco.legal_entity""",
    """create view fondaco_api.user_v1 as
       select id, uuid, company_id, name, email from fondaco.user_account""",
    """create view fondaco_api.unit_v1 as
       select code, name, full_name, international from fondaco.unit""",
)
NEW = ("shipment_v1", "order_line_v1", "seller_v1", "agreement_v1", "user_v1", "unit_v1")
BEFORE = {
    "order_v1": """select id, uuid, number, company_id, legal_entity_id, state, currency, total,
                          vat_total, placed_at
                     from fondaco.customer_order""",
    "legal_entity_v1": """select id, uuid, company_id, name, country, tax_id, kpp, external_id
                            from fondaco.legal_entity""",
}


def upgrade() -> None:
    op.create_table(
        "machine",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("created_by", sa.BigInteger, nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        schema="fondaco",
    )
    op.execute(
        "create unique index machine_login_key on fondaco.machine (lower(login))"
        " where revoked_at is null"
    )
    op.create_table(
        "machine_pass",
        sa.Column("key_hash", sa.LargeBinary, primary_key=True),
        sa.Column(
            "machine_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.machine.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        schema="fondaco",
    )
    op.create_index("machine_pass_machine_id_idx", "machine_pass", ["machine_id"], schema="fondaco")
    for view in VIEWS:
        op.execute(view)


def downgrade() -> None:
    for name in NEW:
        op.execute(f"drop view fondaco_api.{name}")
    for name, body in BEFORE.items():
        op.execute(f"drop view fondaco_api.{name}")
        op.execute(f"create view fondaco_api.{name} as {body}")
    op.drop_table("machine_pass", schema="fondaco")
    op.drop_table("machine", schema="fondaco")
