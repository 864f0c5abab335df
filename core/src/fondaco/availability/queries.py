"""Reading stock rows and places."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, func, select

from fondaco.availability.tables import place, stock_row
from fondaco.db.generations import number_of

# A row a place, its stock rows side by side in arrays: quicker to read than a row each. What is
# nearly always empty comes as null.
STOCK_OF_PRODUCTS: Select[Any] = (
    select(
        stock_row.c.place_id,
        func.array_agg(stock_row.c.id),
        func.array_agg(stock_row.c.product_id),
        func.array_agg(func.nullif(stock_row.c.lot, "")),
        func.array_agg(stock_row.c.on_hand),
        func.array_agg(func.nullif(stock_row.c.reserved, 0)),
    )
    .select_from(stock_row.join(place, place.c.id == stock_row.c.place_id))
    .where(
        stock_row.c.product_id == any_(bindparam("ids", type_=ARRAY(BigInteger))), place.c.active
    )
    .group_by(stock_row.c.place_id)
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
    number_of("places"),
).where(place.c.active)
