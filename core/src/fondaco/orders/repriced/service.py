"""The buyer's answer to prices that the ERP named late.

Accepting amends the order as every amendment does: its parts to pay, limits, holds of credit,
papers, the ERP. Refusing takes these lines off, or cancels an order that has no others; where
others work on it already, its managers are asked to settle it.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.amending.service import AMENDABLE
from fondaco.orders.approval_letters import tell_managers
from fondaco.orders.approvers import approvers_of, managers_of
from fondaco.orders.checked import (
    CheckState,
    OrderCheck,
    PriceAnswer,
    answer_check,
    check_of,
)
from fondaco.orders.release import buyer_of
from fondaco.orders.repriced.rule import Repriced, growth, repriced
from fondaco.orders.requests.amending import amend_lines
from fondaco.orders.requests.growth import weigh_beside
from fondaco.orders.requests.reading import lines_of
from fondaco.orders.requests.rule import CHANGEABLE, Line
from fondaco.orders.requests.service import MOVED
from fondaco.orders.service import Orders, add_entry
from fondaco.orders.states import CUSTOMER_MAY_CANCEL
from fondaco_sdk.errors import Conflict
from fondaco_sdk.hooks.checkout import payments_changing
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

SOURCE = "late_price"
_OUTLETS: TextClause = text(
    "select uuid::text, outlet_id from fondaco.shipment where order_id = :order"
)


class PriceOffer(Struct, frozen=True):
    """What the buyer answers to: the lines whose price differs, and the order at the new prices."""

    lines: Sequence[Repriced]
    total: Decimal
    total_after: Decimal
    priced: bool
    """Whether there is a new price at all; where the ERP has none there is nothing to accept."""
    whole: bool
    """Whether the order has no other lines, so that refusing cancels it."""
    in_work: bool
    """Whether others work on it already: what is refused then is settled by a manager."""


async def offer_of(ask: AskContext, order: Order, check: OrderCheck | None) -> PriceOffer | None:
    """What an order in sight offers its buyer; None where nothing is to be answered.

    One statement, none where the prices do not differ.
    """
    if check is None or not check.open_question or order.state not in AMENDABLE:
        return None
    lines = await lines_of(ask, order.id)
    return _offer(order, check, lines)


async def accept(act: ActContext, order_id: OrderId, seen: Decimal) -> bool:
    """The order gets the new prices. False where they were accepted before.

    `seen` is the order's total at them, as it was shown. Raises `NotFound`; `Conflict` where it is
    another by now, the answer was another one, the order is too far, or a limit does not bear it.
    """
    order, check = await _question(act, order_id, PriceAnswer.ACCEPTED)
    if check is None:
        return False
    lines = await lines_of(act, order_id)
    offer = _offer(order, check, lines)
    if offer is None or not offer.priced or offer.total_after != seen:
        raise Conflict(MOVED)
    await _weigh(act, order, offer)
    await answer_check(act, order_id, PriceAnswer.ACCEPTED)
    become = {one.line.id: one.amended for one in offer.lines}
    why = _reason("accepted", act.actor.name)
    await amend_lines(act, order, lines, become, source=SOURCE, reason=why)
    await _settle_payments(act, order)
    await _note(act, order, why, PriceAnswer.ACCEPTED)
    without = [one for one in offer.lines if one.unit_price is None]
    if without:
        await _tell_managers(act, order, without, why)
    return True


async def refuse(act: ActContext, order_id: OrderId) -> bool:
    """The buyer does not want these goods at the new prices. False where that was said before.

    Raises `NotFound`; `Conflict` where the answer was another one, or the order is too far.
    """
    order, check = await _question(act, order_id, PriceAnswer.REFUSED)
    if check is None:
        return False
    lines = await lines_of(act, order_id)
    offer = _offer(order, check, lines)
    if offer is None:
        raise Conflict(MOVED)
    await answer_check(act, order_id, PriceAnswer.REFUSED)
    why = _reason("refused", act.actor.name)
    await _note(act, order, why, PriceAnswer.REFUSED)
    await _tell_managers(act, order, offer.lines, why)
    if offer.in_work:
        return True
    if offer.whole:
        await Orders(act).cancel(order_id, why)
        return True
    become = {one.line.id: one.taken_off for one in offer.lines}
    await amend_lines(act, order, lines, become, source=SOURCE, reason=why)
    await _settle_payments(act, order)
    return True


def _offer(order: Order, check: OrderCheck, lines: Sequence[Line]) -> PriceOffer | None:
    found = repriced(lines, check.found, order.currency)
    if not found:
        return None
    differing = {one.line.id for one in found}
    whole = not any(line.quantity for line in lines if line.id not in differing)
    return PriceOffer(
        found,
        order.total,
        order.total + growth(found),
        any(one.unit_price is not None for one in found),
        whole,
        order.state not in (CUSTOMER_MAY_CANCEL if whole else CHANGEABLE),
    )


async def _question(
    act: ActContext, order_id: OrderId, answer: PriceAnswer
) -> tuple[Order, OrderCheck | None]:
    """The order, locked, and what is to be answered; None where it was answered so before."""
    order = await Orders(act).locked(order_id)
    check = await check_of(act, order_id)
    if check is None or check.state is not CheckState.DIFFERS:
        raise Conflict(_NOTHING)
    if check.answer is answer:
        return order, None
    if check.answer is not None:
        raise Conflict(_ANSWERED)
    if order.state not in AMENDABLE:
        raise Conflict(_LATE)
    return order, check


async def _weigh(act: ActContext, order: Order, offer: PriceOffer) -> None:
    """What is beyond a monthly limit needs somebody who may approve it."""
    outlets = {row[0]: row[1] for row in await act.fetch(_OUTLETS, {"order": order.id})}
    more: dict[int | None, Decimal] = defaultdict(Decimal)
    for one in offer.lines:
        more[outlets[one.line.shipment]] += one.more
    weighed = await weigh_beside(act, order, more)
    if not weighed.beyond:
        return
    people = await approvers_of(act, order.id)
    if not any(one.id == act.actor.user_id for one in people):
        raise Conflict(_beyond(weighed.beyond))


async def _settle_payments(act: ActContext, order: Order) -> None:
    now = (await Orders(act).orders([order.id], act.scope))[order.id]
    await act.hall.hooks.tell(payments_changing, act=act, order=now)


async def _note(act: ActContext, order: Order, why: Reason, answer: PriceAnswer) -> None:
    await add_entry(act, order.id, f"checked.{answer}", why)
    after = {"answer": answer.value}
    await act.audit("order.price_answer", f"order:{order.number}", None, after, order.company_id)


async def _tell_managers(
    act: ActContext, order: Order, lines: Sequence[Repriced], why: Reason
) -> None:
    company = (await buyer_of(act, order.id)).customer.company_name
    people = await managers_of(act, order.company_id)
    articles = ", ".join(one.line.sku or one.line.name for one in lines)
    said = Reason(why.code, f"{why.ru}: {articles}", f"{why.en}: {articles}")
    await tell_managers(act, people, order, company, act.actor.name, said, kind="price_answered")


def _reason(outcome: str, who: str) -> Reason:
    ru, en = _SAID[outcome]
    return Reason(f"price.{outcome}", f"{ru} ({who})", f"{en} ({who})")


def _beyond(reasons: Sequence[Reason]) -> Reason:
    ru = "; ".join(one.ru for one in reasons)
    en = "; ".join(one.en for one in reasons)
    return Reason(
        "price.beyond",
        f"Новые цены примет тот, кто согласует заказы: {ru}",
        f"Somebody who approves orders has to accept these prices: {en}",
    )


_SAID = {
    "accepted": ("Покупатель принял цены 1С", "The buyer accepted the prices of the ERP"),
    "refused": (
        "Покупатель отказался от товара по ценам 1С",
        "The buyer refused the goods at the prices of the ERP",
    ),
}
_NOTHING = Reason(
    "price.nothing",
    "По ценам этого заказа отвечать нечего",
    "Nothing is to be answered about the prices of this order",
)
_ANSWERED = Reason(
    "price.answered",
    "На новые цены этого заказа уже ответили",
    "The new prices of this order were answered already",
)
_LATE = Reason(
    "price.late",
    "В этом состоянии цены заказа на портале уже не изменить, обратитесь к менеджеру",
    "In this state the prices are not changed on the portal any more, please call your manager",
)
