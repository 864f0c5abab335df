"""What plugins report of stock: what a place has, and lots that are expected, moved, and come.

A lot that has come is no lot any more. What was held of it passes to the shelf of its place, where
from then on the reports of the ERP say how much there is.

Where a change leaves less than is held, or another day, the orders that hold it are looked at.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import TextClause, text

from fondaco.availability.changed import look_again
from fondaco.hooks.context import ActContext
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.supply import ExpectedLot

# Rows that are there are locked in the order of their ids, as by everybody who takes from them; new
# ones come in the order of their keys.
_LOCK_NAMED: TextClause = text(
    """
    select s.id from fondaco.stock_row s
      join (select distinct * from unnest(cast(:products as bigint[]), cast(:places as bigint[]),
                                          cast(:lots as text[])) as w (product_id, place_id, lot)) w
     using (product_id, place_id, lot)
     order by s.id for update of s
    """
)
# The last word of one lot counts.
_EXPECT: TextClause = text(
    """
    insert into fondaco.stock_row (product_id, place_id, lot, on_hand, arrives_on)
    select distinct on (product_id, place_id, lot) product_id, place_id, lot, on_hand, arrives_on
      from unnest(cast(:products as bigint[]), cast(:places as bigint[]), cast(:lots as text[]),
                  cast(:quantities as numeric[]), cast(:days as date[])) with ordinality
           as w (product_id, place_id, lot, on_hand, arrives_on, n)
     order by product_id, place_id, lot, n desc
    on conflict (product_id, place_id, lot) do update
       set on_hand = excluded.on_hand, arrives_on = excluded.arrives_on, reported_at = now()
     where (stock_row.on_hand, stock_row.arrives_on)
           is distinct from (excluded.on_hand, excluded.arrives_on)
    returning reserved > 0 as promised
    """
)
_REPORT: TextClause = text(
    """
    insert into fondaco.stock_row (product_id, place_id, on_hand)
    select product_id, :place, on_hand
      from unnest(cast(:products as bigint[]), cast(:quantities as numeric[]))
           as w (product_id, on_hand)
     order by product_id
    on conflict (product_id, place_id, lot) do update
       set on_hand = excluded.on_hand, reported_at = now()
    returning reserved > on_hand as oversold
    """
)
_REPORTED: TextClause = text("update fondaco.place set reported_at = now() where id = :place")
_SHELVES: TextClause = text(
    """
    insert into fondaco.stock_row (product_id, place_id)
    select distinct product_id, place_id from fondaco.stock_row
     where id = any(:ids) and arrives_on is not null
     order by product_id, place_id
    on conflict do nothing
    """
)
_LOCK: TextClause = text(
    """
    select s.id from fondaco.stock_row s
     where s.id = any(:ids)
        or (s.lot = '' and (s.product_id, s.place_id) in (
                select l.product_id, l.place_id from fondaco.stock_row l where l.id = any(:ids)))
     order by s.id for update
    """
)
_COME: TextClause = text(
    """
    with come as (
        select l.id, s.id as shelf_id, l.on_hand, l.reserved
          from fondaco.stock_row l
          join fondaco.stock_row s
            on s.product_id = l.product_id and s.place_id = l.place_id and s.lot = ''
         where l.id = any(:ids) and l.arrives_on is not null
    ), passed as (
        update fondaco.reservation r set stock_id = come.shelf_id, arrives_on = null
          from come where r.stock_id = come.id and r.state = 'held'
    ), emptied as (
        update fondaco.stock_row l set on_hand = 0, reserved = 0, arrives_on = null,
               reported_at = now()
          from come where l.id = come.id
    ), shelved as (
        select shelf_id, sum(on_hand) as on_hand, sum(reserved) as reserved
          from come group by shelf_id
    )
    update fondaco.stock_row s
       set on_hand = s.on_hand + case when :counted then shelved.on_hand else 0 end,
           reported_at = case when :counted then now() else s.reported_at end,
           reserved = s.reserved + shelved.reserved
      from shelved where s.id = shelved.shelf_id
    """
)


async def report(act: ActContext, place: PlaceId, has: Mapping[ProductId, Decimal]) -> None:
    """Write what a place has of some products, as of now. Three statements, four if it is less."""
    products = sorted(has)
    await _lock_named(act, products, [place] * len(products), [""] * len(products))
    rows = await act.fetch(
        _REPORT,
        {"place": place, "products": products, "quantities": [has[one] for one in products]},
    )
    await act.execute(_REPORTED, {"place": place})
    if any(row.oversold for row in rows):
        await look_again(act)


async def expect(act: ActContext, lots: Sequence[ExpectedLot]) -> None:
    """Write quantity and day of each lot. Two statements, three where some of it is held."""
    if lots:
        await _lock_named(
            act,
            [one.product_id for one in lots],
            [one.place_id for one in lots],
            [one.lot for one in lots],
        )
        rows = await act.fetch(
            _EXPECT,
            {
                "products": [one.product_id for one in lots],
                "places": [one.place_id for one in lots],
                "lots": [one.lot for one in lots],
                "quantities": [one.quantity for one in lots],
                "days": [one.arrives_on for one in lots],
            },
        )
        if any(row.promised for row in rows):
            await look_again(act)


async def _lock_named(
    act: ActContext,
    products: Sequence[ProductId],
    places: Sequence[PlaceId],
    lots: Sequence[str],
) -> None:
    named = {"products": list(products), "places": list(places), "lots": list(lots)}
    await act.fetch(_LOCK_NAMED, named)


async def arrived(act: ActContext, ids: Sequence[StockId], *, counted: bool) -> None:
    """Pass what is held of lots to the shelf; `counted`: their goods too. Three statements.

    Told twice of a lot, the second time changes nothing.
    """
    if ids:
        rows = {"ids": list(ids)}
        await act.execute(_SHELVES, rows)
        await act.fetch(_LOCK, rows)
        await act.execute(_COME, {**rows, "counted": counted})
