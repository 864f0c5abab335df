"""A lot may be on its way; plugins read when it comes, and when a place last reported."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

_PLACE = "id, uuid, name, kind, timezone, cut_off, pick_days, active"
_STOCK = "id, product_id, place_id, lot, on_hand, reserved"


def upgrade() -> None:
    op.add_column("stock_row", sa.Column("arrives_on", sa.Date), schema="fondaco")
    op.create_check_constraint(
        op.f("stock_row_arrives_check"),
        "stock_row",
        "lot <> '' or arrives_on is null",
        schema="fondaco",
    )
    op.create_index(
        "stock_row_arriving_idx",
        "stock_row",
        ["arrives_on"],
        schema="fondaco",
        postgresql_where=sa.text("arrives_on is not null"),
    )
    op.execute(
        "create or replace view fondaco_api.place_v1 as"
        f" select {_PLACE}, external_id, reported_at from fondaco.place"
    )
    op.execute(
        "create or replace view fondaco_api.stock_v1 as"
        f" select {_STOCK}, arrives_on from fondaco.stock_row"
    )


def downgrade() -> None:
    for view, columns, table in (
        ("stock_v1", _STOCK, "stock_row"),
        ("place_v1", _PLACE, "place"),
    ):
        op.execute(f"drop view fondaco_api.{view}")
        op.execute(f"create view fondaco_api.{view} as select {columns} from fondaco.{table}")
    op.drop_index("stock_row_arriving_idx", "stock_row", schema="fondaco")
    op.drop_constraint(op.f("stock_row_arrives_check"), "stock_row", schema="fondaco")
    op.drop_column("stock_row", "arrives_on", schema="fondaco")
