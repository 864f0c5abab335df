"""Reading stock rows and places."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, select

from fondaco.availability.tables import place, stock_row

STOCK_OF_PRODUCTS: Select[Any] = (
    select(
        stock_row.c.id,
        stock_row.c.product_id,
        stock_row.c.place_id,
        stock_row.c.lot,
        stock_row.c.on_hand,
        stock_row.c.reserved,
    )
    .select_from(stock_row.join(place, place.c.id == stock_row.c.place_id))
    .where(
        stock_row.c.product_id == any_(bindparam("ids", type_=ARRAY(BigInteger))), place.c.active
    )
    .order_by(stock_row.c.id)
)

PLACES: Select[Any] = select(
    place.c.id,
    place.c.uuid,
    place.c.name,
    place.c.kind,
    place.c.address,
    place.c.timezone,
    place.c.cut_off,
    place.c.pick_days,
    place.c.pickup,
).where(place.c.active)
