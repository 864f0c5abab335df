"""Money that comes for an order, or goes back, and what follows from it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.holds import OPEN, keep
from fondaco.orders.payments import queries
from fondaco.orders.payments.assembly import TO_ASSEMBLY, goes_to_assembly
from fondaco.orders.payments.deal import PaymentPart, deal_again
from fondaco.orders.payments.reading import payment_of
from fondaco.orders.service import Orders, add_entry
from fondaco.web.format import money
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.events import PaymentReceivedV1, PaymentRefundedV1
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.order import Order, OrderPayment, OrderState
from fondaco_sdk.types.reason import Reason


class Receipt(Struct, frozen=True):
    """Money for an order, as `source` tells it under a `reference` of its own.

    `amount` is positive, in `currency`. `payment` is the part it is for; None: whichever parts are
    open, those first that are paid before the goods leave. "struck": it was counted by mistake and
    is taken off again, of each part in `parts` what it got; its `reference` is that of the mistake
    behind "strike:". `paid_on` is the day it was paid on; None: today in the site's zone.
    """

    amount: Decimal
    currency: str
    source: str
    reference: str
    payment: UUID | None = None
    kind: Literal["received", "refunded", "struck"] = "received"
    parts: Mapping[UUID, Decimal] | None = None
    paid_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse what is no money."""
        if not self.amount.is_finite() or self.amount <= 0:
            raise ValueError(f"a receipt of {self.amount}: the amount is positive")


async def write_parts(
    act: ActContext, order_id: int, currency: str, parts: Sequence[PaymentPart]
) -> None:
    """How a new order is to be paid. One statement."""
    await act.execute(
        queries.INSERT_PARTS,
        {
            "order": order_id,
            "currency": currency,
            "uuids": [uuid7() for _ in parts],
            "ways": [part.option.code for part in parts],
            "providers": [part.option.provider for part in parts],
            "ru": [part.option.title.ru for part in parts],
            "en": [part.option.title.en for part in parts],
            "before": [part.option.before for part in parts],
            "amounts": [part.amount for part in parts],
        },
    )


async def follow_total(act: ActContext, order: Order, total: Decimal) -> bool:
    """The parts come to the order's new total. The order is locked by the caller.

    Whether by this everything is there that has to be before the goods leave; an order of which
    nothing is left has no goods.
    """
    parts = await _parts_of(act, order.id)
    amounts = deal_again([part.amount for _, part in parts], total)
    asked = {"payments": [key for key, _ in parts], "amounts": list(amounts)}
    await act.execute(queries.SET_AMOUNTS, asked)
    dealt = zip(parts, amounts, strict=True)
    before = replace(order, payments=tuple(part for _, part in parts))
    after = replace(order, payments=tuple(replace(part, amount=now) for (_, part), now in dealt))
    return total > 0 and after.prepaid and not before.prepaid


async def book(act: ActContext, order_id: OrderId, receipt: Receipt) -> bool:
    """Count money for an order, once; False where its source has told of it before.

    Once everything is there that has to be before the goods leave, these are held until then, and
    an order that waited for its payment goes on. Money that comes for a cancelled order, or for
    goods that are gone by now, is counted too, and the timeline says so. Raises `NotFound`, also
    for a part that the order does not have, and `Conflict` for another currency, or where more
    would go back than has come.
    """
    order = await Orders(act).locked(order_id)
    if receipt.currency != order.currency:
        raise _other_currency(order, receipt)
    told = {"order": order_id, "source": receipt.source, "reference": receipt.reference}
    if await act.fetch(queries.TOLD, told):
        return False
    parts = await _parts_of(act, order_id)
    shares = _spread(parts, receipt, order)
    await act.execute(
        queries.ADD_ENTRIES,
        {
            "kind": receipt.kind,
            "source": receipt.source,
            "reference": receipt.reference,
            "paid_on": receipt.paid_on or act.now.astimezone(act.zone).date(),
            "user": act.actor.user_id,
            "payments": list(shares),
            "amounts": list(shares.values()),
        },
    )
    before = replace(order, payments=tuple(part for _, part in parts))
    after = replace(order, payments=tuple(part for _, part in await _parts_of(act, order_id)))
    way = next(part for key, part in parts if key in shares)
    if receipt.kind != "received":
        await _refunded(act, after, receipt, way)
    else:
        await _received(act, before, after, receipt, way)
    return True


async def _received(
    act: ActContext, before: Order, after: Order, receipt: Receipt, way: OrderPayment
) -> None:
    await add_entry(act, after.id, "payment.received", _came(receipt, way))
    if after.state is OrderState.CANCELLED:
        await add_entry(act, after.id, "payment.cancelled_order", _CANCELLED)
    elif after.prepaid and not before.prepaid:
        await go_on(act, after)
    await act.emit(
        PaymentReceivedV1(
            **_facts(act, after),
            way=way.way,
            source=receipt.source,
            reference=receipt.reference,
            amount=round_money(receipt.amount, receipt.currency),
            received=after.received,
            currency=after.currency,
            prepaid=after.prepaid,
            paid=after.paid,
        )
    )


async def go_on(act: ActContext, order: Order) -> None:
    """What had to be paid beforehand is there: the goods stay until they leave, and an order that
    waited for its payment is confirmed. The order is locked by the caller."""
    if order.state in OPEN:
        try:
            async with act.connection.begin_nested():
                await keep(act, order.id)
        except Conflict:
            await add_entry(act, order.id, "payment.goods_gone", _GOODS_GONE)
            return
    picked = await goes_to_assembly(act, order)
    if order.state is OrderState.AWAITING_PAYMENT and not picked:
        await Orders(act).report_state(order.id, OrderState.CONFIRMED, _PAID)
    if picked:
        await _pick(act, order)


async def pick_if_paid(act: ActContext, order_id: OrderId) -> None:
    """What stood against picking an order is settled: one that is paid is picked now, if nothing
    else does. The order is locked by the caller; one that is paid afterwards has its own time."""
    order = (await Orders(act).orders([order_id], act.scope))[order_id]
    if order.paid and await goes_to_assembly(act, order):
        await _pick(act, order)


async def _pick(act: ActContext, order: Order) -> None:
    if order.state is not OrderState.CONFIRMED:
        await Orders(act).report_state(order.id, OrderState.CONFIRMED, _PAID)
    await Orders(act).report_state(order.id, OrderState.PICKING, TO_ASSEMBLY)


async def _refunded(act: ActContext, after: Order, receipt: Receipt, way: OrderPayment) -> None:
    await add_entry(act, after.id, f"payment.{receipt.kind}", _went_back(receipt, way))
    await act.emit(
        PaymentRefundedV1(
            **_facts(act, after),
            way=way.way,
            source=receipt.source,
            reference=receipt.reference,
            amount=round_money(receipt.amount, receipt.currency),
            received=after.received,
            currency=after.currency,
            struck=receipt.kind == "struck",
        )
    )


def _facts(act: ActContext, order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "order_uuid": order.uuid,
        "number": order.number,
        "company_id": order.company_id,
        "legal_entity_id": order.legal_entity_id,
        "at": act.now,
    }


async def _parts_of(ask: AskContext, order_id: OrderId) -> Sequence[tuple[int, OrderPayment]]:
    rows = await ask.fetch(queries.OF_ORDERS, {"ids": [order_id]})
    return [(row.id, payment_of(row)) for row in rows]


def _spread(
    parts: Sequence[tuple[int, OrderPayment]], receipt: Receipt, order: Order
) -> Mapping[int, Decimal]:
    """Signed amounts by part. What is too much for all of them is the last one's."""
    meant = [one for one in parts if receipt.payment in (None, one[1].uuid)]
    # What has to be there before the goods leave is waited for first.
    meant.sort(key=lambda one: not one[1].before)
    if not meant:
        raise _no_payment()
    left = receipt.amount
    shares: dict[int, Decimal] = {}
    if receipt.kind != "received":
        for key, part in reversed(meant):
            most = receipt.parts.get(part.uuid, Decimal(0)) if receipt.parts else left
            if back := min(left, most, part.received):
                shares[key] = -back
                left -= back
        if left:
            raise _too_much_back(order, receipt)
        return shares
    for key, part in meant:
        if comes := min(left, part.open):
            shares[key] = comes
            left -= comes
    if left:
        last = meant[-1][0]
        shares[last] = shares.get(last, Decimal(0)) + left
    return shares


def _came(receipt: Receipt, way: OrderPayment) -> Reason:
    sums = {locale: money(receipt.amount, receipt.currency, locale) for locale in ("ru", "en")}
    return Reason(
        "payment.received",
        f"Получена оплата {sums['ru']}: {way.title.ru}",
        f"Payment of {sums['en']} received: {way.title.en}",
    )


def _went_back(receipt: Receipt, way: OrderPayment) -> Reason:
    sums = {locale: money(receipt.amount, receipt.currency, locale) for locale in ("ru", "en")}
    if receipt.kind == "struck":
        return Reason(
            "payment.struck",
            f"Запись об оплате {sums['ru']} отменена как ошибочная: {way.title.ru}",
            f"The record of a payment of {sums['en']} was a mistake and is struck: {way.title.en}",
        )
    return Reason(
        "payment.refunded",
        f"Возвращено {sums['ru']}: {way.title.ru}",
        f"{sums['en']} returned: {way.title.en}",
    )


def _other_currency(order: Order, receipt: Receipt) -> Conflict:
    return Conflict(
        Reason(
            "payment.currency",
            f"Заказ {order.number} в {order.currency}, а оплата в {receipt.currency}",
            f"Order {order.number} is in {order.currency}, and the payment in {receipt.currency}",
        )
    )


def _too_much_back(order: Order, receipt: Receipt) -> Conflict:
    return Conflict(
        Reason(
            "payment.too_much_back",
            f"За заказ {order.number} получено меньше, чем"
            f" {money(receipt.amount, receipt.currency, 'ru')}",
            f"Less than {money(receipt.amount, receipt.currency, 'en')} has come"
            f" for order {order.number}",
        )
    )


def _no_payment() -> NotFound:
    return NotFound(
        Reason("payment.absent", "У заказа нет такой оплаты", "The order has no such payment")
    )


_PAID = Reason("payment.paid", "Оплата получена", "The payment has come")
_CANCELLED = Reason(
    "payment.cancelled_order",
    "Заказ отменён раньше, чем пришла оплата: деньги нужно вернуть",
    "The order was cancelled before the payment came: the money has to go back",
)
_GOODS_GONE = Reason(
    "payment.goods_gone",
    "Заказ оплачен, когда резерв уже закончился и товар заняли: с вами свяжется менеджер",
    "It was paid for after its hold had ended and the goods were taken: your manager will call",
)
