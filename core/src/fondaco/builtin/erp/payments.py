"""Money for orders that the ERP tells of, each version of a document once."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from msgspec import Meta, Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.order_states import several, unknown_order, uuid_of
from fondaco.hooks.context import ActContext
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.service import Orders, add_entry
from fondaco.web.format import money
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

SOURCE = "erp"
LONGEST_ID = 100
MOST = Decimal(10) ** 13

_ORDERS: TextClause = text(
    """
    select o.id, cast(o.uuid as text) as uuid, o.number from fondaco.customer_order o
     where o.number = any(cast(:names as text[])) or o.uuid = any(cast(:uuids as uuid[]))
    """
)
# Those of the records and those to which the documents belonged until now: so that two calls wait
# for each other and never in a circle, everybody locks all of them first, in one order.
_LOCK: TextClause = text(
    """
    select id from fondaco.customer_order
     where id = any(cast(:orders as bigint[]))
        or id in (select order_id from fondaco.erp_payment
                   where external_id = any(cast(:documents as text[])))
     order by id for update
    """
)
# A document is taken by one call at a time, also while nothing is known of it.
_TURN: TextClause = text("select pg_advisory_xact_lock(hashtextextended('erp_payment ' || :id, 0))")
_KNOWN: TextClause = text(
    "select version, order_id, kind, amount, reference from fondaco.erp_payment"
    " where external_id = :id"
)
_KEEP: TextClause = text(
    """
    insert into fondaco.erp_payment as e
           (external_id, version, order_id, kind, amount, reference, number, day)
    values (:id, :version, :order, :kind, :amount, :reference, :number, :day)
    on conflict (external_id) do update
       set version = excluded.version, order_id = excluded.order_id, amount = excluded.amount,
           reference = excluded.reference, number = excluded.number, day = excluded.day, at = now()
    """
)


class PaymentRecord(Struct, frozen=True, kw_only=True):
    """A version of a payment document; `version` grows with every correction of it in the ERP.

    `order` is the number or the UUID of the portal's order; a later version may name another, and
    the money goes there. `amount` is in `currency` (ISO 4217),
    at most two decimals, and above 0; 0: the document was deleted or is no longer posted, and its
    money is taken off the order. `number` and `date` are what people know the document by; `date`
    is the day on which the reconciliation act has the money; that of the last version counts.
    """

    external_id: str
    version: Annotated[int, Meta(ge=1, le=2_147_483_647)] = 1
    order: str
    amount: Decimal
    currency: str
    kind: Literal["received", "refunded"] = "received"
    number: str = ""
    date: date


async def take_payments(act: Act, records: Sequence[PaymentRecord]) -> Report:
    """Book what is new. Two statements to find and lock the orders, and a few for each record.

    The same version again changes nothing. Where the bank statements are what counts
    (`payments.bank_authority`), the order's timeline shows the word of the ERP and nothing is
    booked.
    """
    context = cast("ActContext", act)
    known = await _orders(context, records)
    unmatched: list[Unmatched] = []
    orders = sorted({one for found in known.values() for one in found})
    documents = [record.external_id for record in records]
    await context.execute(_LOCK, {"orders": orders, "documents": documents})
    for place in sorted(range(len(records)), key=documents.__getitem__):
        record = records[place]
        try:
            await _one(context, record, known.get(record.order, []))
        except UserError as refused:
            unmatched.append(Unmatched(place, record.external_id, refused.reason))
    unmatched.sort(key=lambda found: found.record)
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def _orders(
    act: ActContext, records: Sequence[PaymentRecord]
) -> Mapping[str, Sequence[OrderId]]:
    names = [record.order for record in records]
    uuids = list(filter(None, map(uuid_of, names)))
    found: dict[str, list[OrderId]] = {}
    for row in await act.fetch(_ORDERS, {"names": names, "uuids": uuids}):
        found.setdefault(row.number, []).append(OrderId(row.id))
        found[row.uuid] = [OrderId(row.id)]
    return found


async def _one(act: ActContext, record: PaymentRecord, orders: Sequence[OrderId]) -> None:
    """Raises `UserError` with why the record does not count."""
    if len(orders) != 1:
        raise UserError(several(record.order) if orders else unknown_order(record.order))
    if not 0 < len(record.external_id.strip()) <= LONGEST_ID:
        raise UserError(_ID)
    if not record.amount.is_finite() or not 0 <= record.amount < MOST:
        raise UserError(_AMOUNT)
    if record.amount != round(record.amount, 2):
        raise UserError(_KOPECKS)
    async with act.connection.begin_nested():
        await _take(act, record, orders[0])


async def _take(act: ActContext, record: PaymentRecord, order_id: OrderId) -> None:
    order = await Orders(act).locked(order_id)
    if record.currency != order.currency:
        raise Conflict(_currency(record, order.number, order.currency))
    await act.execute(_TURN, {"id": record.external_id})
    rows = await act.fetch(_KNOWN, {"id": record.external_id})
    known = rows[0] if rows else None
    reference = known.reference if known else ""
    if known and not _is_news(record, known, order_id):
        pass
    elif act.hall.settings.payments.bank_authority == SOURCE:
        if known and known.reference:
            await _take_off(act, record, known)
        reference = ""
        if record.amount:
            reference = f"{record.external_id}#{record.version}"
            receipt = Receipt(
                record.amount,
                record.currency,
                SOURCE,
                reference,
                kind=record.kind,
                paid_on=record.date,
            )
            await book(act, order_id, receipt)
    else:
        if known and known.order_id != order_id:
            await add_entry(act, known.order_id, "payment.erp_told", _told(_void(record)))
        await add_entry(act, order_id, "payment.erp_told", _told(record))
    kept = {"id": record.external_id, "version": record.version, "order": order_id}
    told = {"kind": record.kind, "amount": record.amount, "reference": reference}
    named = {"number": record.number.strip()[:LONGEST_ID], "day": record.date}
    await act.execute(_KEEP, {**kept, **told, **named})


def _is_news(record: PaymentRecord, known: Any, order_id: OrderId) -> bool:
    """Raises `Conflict` where a document says what it cannot say."""
    if known.kind != record.kind:
        raise Conflict(_OTHER_KIND)
    if record.version < known.version:
        raise Conflict(_older(known.version))
    same = (record.amount, order_id) == (known.amount, known.order_id)
    if record.version == known.version and not same:
        raise Conflict(_SAME_VERSION)
    if not same and record.kind == "refunded":
        raise Conflict(_REFUND_STANDS)
    return not same


def _void(record: PaymentRecord) -> PaymentRecord:
    return replace(record, amount=Decimal(0))


async def _take_off(act: ActContext, record: PaymentRecord, known: Any) -> None:
    struck = Receipt(
        known.amount, record.currency, SOURCE, f"strike:{known.reference}", kind="struck"
    )
    await book(act, OrderId(known.order_id), struck)


def _told(record: PaymentRecord) -> Reason:
    sums = {locale: money(record.amount, record.currency, locale) for locale in ("ru", "en")}
    named = record.number.strip()[:LONGEST_ID] or record.external_id
    if not record.amount:
        ru, en = "документ отменён", "the document is void"
    elif record.kind == "refunded":
        ru, en = f"возвращено {sums['ru']}", f"{sums['en']} went back"
    else:
        ru, en = f"поступило {sums['ru']}", f"{sums['en']} came"
    return Reason(
        "payment.erp_told",
        f"По данным учётной системы: {ru}, документ {named}",
        f"As the ERP tells: {en}, document {named}",
    )


def _currency(record: PaymentRecord, number: str, currency: str) -> Reason:
    return Reason(
        "payment.currency",
        f"Заказ {number} в {currency}, а оплата в {record.currency}",
        f"Order {number} is in {currency}, and the payment in {record.currency}",
    )


def _older(version: int) -> Reason:
    return Reason(
        "erp.payment_older",
        f"Уже получена версия {version} этого документа",
        f"Version {version} of this document has come already",
        {"version": str(version)},
    )


_ID = Reason(
    "erp.payment_id",
    f"Идентификатор документа: от 1 до {LONGEST_ID} знаков",
    f"The id of the document has 1 to {LONGEST_ID} characters",
)
_AMOUNT = Reason(
    "erp.payment_sum", "Сумма от 0 и меньше 10 триллионов", "The amount is 0 or more, below 10^13"
)
_KOPECKS = Reason(
    "erp.payment_amount",
    "В сумме не больше двух знаков после запятой",
    "The amount has at most two decimals",
)
_OTHER_KIND = Reason(
    "erp.payment_other",
    "Этот документ был другого вида: пришлите его версию с суммой 0 и новый документ",
    "This document was of another kind: send a version of it with amount 0, and a new document",
)
_SAME_VERSION = Reason(
    "erp.payment_version",
    "Эта версия документа уже получена с другой суммой или для другого заказа: увеличьте номер"
    " версии",
    "This version of the document has come with another amount or order: raise the version",
)
_REFUND_STANDS = Reason(
    "erp.payment_refund",
    "Сумму и заказ возврата изменить нельзя: пришлите новый документ",
    "The amount and the order of a refund cannot be changed: send a new document",
)
