"""What it costs to bring a shipment is a part of its order, frozen with it."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

BEFORE = """select s.id, s.uuid, s.order_id, o.company_id, s.seller_id, s.state, s.delivery,
              s.outlet_id, s.place_id, s.address, s.wanted_on, s.promised, s.external_id"""
MORE = """, s.delivery_code, s.delivery_ru, s.delivery_en, s.delivery_price, s.delivery_vat,
              s.delivery_vat_rate, s.delivery_vat_amount, s.arrives_from, s.arrives_until,
              s.carrier, s.point_code, s.point_text"""
FROM = " from fondaco.shipment s join fondaco.customer_order o on o.id = s.order_id"
TEXTS = ("delivery_code", "delivery_ru", "delivery_en", "delivery_vat", "carrier", "point_code",
         "point_text")  # fmt: skip
AMOUNTS = {"delivery_price": (15, 2), "delivery_vat_rate": (5, 2), "delivery_vat_amount": (15, 2)}
DAYS = ("arrives_from", "arrives_until")
CHECKS = {
    "delivery_price": "delivery_price >= 0",
    "delivery_code": "delivery_code <> '' or delivery_price = 0",
}


def upgrade() -> None:
    for name in TEXTS:
        _add(sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name, (digits, decimals) in AMOUNTS.items():
        kind = sa.Numeric(digits, decimals)
        _add(sa.Column(name, kind, nullable=False, server_default="0"))
    for name in DAYS:
        _add(sa.Column(name, sa.Date, nullable=True))
    for name, rule in CHECKS.items():
        check = op.f(f"shipment_{name}_check")
        op.create_check_constraint(check, "shipment", rule, schema="fondaco")
    op.execute(f"create or replace view fondaco_api.shipment_v1 as {BEFORE}{MORE}{FROM}")


def downgrade() -> None:
    op.execute("drop view fondaco_api.shipment_v1")
    op.execute(f"create view fondaco_api.shipment_v1 as {BEFORE}{FROM}")
    for name in (*TEXTS, *AMOUNTS, *DAYS):
        op.drop_column("shipment", name, schema="fondaco")


def _add(column: sa.Column[object]) -> None:
    op.add_column("shipment", column, schema="fondaco")
