"""Reading stock rows and places."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    TextClause,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
)

from fondaco.availability.tables import place, reservation, stock_row
from fondaco.db.generations import number_of

# A row a place, its stock rows side by side in arrays: quicker to read than a row each. What is
# nearly always empty comes as null.

# What the asker holds at the checkout is not taken from the asker.
_own = (
    select(reservation.c.stock_id, func.sum(reservation.c.quantity).label("quantity"))
    .where(
        reservation.c.user_id == bindparam("user", type_=BigInteger),
        reservation.c.company_id == bindparam("company", type_=BigInteger),
        reservation.c.state == literal_column("'held'"),
    )
    .group_by(reservation.c.stock_id)
    .subquery("own")
)
STOCK_OF_PRODUCTS: Select[Any] = (
    select(
        stock_row.c.place_id,
        func.array_agg(stock_row.c.id),
        func.array_agg(stock_row.c.product_id),
        func.array_agg(func.nullif(stock_row.c.lot, "")),
        func.array_agg(stock_row.c.on_hand),
        func.array_agg(func.nullif(stock_row.c.reserved - func.coalesce(_own.c.quantity, 0), 0)),
        func.array_agg(stock_row.c.arrives_on),
    )
    .select_from(
        stock_row.join(place, place.c.id == stock_row.c.place_id).outerjoin(
            _own, _own.c.stock_id == stock_row.c.id
        )
    )
    .where(
        stock_row.c.product_id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        place.c.active,
        # A lot that has come is empty for good.
        or_(stock_row.c.lot == "", stock_row.c.on_hand != 0, stock_row.c.reserved != 0),
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

# A customer does not fetch goods from a partner.
SAVE_PLACE: TextClause = text(
    """
    insert into fondaco.place as p (uuid, name, kind, timezone, cut_off, pick_days, pickup)
    values (:uuid, :name, cast(:kind as text), :timezone, :cut_off, :pick_days,
            cast(:kind as text) = 'own')
    on conflict (uuid) do update
       set name = excluded.name, kind = excluded.kind, timezone = excluded.timezone,
           cut_off = excluded.cut_off, pick_days = excluded.pick_days,
           pickup = p.pickup and excluded.kind = 'own'
    returning p.id
    """
)
