"""From a cart to an order: one transaction, everything in it or nothing."""

from collections.abc import Sequence
from datetime import timedelta

from fondaco.availability.reserve import Hold, Holder, StockMoved, hold, take
from fondaco.cart import queries as cart_queries
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.reading import CartView, customer_of
from fondaco.cart.service import Carts
from fondaco.checkout.consign import Consignment
from fondaco.checkout.idempotency import claim_key, claim_of, keep_answer
from fondaco.checkout.limits import OverLimit, held_for, settle, weigh_delivery
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.shipping import consignments_of, refuse_out_of_assortment
from fondaco.checkout.write import Decisions, Written, give_number, write_order
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.holds import note_ended
from fondaco.orders.numbers import next_number
from fondaco.orders.release import release
from fondaco.orders.service import Orders
from fondaco_sdk.errors import Conflict, Fault, UserError
from fondaco_sdk.hooks.checkout import order_placing, payment_options
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order, OrderState, PaymentOption
from fondaco_sdk.types.reason import Reason

TRIES = 5
ROUTE = "checkout"


class Changed(Conflict):
    """The cart is no longer what was shown; `view` is what it is now, `why` what a plugin said."""

    def __init__(self, view: CartView, why: Reason | None = None) -> None:
        super().__init__(
            why
            or Reason(
                "checkout.changed",
                "Пока вы оформляли заказ, цены, остатки или даты изменились."
                " Проверьте корзину ещё раз: заказ не оформлен",
                "Prices, stock or dates changed while you were checking out."
                " Look at the cart again: nothing was ordered",
            )
        )
        self.view = view
        self.why = why


class _Overtaken(Exception):
    """A plugin could not take what the order rests on: somebody was quicker."""

    def __init__(self, refusal: Conflict) -> None:
        super().__init__(refusal.reason.en)
        self.refusal = refusal


class Checkout:
    """Places orders for the acting customer."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def options(self, cart: PricedCart) -> Sequence[PaymentOption]:
        """How this customer may pay, and why not otherwise; a failing plugin offers nothing."""
        collected = await self._ask.hall.hooks.collect(payment_options, ask=self._ask, draft=cart)
        return tuple(option for _, option in collected.proposals)

    async def place(self, request: CheckoutRequest, key: str) -> OrderId:
        """Place the order; the same `key` again returns the same order.

        Raises `Changed` where the cart differs from what was shown, `UserError` with the reasons
        where a check or a plugin refuses, `Conflict` while the key is in flight. Nothing is written
        then, and the key may be used again.
        """
        refused: Conflict | None = None
        for _ in range(TRIES):
            try:
                async with self._ask.act() as act:
                    return await _place(act, request, key)
            except StockMoved:
                continue
            except _Overtaken as overtaken:
                # Once more: if all is again as it was shown, the order still stands.
                if refused is not None:
                    break
                refused = overtaken.refusal
            except Changed as changed:
                if refused is None:
                    raise
                raise Changed(changed.view, refused.reason) from refused
        if refused is not None:
            raise refused
        async with self._ask.act() as act:
            raise Changed(await Carts(act).view())


async def _place(act: ActContext, request: CheckoutRequest, key: str) -> OrderId:
    customer = customer_of(act)
    claim = claim_of(customer.company_id, ROUTE, key, request)
    placed = await claim_key(act, claim)
    if placed is not None:
        return placed
    await act.fetch(
        cart_queries.LOCK_CART, {"company": customer.company_id, "user": act.actor.user_id}
    )
    # Prices and goods as they are now, however long the lock was waited for.
    await act.renew()
    carts = Carts(act)
    view = await carts.view()
    _refuse_empty(view)
    if fingerprint(view.cart) != request.shown:
        raise Changed(view)
    _refuse_refused(view)
    await _check_payment(act, view.cart, request.payment)
    consignments = await consignments_of(act, request, view.cart)
    await refuse_out_of_assortment(act, consignments)
    weighed = await weigh_delivery(act, view.cart, consignments[0].target.outlet_id)
    if weighed.beyond and request.within_limits:
        raise OverLimit(weighed.beyond)

    # Number and goods are what everybody waits for, so they come after all that can be written
    # without them; the number first, since those who wait for it are served in turn.
    decisions = Decisions(request.payment, request.comment, request.customer_reference)
    written = await write_order(act, view.cart, consignments, decisions)
    await carts.clear(act)
    await give_number(act, written.order_id, await next_number(act, customer.seller_id, "order"))
    await _hold_goods(act, consignments, written, held_for(act, customer, weighed))
    await settle(act, written.order_id, weighed)
    order = await _read_back(act, written.order_id)
    try:
        await act.hall.hooks.tell(order_placing, act=act, order=order, priced=view.cart)
    except Conflict as refusal:
        raise _Overtaken(refusal) from refusal
    if order.state is not OrderState.AWAITING_APPROVAL:
        await release(act, order)
    if act.on_behalf:
        await act.audit("order.on_behalf", f"order:{order.number}", None, order.total)
    await keep_answer(act, claim, order.id)
    return order.id


async def _hold_goods(
    act: ActContext,
    consignments: Sequence[Consignment],
    written: Written,
    lasts: timedelta | None,
) -> None:
    """Take what the lines are promised, all of it or nothing. Raises `StockMoved`."""
    lines = [line for consignment in consignments for line in consignment.lines]
    parts = [(at, part) for at, line in enumerate(lines) for part in line.supply.parts]
    ended = await take(
        act,
        [part.stock_id for _, part in parts],
        [part.quantity for _, part in parts],
        instead=Holder(act.actor.user_id, customer_of(act).company_id),
    )
    await note_ended(act, ended)
    await hold(
        act,
        [Hold(part.stock_id, written.line_ids[at], part.quantity) for at, part in parts],
        lasts,
    )


def _refuse_empty(view: CartView) -> None:
    if not view.cart.lines:
        raise UserError(
            Reason("checkout.empty", "В корзине нет товаров", "There is nothing in the cart")
        )


def _refuse_refused(view: CartView) -> None:
    if not view.refused:
        return
    names = {line.line: line.product.sku for line in view.cart.lines}
    fields = {
        names.get(v.line, "cart") if v.line is not None else "cart": v.reason
        for v in view.verdicts
        if v.severity == "refusal"
    }
    raise UserError(
        Reason(
            "checkout.refused",
            "Заказ нельзя оформить, пока не исправлены строки",
            "The order cannot be placed until these lines are mended",
        ),
        fields,
    )


async def _check_payment(act: ActContext, cart: PricedCart, code: str) -> None:
    for option in await Checkout(act).options(cart):
        if option.code == code:
            if option.refusal is not None:
                raise UserError(option.refusal, {"payment": option.refusal})
            return
    unknown = Reason(
        "checkout.payment", "Выберите способ оплаты из списка", "Choose one of the ways to pay"
    )
    raise UserError(unknown, {"payment": unknown})


async def _read_back(act: ActContext, order_id: OrderId) -> Order:
    found = await Orders(act).orders([order_id], act.scope)
    if order_id not in found:
        raise Fault(f"order {order_id} was written and is not visible in its own scope")
    return found[order_id]
