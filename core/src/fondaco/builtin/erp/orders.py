"""Orders that the ERP knows and the portal never took: shown and repeated, and nothing more."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.owners import entities_of
from fondaco.builtin.erp.rows import Kept, Row, moved, unfit, unfit_currency, unknown
from fondaco.builtin.erp.taking import Owner, Taking, changed
from fondaco_sdk.article_key import article_key
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

ORDER = Kept(
    "earlier_order",
    {
        "company_id": "bigint",
        "legal_entity_id": "bigint",
        "number": "text",
        "state": "text",
        "currency": "text",
        "total": "numeric",
        "vat_total": "numeric",
        "comment": "text",
        "placed_at": "timestamptz",
    },
)
MOST_LINES = 5_000
_MOST = Decimal(10) ** 11
_WHOLE = "order"

_PLACED_HERE: TextClause = text(
    "select external_id from fondaco.customer_order where external_id = any(cast(:ids as text[]))"
)
_DROP_LINES: TextClause = text(
    "delete from fondaco.earlier_order_line where earlier_order_id = any(cast(:orders as bigint[]))"
)
_ADD_LINES: TextClause = text(
    """
    insert into fondaco.earlier_order_line
        (earlier_order_id, position, product_external_id, sku, sku_key, name, unit, quantity,
         unit_price, total, vat_amount)
    select earlier_order_id, position, product_external_id, sku, sku_key, name, unit, quantity,
           unit_price, total, vat_amount
      from jsonb_to_recordset(cast(:lines as jsonb))
           said (earlier_order_id bigint, position int, product_external_id text, sku text,
                 sku_key text, name text, unit text, quantity numeric, unit_price numeric,
                 total numeric, vat_amount numeric)
    """
)


class OrderLineRecord(Struct, frozen=True, kw_only=True):
    """A line; `product` is the ERP's id of the goods, or "". Money with VAT, `quantity` in units of
    `unit`. Goods that the portal does not have stay what they are called here."""

    name: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    product: str = ""
    sku: str = ""
    unit: str = ""
    vat_amount: Decimal = Decimal(0)


class OrderRecord(Struct, frozen=True, kw_only=True):
    """An order as it stands in the ERP; each record tells all of it.

    `placed_at` is a day or a moment of ISO 8601, without an offset in the site's zone. `currency`
    empty: the site's.
    """

    external_id: str
    legal_entity: str
    number: str
    placed_at: str
    total: Decimal
    lines: tuple[OrderLineRecord, ...]
    vat_total: Decimal = Decimal(0)
    state: OrderState = OrderState.COMPLETED
    currency: str = ""
    comment: str = ""
    version: int = 0


async def take_orders(act: Act, records: Sequence[OrderRecord]) -> Report:
    """Keep what was ordered elsewhere. Constant statements; no event, no hold, no turnover."""
    taking = await Taking.open(act, "order", ORDER, records)
    entities = await entities_of(act, {record.legal_entity for record in records})
    here = {
        row.external_id
        for row in await act.fetch(_PLACED_HERE, {"ids": [r.external_id for r in records]})
    }
    lines: dict[str, Sequence[OrderLineRecord]] = {}
    for place, record in enumerate(records):
        row = taking.rows.get(record.external_id)
        placed_at = _moment(act, record.placed_at)
        if refusal := _refusal(record, row, entities, here, placed_at):
            taking.refuse(place, record.number or record.external_id, refusal)
            continue
        news = taking.news(record, {_WHOLE: record})
        if news:
            row = row or Row(record.external_id, {})
            row = changed(row, _values(act, record, entities[record.legal_entity], placed_at))
            lines[record.external_id] = record.lines
        taking.take(record, row if news else None, news)
    await taking.write(act, ORDER)
    await _write_lines(act, {taking.rows[key].id: said for key, said in lines.items()})
    return taking.report


def _values(
    act: Act, record: OrderRecord, entity: Owner, placed_at: datetime | None
) -> dict[str, Any]:
    currency = record.currency or act.currency
    return {
        "company_id": entity.company,
        "legal_entity_id": entity.id,
        "number": record.number,
        "state": record.state.value,
        "currency": currency,
        "total": round_money(record.total, currency),
        "vat_total": round_money(record.vat_total, currency),
        "comment": record.comment,
        "placed_at": placed_at,
    }


def _refusal(
    record: OrderRecord,
    row: Row | None,
    entities: Mapping[str, Owner],
    here: set[str],
    placed_at: datetime | None,
) -> Reason | None:
    """Why a record cannot be taken."""
    if refusal := unfit(record.external_id, record.number):
        return refusal
    if record.external_id in here:
        return _PLACED
    owner = entities.get(record.legal_entity)
    if owner is None:
        return unknown("Юрлица", "legal entity", record.legal_entity)
    if row is not None and row.values["company_id"] != owner.company:
        return moved("другая компания", "company")
    if placed_at is None:
        return _DATE
    if record.currency and (refusal := unfit_currency(record.currency)):
        return refusal
    if len(record.lines) > MOST_LINES:
        return _LONG
    figures = [record.total, record.vat_total]
    for line in record.lines:
        figures += [line.quantity, line.unit_price, line.total, line.vat_amount]
    fit = all(figure.is_finite() and abs(figure) < _MOST for figure in figures)
    return None if fit else _FIGURES


async def _write_lines(act: Act, lines: Mapping[int | None, Sequence[OrderLineRecord]]) -> None:
    """The lines of orders anew. Two statements, none without any."""
    if not lines:
        return
    await act.execute(_DROP_LINES, {"orders": list(lines)})
    rows = [
        {
            "earlier_order_id": order,
            "position": position,
            "product_external_id": line.product,
            "sku": line.sku,
            "sku_key": article_key(line.sku),
            "name": line.name,
            "unit": line.unit,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "total": line.total,
            "vat_amount": line.vat_amount,
        }
        for order, said in lines.items()
        for position, line in enumerate(said, 1)
    ]
    await act.execute(_ADD_LINES, {"lines": msgspec.json.encode(rows).decode()})


def _moment(act: Act, written: str) -> datetime | None:
    """A day or a moment, aware UTC; None if it is neither."""
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=act.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_PLACED = Reason(
    "erp.order_placed_here",
    "Этот заказ оформлен на портале: его состояние передают иначе, повторно он не нужен",
    "This order was placed on the portal: its state comes another way, and it is not needed twice",
)
_DATE = Reason(
    "erp.date",
    "Дата заказа не читается: нужен вид 2026-03-01 или 2026-03-01T10:30:00",
    "The date of the order is unreadable: write 2026-03-01 or 2026-03-01T10:30:00",
)
_LONG = Reason(
    "erp.order_long",
    f"В заказе больше {MOST_LINES} строк",
    f"The order has more than {MOST_LINES} lines",
)
_FIGURES = Reason(
    "erp.figures",
    "Сумма, цена или количество не число или слишком велико",
    "A sum, price or quantity is not a number, or too large",
)
