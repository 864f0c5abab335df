"""Lots on their way: reading them, finding one, and every change with its line in the audit."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, Uuid, bindparam, text

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import ExpectedLot

MOST_LISTED = 200

_LOTS = """
    select s.id, s.product_id, p.uuid as product, p.sku, p.name, s.place_id, w.uuid as place,
           w.name as place_name, s.lot, s.on_hand, s.reserved, s.arrives_on,
           count(*) over () as all_of_them
      from fondaco_api.stock_v1 s
      join fondaco_api.product_v1 p on p.id = s.product_id
      join fondaco_api.place_v1 w on w.id = s.place_id
     where s.arrives_on is not null
"""
_LIST: TextClause = text(
    f"{_LOTS} and (s.on_hand <> 0 or s.reserved <> 0)"
    " order by s.arrives_on, p.sku, s.id limit :most"
)
_ONE: TextClause = text(
    f"{_LOTS} and p.uuid = :product and w.uuid = :place and s.lot = :lot"
).bindparams(bindparam("product", type_=Uuid), bindparam("place", type_=Uuid))
_ARTICLE: TextClause = text(
    "select id from fondaco_api.product_v1 where upper(sku) = upper(:sku) and active limit 2"
)


class Lot(Struct, frozen=True):
    """A lot that is expected, with the words for it. `all_of_them` counts the list."""

    id: StockId
    product_id: ProductId
    product: UUID
    sku: str
    name: str
    place_id: PlaceId
    place: UUID
    place_name: str
    lot: str
    on_hand: Decimal
    reserved: Decimal
    arrives_on: date
    all_of_them: int


async def expected_lots(ask: Ask) -> Sequence[Lot]:
    """What is expected, the soonest first."""
    return [Lot(*row) for row in await ask.fetch(_LIST, {"most": MOST_LISTED})]


async def lot_of(ask: Ask, product: UUID, place: UUID, lot: str) -> Lot:
    """One lot. Raises `NotFound`."""
    rows = await ask.fetch(_ONE, {"product": product, "place": place, "lot": lot})
    if not rows:
        raise NotFound(Reason("sourcing.no_lot", "Такого поступления нет", "There is no such lot"))
    return Lot(*rows[0])


async def product_of(ask: Ask, sku: str) -> Sequence[ProductId]:
    """The products on sale under an article; two where it is not the name of one."""
    return [row.id for row in await ask.fetch(_ARTICLE, {"sku": sku})]


async def expect(act: Act, wanted: ExpectedLot) -> None:
    """A new lot, or another quantity or day of a known one."""
    await act.supply.expect([wanted])
    await act.audit("sourcing.lot.expect", f"product:{wanted.product_id}", None, wanted)


async def arrived(act: Act, found: Lot) -> None:
    """It has come: its goods and what is held of them pass to the shelf."""
    await act.supply.arrived([found.id], counted=True)
    await act.audit("sourcing.lot.arrived", f"product:{found.product_id}", found, None)


async def remove(act: Act, found: Lot) -> None:
    """It will not come. Raises `Conflict` where some of it is held for orders."""
    if found.reserved:
        raise Conflict(
            Reason(
                "sourcing.lot_held",
                "Часть поступления в резерве: измените дату или количество,"
                " а заказы решите с покупателями",
                "Some of the lot is held for orders: change its day or quantity, and settle the"
                " orders with their buyers",
            )
        )
    await act.supply.expect(
        [ExpectedLot(found.product_id, found.place_id, found.lot, Decimal(0), found.arrives_on)]
    )
    await act.audit("sourcing.lot.remove", f"product:{found.product_id}", found, None)
