"""Expected lots as the ERP tells them: new, moved, and come."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Text, TextClause, bindparam, text

from fondaco_sdk.context import Act
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import ExpectedLot

Key: TypeAlias = tuple[ProductId, PlaceId, str]

_KNOWN: TextClause = text(
    """
    select 'product', external_id, id from fondaco_api.product_v1
     where external_id = any(:products)
    union all
    select 'place', external_id, id from fondaco_api.place_v1 where external_id = any(:places)
    """
).bindparams(bindparam("products", type_=ARRAY(Text)), bindparam("places", type_=ARRAY(Text)))
_ROWS: TextClause = text(
    """
    select s.product_id, s.place_id, s.lot, s.id
      from unnest(:products, :places, :lots) as w (product_id, place_id, lot)
      join fondaco_api.stock_v1 s
        on s.product_id = w.product_id and s.place_id = w.place_id and s.lot = w.lot
    """
).bindparams(
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("places", type_=ARRAY(BigInteger)),
    bindparam("lots", type_=ARRAY(Text)),
)


class LotRecord(Struct, frozen=True):
    """A lot by the ERP's ids of product and place, and its own number.

    Without `arrives_on` it has come: how many there are, the report of stock says.
    """

    product: str
    place: str
    lot: str
    quantity: Decimal = Decimal(0)
    arrives_on: date | None = None


async def take_lots(act: Act, records: Sequence[LotRecord]) -> Report:
    """Write what is expected and pass on what has come. At most eight statements for any number.

    The last record of one lot counts; told again, it changes nothing.
    """
    known = await _known(act, records)
    unmatched: list[Unmatched] = []
    wanted: dict[Key, LotRecord] = {}
    for place, record in enumerate(records):
        product = known.get(("product", record.product))
        where = known.get(("place", record.place))
        wrong = _misfit(record, product, where)
        if wrong or product is None or where is None:
            unmatched.append(Unmatched(place, record.lot or record.product, wrong or _NO_PRODUCT))
        else:
            wanted[ProductId(product), PlaceId(where), record.lot] = record
    await act.supply.expect(
        [
            ExpectedLot(*key, record.quantity, record.arrives_on)
            for key, record in wanted.items()
            if record.arrives_on
        ]
    )
    await _come(act, [key for key, record in wanted.items() if record.arrives_on is None])
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def _known(act: Act, records: Sequence[LotRecord]) -> Mapping[tuple[str, str], int]:
    rows = await act.fetch(
        _KNOWN,
        {
            "products": list({record.product for record in records}),
            "places": list({record.place for record in records}),
        },
    )
    return {(kind, external_id): id_ for kind, external_id, id_ in rows}


async def _come(act: Act, keys: Sequence[Key]) -> None:
    if not keys:
        return
    products, places, lots = (list(column) for column in zip(*keys, strict=True))
    rows = await act.fetch(_ROWS, {"products": products, "places": places, "lots": lots})
    await act.supply.arrived([StockId(row.id) for row in rows], counted=False)


def _misfit(record: LotRecord, product: int | None, place: int | None) -> Reason | None:
    if product is None:
        return _NO_PRODUCT
    if place is None:
        return _NO_PLACE
    if not record.lot:
        return _NO_NUMBER
    quantity = record.quantity
    if not quantity.is_finite() or not 0 <= quantity < 10**12:
        return _QUANTITY
    return None


_NO_PRODUCT = Reason("sourcing.lot_product", "Такого товара нет", "There is no such product")
_NO_PLACE = Reason("sourcing.lot_place", "Такого склада нет", "There is no such place")
_NO_NUMBER = Reason("sourcing.lot_number", "У поступления нет номера", "The lot has no number")
_QUANTITY = Reason(
    "sourcing.lot_quantity", "Количество — число от 0", "The quantity is a number from 0"
)
