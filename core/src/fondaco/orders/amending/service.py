"""The command that changes the lines of a placed order, with all that follows from it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, func, insert, text

from fondaco.customers.spending import count_spending
from fondaco.hooks.context import ActContext
from fondaco.orders.amending.rule import Line, Plan, changes, plan
from fondaco.orders.amending.stored import (
    Part,
    add_lines,
    lines_of,
    lock_stock,
    new_holds_end,
    part_of,
    write,
)
from fondaco.orders.amending.telling import history_of
from fondaco.orders.approval_letters import tell_buyer
from fondaco.orders.checked import PriceAnswer, answer_check, settle_check
from fondaco.orders.payments.service import follow_total, go_on
from fondaco.orders.release import buyer_of
from fondaco.orders.service import Orders, add_entry, no_order
from fondaco.orders.tables import order_line_change
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.events import LineAmended, OrderAmendedV1
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.order import AmendedLine, Order, OrderState
from fondaco_sdk.types.price import PriceStep, Stage
from fondaco_sdk.types.reason import Reason

AMENDABLE = frozenset(
    (OrderState.PLACED, OrderState.CONFIRMED, OrderState.AWAITING_PAYMENT, OrderState.PICKING)
)
_ZERO = Decimal(0)

_SPENT: TextClause = text(
    "select outlet_id, sum(amount) from fondaco.spending_entry where order_id = :order group by 1"
)


class _Amended(Struct, frozen=True):
    """What became of a shipment; `total` and `vat_total` are the order's by then."""

    part: Part
    both: Sequence[tuple[Line, Plan]]
    total: Decimal
    vat_total: Decimal


async def amend(
    act: ActContext,
    order_id: OrderId,
    shipment: UUID,
    wanted: Sequence[AmendedLine],
    *,
    source: str,
    reason: Reason,
) -> bool:
    """See `fondaco_sdk.OrderCommands.amend`."""
    return await amend_together(act, order_id, {shipment: wanted}, source=source, reason=reason)


async def amend_together(
    act: ActContext,
    order_id: OrderId,
    wanted: Mapping[UUID, Sequence[AmendedLine]],
    *,
    source: str,
    reason: Reason,
) -> bool:
    """The same for several shipments of an order, which is one change of its total.

    Its parts to pay follow that once, and its buyer and the world are told once. An order for which
    all has come by it that has to come beforehand goes on as after a payment.
    """
    order = await Orders(act).locked(order_id)
    amended: list[_Amended] = []
    for shipment, lines in wanted.items():
        if one := await _amend_shipment(act, order, shipment, lines, source, reason):
            amended.append(one)
    if not amended:
        return False
    last = amended[-1]
    after = msgspec.structs.replace(order, total=last.total, vat_total=last.vat_total)
    became_prepaid = await follow_total(act, order, after.total)
    both = [line for one in amended for line in one.both]
    await _remember(act, both, source)
    await _count(act, order, amended)
    await _tell(act, order, after, both, source=source, reason=reason)
    if became_prepaid:
        await go_on(act, after)
    return True


async def _amend_shipment(
    act: ActContext,
    order: Order,
    shipment: UUID,
    wanted: Sequence[AmendedLine],
    source: str,
    reason: Reason,
) -> _Amended | None:
    """Its lines, holds and the order's sums are written; None where it is so already."""
    part = await part_of(act, order.id, shipment)
    if part is None:
        raise no_order()
    if order.state not in AMENDABLE:
        raise Conflict(_not_now(order))
    wanted = [_rounded(one, order.currency) for one in wanted]
    found = changes(await lines_of(act, part), wanted)
    if not found:
        return None
    found, free = await lock_stock(act, part, found)
    plans = plan(found, free, await new_holds_end(act, order.id))
    new = await add_lines(act, order.id, part, plans)
    both = [(one.change.line or new[n], one) for n, one in enumerate(plans)]
    total, vat_total = await write(
        act, order.id, both, currency=order.currency, steps=_steps(both, source, reason)
    )
    return _Amended(part, both, total, vat_total)


def _rounded(one: AmendedLine, currency: str) -> AmendedLine:
    if one.quantity < 0 or one.unit_price < 0 or one.total < 0:
        raise UserError(_NEGATIVE)
    return AmendedLine(
        one.product_id,
        one.quantity.quantize(Decimal("0.001")),
        one.unit_price.quantize(Decimal("0.0001")),
        round_money(one.total, currency),
    )


def _steps(both: Sequence[tuple[Line, Plan]], source: str, reason: Reason) -> list[str]:
    """Why a line costs what it costs now, beside what decided it when it was ordered."""
    found: list[str] = []
    for line, one in both:
        to = one.change.to
        steps: list[PriceStep] = []
        if to is not None and to.quantity and (one.change.line is None or _dearer(line, to)):
            was = None if one.change.line is None else line.unit_price
            steps = [PriceStep(Stage.MANUAL, source, reason, was, to.unit_price, True)]
        found.append(msgspec.json.encode(steps).decode())
    return found


def _dearer(line: Line, to: AmendedLine) -> bool:
    return to.unit_price != line.unit_price


def _facts(both: Sequence[tuple[Line, Plan]]) -> Sequence[tuple[Line, LineAmended, Decimal]]:
    """Each line with what it was and is, and its price now."""
    found = []
    for line, one in both:
        to = one.change.to if one.change.quantity else None
        known = one.change.line is not None
        amended = LineAmended(
            line.id,
            line.product_id,
            line.quantity if known else _ZERO,
            to.quantity if to else _ZERO,
            line.total if known else _ZERO,
            to.total if to else _ZERO,
        )
        found.append((line, amended, to.unit_price if to else line.unit_price))
    return found


async def _remember(act: ActContext, both: Sequence[tuple[Line, Plan]], source: str) -> None:
    """What the lines were, for the page of the order. One statement."""
    # The moment is compared with that at which a hold ended, which is decided under the same locks.
    await act.execute(
        insert(order_line_change).values(at=func.clock_timestamp()),
        [
            {
                "order_line_id": line.id,
                "source": source,
                "quantity_before": fact.quantity_before,
                "quantity_after": fact.quantity_after,
                "price_before": line.unit_price,
                "price_after": price,
                "total_before": fact.total_before,
                "total_after": fact.total_after,
            }
            for line, fact, price in _facts(both)
        ],
    )


async def _count(act: ActContext, order: Order, amended: Sequence[_Amended]) -> None:
    """The month's spending follows, at the rate at which the order was counted."""
    spent = {row[0]: row[1] for row in await act.fetch(_SPENT, {"order": order.id})}
    if not spent or not order.total:
        return
    rate = sum(spent.values(), _ZERO) / order.total
    before = order.total
    for one in amended:
        more = round_money((one.total - before) * rate, act.currency)
        outlet, before = one.part.outlet_id, one.total
        spent[outlet] = max(spent.get(outlet, _ZERO) + more, _ZERO)
    await count_spending(act, order.id, "corrected", spent)


async def _tell(
    act: ActContext,
    order: Order,
    after: Order,
    both: Sequence[tuple[Line, Plan]],
    *,
    source: str,
    reason: Reason,
) -> None:
    known = [
        (msgspec.structs.replace(line, quantity=_ZERO) if one.change.line is None else line, one)
        for line, one in both
    ]
    said = history_of(known, order.total, after.total, order.currency, reason)
    await add_entry(act, order.id, "amended", said)
    await settle_check(act, order.id)
    if any(one.change.to is not None and _dearer(line, one.change.to) for line, one in known):
        await answer_check(act, order.id, PriceAnswer.AMENDED)
    buyer = await buyer_of(act, order.id)
    locale = buyer.locale or act.hall.settings.site.locale
    await tell_buyer(act, "amended", buyer, after, said.text(locale))
    await act.audit(
        "order.amend",
        f"order:{order.number}",
        {"total": str(order.total)},
        {"total": str(after.total), "source": source, "lines": len(both)},
        order.company_id,
    )
    await act.emit(
        OrderAmendedV1(
            order_id=order.id,
            order_uuid=order.uuid,
            number=order.number,
            company_id=order.company_id,
            legal_entity_id=order.legal_entity_id,
            at=act.now,
            source=source,
            currency=order.currency,
            total_before=order.total,
            total_after=after.total,
            lines=tuple(fact for _, fact, _ in _facts(both)),
        )
    )


def _not_now(order: Order) -> Reason:
    return Reason(
        "order.amend_late",
        f"Состав заказа {order.number} в его состоянии уже не меняют",
        f"In its state the lines of order {order.number} are not changed any more",
        {"state": order.state},
    )


_NEGATIVE = Reason(
    "order.amend_negative",
    "Количество, цена и сумма строки не бывают меньше нуля",
    "Quantity, price and sum of a line are never below zero",
)
