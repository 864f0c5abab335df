"""A document of 1C takes effect: lines, then the state; 1C is the master of an order it has.

A document counts once: its version only grows, and what it says again changes nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_erp_1c.http.call import Call
from fondaco_erp_1c.http.documents import DocumentIn, LineIn
from fondaco_erp_1c.http.meaning import (
    ORDERS,
    PAYMENTS,
    RANK,
    REFUNDS,
    SHIPMENTS,
    day_of,
    state_told,
    together,
)
from fondaco_erp_1c.http.outgoing import SOURCE, told_by_erp
from fondaco_erp_1c.http.paying import take_money
from fondaco_erp_1c.http.words import SAID
from fondaco_erp_1c.lines import CHANGED, product_unknown
from fondaco_erp_1c.settings import Erp1cSettings
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.types.ids import OrderId, ProductId
from fondaco_sdk.types.order import AmendedLine, OrderState
from fondaco_sdk.types.reason import Reason

S = OrderState
_BY_SHIPPING = frozenset((S.SHIPPED, S.COMPLETED, S.CANCELLED))

# Numbers are counted by each seller for itself: a number of several orders says nothing.
_FIND: TextClause = text(
    """
    with part as (
        select o.id as order_id, o.uuid as order_uuid, o.number, o.state, o.currency, s.id, s.uuid,
               row_number() over (partition by o.id order by s.id) as part,
               count(*) over (partition by o.id) as parts
          from fondaco_api.order_v1 o
          join fondaco_api.shipment_v1 s on s.order_id = o.id
         where o.number = any(cast(:numbers as text[]))
            or o.id = (select order_id from fondaco_api.shipment_v1
                        where uuid = cast(:uuid as uuid))
    )
    select p.order_id, p.order_uuid, p.number, p.state, p.currency, p.id, p.uuid, p.parts,
           d.version, coalesce(d.shipped_day, '') as shipped_day
      from part p left join plugin_erp_1c.document d on d.shipment_id = p.id
     where p.uuid = cast(:uuid as uuid)
        or (cast(:uuid as uuid) is null
            and (p.number = :number and p.parts = 1 or p.number || '/' || p.part = :number))
    """
)
_LINES: TextClause = text(
    """
    select p.id, p.external_id, p.uuid::text, coalesce(l.quantity, 0), l.shipment_id is not null
      from fondaco_api.product_v1 p
      left join fondaco_api.order_line_v1 l on l.product_id = p.id and l.shipment_id = :shipment
     where p.external_id = any(cast(:ids as text[])) or p.uuid::text = any(cast(:ids as text[]))
        or (p.id in (select product_id from fondaco_api.product_code_v1
                      where kind = 'code' and value = any(cast(:ids as text[]))))
    """
)
_OTHERS: TextClause = text(
    """
    select s.id, coalesce(d.state, '') from fondaco_api.shipment_v1 s
      left join plugin_erp_1c.document d on d.shipment_id = s.id
     where s.order_id = :order
    """
)
_KEEP: TextClause = text(
    """
    insert into plugin_erp_1c.document as d
        (shipment_id, version, number, day, shipped_number, shipped_day, paid_number, paid_day,
         state)
    values (:shipment, :version, :number, :day, :shipped_number, :shipped_day, :paid_number,
            :paid_day, :state)
    on conflict (shipment_id) do update
       set version = coalesce(excluded.version, d.version),
           number = coalesce(nullif(excluded.number, ''), d.number),
           day = coalesce(nullif(excluded.day, ''), d.day),
           shipped_number = coalesce(nullif(excluded.shipped_number, ''), d.shipped_number),
           shipped_day = coalesce(nullif(excluded.shipped_day, ''), d.shipped_day),
           paid_number = coalesce(nullif(excluded.paid_number, ''), d.paid_number),
           paid_day = coalesce(nullif(excluded.paid_day, ''), d.paid_day),
           state = coalesce(nullif(excluded.state, ''), d.state),
           at = clock_timestamp()
    """
)


class _Part(Struct, frozen=True):
    """The shipment that a document is about, and its order."""

    order_id: OrderId
    order_uuid: UUID
    number: str
    state: OrderState
    currency: str
    id: int
    uuid: UUID
    parts: int
    version: bytes | None
    shipped_day: str


Remember: TypeAlias = Callable[[Act, str], Awaitable[None]]
"""Keeps, in a transaction, that a document was dealt with, and why it has no effect, or ""."""


async def apply(call: Call, document: DocumentIn, remember: Remember) -> str:
    """Why the document has no effect, or not all of it; "" where it has.

    What it does and that it was dealt with is one transaction.
    """
    try:
        async with call.transaction() as act:
            why = await _apply(act, call, document)
            await remember(act, why)
    except UserError as refused:
        why = refused.reason.ru
        async with call.transaction() as act:
            await remember(act, why)
    return why


async def _apply(act: Act, call: Call, document: DocumentIn) -> str:
    part = await _find(act, document)
    if part is None:
        return "заказа с таким номером на портале нет"
    if document.operation not in ORDERS | SHIPMENTS | PAYMENTS | REFUNDS:
        return "документы этой хозяйственной операции портал не принимает"
    if document.operation in ORDERS and _is_known(part, document):
        return ""
    if document.operation in ORDERS and _is_old(part, document):
        return "документ старше того, что уже получен: пропущен"
    refused = await take_money(act, document, part.order_uuid, part.currency)
    if refused:
        return refused
    own = call.ask.settings(Erp1cSettings).states
    to, unknown = state_told(document, part.state, own)
    if document.operation in ORDERS and to is not S.CANCELLED and _takes_lines(part):
        if document.unreadable:
            return document.unreadable
        if document.lines:
            await _amend(act, part, document.lines)
    if to is S.CANCELLED and part.parts > 1 and _takes_lines(part):
        await _take_off(act, part)
    await act.execute(_KEEP, _kept(part, document, to))
    return await _move(act, part, document, to) or unknown


async def _find(act: Act, document: DocumentIn) -> _Part | None:
    """By the portal's own id, which 1C gives back, or by its number."""
    uuid = _uuid(document.id)
    for key, number in ((uuid, document.number), (None, document.number), (None, document.base)):
        if key is None and not number:
            continue
        numbers = [number, number.rpartition("/")[0]]
        rows = await act.fetch(_FIND, {"uuid": key, "number": number, "numbers": numbers})
        if len(rows) == 1:
            row = rows[0]
            version = None if row.version is None else bytes(row.version)
            return _Part(
                OrderId(row.order_id), row.order_uuid, row.number, OrderState(row.state),
                row.currency, row.id, row.uuid, row.parts, version, row.shipped_day,
            )  # fmt: skip
    return None


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _is_known(part: _Part, document: DocumentIn) -> bool:
    return document.version is not None and document.version == part.version


def _is_old(part: _Part, document: DocumentIn) -> bool:
    return (
        document.version is not None
        and part.version is not None
        and len(document.version) == len(part.version)
        and document.version < part.version
    )


def _takes_lines(part: _Part) -> bool:
    return part.state not in _BY_SHIPPING


async def _amend(act: Act, part: _Part, lines: Sequence[LineIn]) -> None:
    """A service that is none of the portal's, such as delivery under a name of 1C, is no line of an
    order. Raises `UserError` where a line names goods that the portal has not."""
    rows = await act.fetch(_LINES, {"ids": [line.product for line in lines], "shipment": part.id})
    known: dict[str, int] = {}
    for row in rows:
        for key in (row[1], row[2]):
            if key:
                known[key] = row[0]
    lines = [line for line in lines if line.product in known or not line.service]
    if not lines:
        return
    missing = [line for line in lines if line.product not in known]
    if missing:
        one = missing[0]
        said = one.name or one.product
        raise UserError(product_unknown(said))
    await act.orders.amend(
        part.order_id,
        part.uuid,
        [
            AmendedLine(ProductId(known[line.product]), line.quantity, line.unit_price, line.total)
            for line in lines
        ],
        source=SOURCE,
        reason=CHANGED,
    )


async def _take_off(act: Act, part: _Part) -> None:
    """One document of several is cancelled: the order goes on without its lines."""
    rows = await act.fetch(_OTHERS, {"order": part.order_id})
    if any(id_ != part.id and state != S.CANCELLED.value for id_, state in rows):
        await act.orders.amend(part.order_id, part.uuid, (), source=SOURCE, reason=_CANCELLED)


async def _move(act: Act, part: _Part, document: DocumentIn, to: OrderState | None) -> str:
    """An order of several documents is where the last of them is. Why it cannot be moved, or "";
    what else the document said stays in force."""
    if to is not None and part.parts > 1:
        states = {row[0]: row[1] for row in await act.fetch(_OTHERS, {"order": part.order_id})}
        to = together({**states, part.id: to.value})
    if to is None or to is part.state:
        return ""
    # What 1C has done between two exchanges: a completed order was sent off before.
    skipped = to is S.COMPLETED and RANK.get(part.state, 0) < RANK[S.SHIPPED]
    steps = [S.SHIPPED, to] if skipped else [to]
    try:
        for step in steps:
            await act.orders.report_state(part.order_id, step, _reason(document, step))
    except Conflict as refused:
        return refused.reason.ru
    await told_by_erp(act, part.order_id, steps)
    return ""


def _reason(document: DocumentIn, to: OrderState) -> Reason:
    number = document.erp_number or document.number
    return Reason(
        "erp_1c.state",
        f"Сообщила 1С: {SAID.get(to, '').lower()}, документ {number}",
        f"Reported by 1C, document {number}",
    )


def _kept(part: _Part, document: DocumentIn, to: OrderState | None) -> dict[str, Any]:
    said = document.requisites
    own = {"number": "", "day": ""}
    if document.operation in ORDERS:
        own = {"number": document.erp_number, "day": document.erp_day}
    shipped = document.operation in SHIPMENTS
    paid = document.operation in PAYMENTS
    return {
        "shipment": part.id,
        "version": document.version if document.operation in ORDERS else None,
        **own,
        "shipped_number": document.erp_number if shipped else said.get("номеротгрузкипо1с", ""),
        "shipped_day": document.erp_day if shipped else day_of(said.get("датаотгрузкипо1с")),
        "paid_number": document.erp_number if paid else said.get("номероплатыпо1с", ""),
        "paid_day": document.erp_day if paid else day_of(said.get("датаоплатыпо1с")),
        "state": to.value if to else "",
    }


_CANCELLED = Reason(
    "erp_1c.part_cancelled",
    "Отгрузка отменена в учётной системе поставщика",
    "The shipment was cancelled in the supplier's ERP",
)
