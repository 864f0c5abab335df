"""1C changes the lines of an order: the order of the portal follows, whichever way it is told."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import TextClause, text

from fondaco_erp_1c.http.outgoing import SOURCE
from fondaco_sdk.context import Act
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import OrderId, ProductId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.order import AmendedLine
from fondaco_sdk.types.reason import Reason

MOST_LINES = 10_000

_PARTS: TextClause = text(
    """
    select s.uuid::text, s.order_id, s.id, coalesce(v.version, 0) as version
      from fondaco_api.shipment_v1 s
      left join plugin_erp_1c.lines_version v on v.shipment_id = s.id
     where s.uuid = any(cast(:uuids as uuid[]))
    """
)
_PRODUCTS: TextClause = text(
    """
    select id, external_id, uuid::text from fondaco_api.product_v1
     where external_id = any(cast(:ids as text[])) or uuid::text = any(cast(:ids as text[]))
    """
)
_KEEP: TextClause = text(
    """
    insert into plugin_erp_1c.lines_version as v (shipment_id, version)
    values (:shipment, :version)
    on conflict (shipment_id) do update set version = excluded.version, at = clock_timestamp()
     where v.version < excluded.version
    """
)


class OrderLineRecord(Struct, frozen=True, kw_only=True):
    """A line in base units; money of the order, with VAT. `product` as in `OrderTold`."""

    product: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal


class OrderLinesRecord(Struct, frozen=True, kw_only=True):
    """All lines of a document of an order, as 1C has them; those that are not named are gone.

    `document` is its UUID in `OrderTold.documents`; `version` grows with every change of it in 1C.
    """

    document: UUID
    version: Annotated[int, Meta(ge=1, le=2**62)]
    lines: Annotated[tuple[OrderLineRecord, ...], Meta(max_length=MOST_LINES)]


class _Part(Struct):
    order_id: OrderId
    id: int
    version: int


async def take_order_lines(act: Act, records: Sequence[OrderLinesRecord]) -> Report:
    """Amend the orders. Two statements to find everything, and a few for each that changes.

    A version that is not newer changes nothing. Records of an order count as they come.
    """
    rows = await act.fetch(_PARTS, {"uuids": [record.document for record in records]})
    parts = {row[0]: _Part(OrderId(row[1]), row[2], row[3]) for row in rows}
    ids = {line.product for record in records for line in record.lines}
    products = _by_names(await act.fetch(_PRODUCTS, {"ids": sorted(ids)}))
    unmatched: list[Unmatched] = []
    # By their orders, so that two calls wait for each other and never in a circle.
    for place in sorted(range(len(records)), key=lambda n: _order_of(parts, records[n])):
        try:
            await _take(act, parts, products, records[place])
        except UserError as refused:
            unmatched.append(Unmatched(place, str(records[place].document), refused.reason))
    unmatched.sort(key=lambda found: found.record)
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def _take(
    act: Act, parts: dict[str, _Part], products: dict[str, ProductId], record: OrderLinesRecord
) -> None:
    part = parts.get(str(record.document))
    if part is None:
        raise UserError(_unknown(record))
    if record.version <= part.version:
        return
    for line in record.lines:
        if line.product not in products:
            raise UserError(product_unknown(line.product))
    await act.orders.amend(
        part.order_id,
        record.document,
        [
            AmendedLine(products[line.product], line.quantity, line.unit_price, line.total)
            for line in record.lines
        ],
        source=SOURCE,
        reason=CHANGED,
    )
    await act.execute(_KEEP, {"shipment": part.id, "version": record.version})
    part.version = record.version


def _order_of(parts: dict[str, _Part], record: OrderLinesRecord) -> int:
    part = parts.get(str(record.document))
    return part.order_id if part else 0


def _by_names(rows: Sequence[Any]) -> dict[str, ProductId]:
    return {key: ProductId(row[0]) for row in rows for key in (row[1], row[2]) if key}


def product_unknown(said: str) -> Reason:
    """Why lines that name such goods are not taken."""
    return Reason(
        "erp_1c.product_unknown",
        f"строки не приняты: товара «{said}» на портале нет, сначала выгрузите его",
        f"the lines are not taken: the portal has no “{said}”, export it first",
    )


def _unknown(record: OrderLinesRecord) -> Reason:
    return Reason(
        "erp_1c.document_unknown",
        f"Документа {record.document} на портале нет",
        f"The portal has no document {record.document}",
    )


CHANGED = Reason(
    "erp_1c.changed",
    "Изменено в учётной системе поставщика",
    "Changed in the supplier's ERP",
)
