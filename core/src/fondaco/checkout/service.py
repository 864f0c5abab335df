"""From a cart to an order: one transaction, everything in it or nothing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from fondaco.availability.reserve import Hold, Holder, StockMoved, hold, take
from fondaco.cart import queries as cart_queries
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.reading import CartView, customer_of
from fondaco.cart.service import Carts
from fondaco.checkout.asked.check import check_live
from fondaco.checkout.deliveries import OfferGone, settled
from fondaco.checkout.idempotency import claim_key, claim_of, keep_answer
from fondaco.checkout.limits import OverLimit, ask_approvers, held_for, settle, weigh_delivery
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.shipping import consignments_of, refuse_out_of_assortment
from fondaco.checkout.write import Decisions, Written, give_numbers, write_order
from fondaco.delivery.consign import Consignment, TargetGone
from fondaco.delivery.offers import Brought
from fondaco.documents.service import issue_invoice
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.checked import Checked, note_check
from fondaco.orders.holds import note_ended
from fondaco.orders.numbers import next_numbers
from fondaco.orders.payments.deal import PaymentChoice, PaymentPart, deal, options_by_code
from fondaco.orders.release import announce
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
    """Cart or delivery are no longer what was shown; `view` is the cart now, `why` what a plugin
    said."""

    def __init__(self, view: CartView, why: Reason | None = None) -> None:
        super().__init__(
            why
            or Reason(
                "checkout.changed",
                "Пока вы оформляли заказ, цены, остатки, даты или доставка изменились."
                " Проверьте корзину ещё раз: заказ не оформлен",
                "Prices, stock, dates or delivery changed while you were checking out."
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
        ours = self._ask.hall.registry.builtin
        found = sorted(collected.proposals, key=lambda one: one[0] not in ours)
        return options_by_code(option for _, option in found)

    async def place(self, request: CheckoutRequest, key: str) -> Order:
        """Place the order and return it; the same `key` again returns the same order.

        Raises `Changed` where the cart differs from what was shown, `UserError` with the reasons
        where a check or a plugin refuses, `Conflict` while the key is in flight. Nothing is written
        then, and the key may be used again.
        """
        checked = await check_live(self._ask, request.shown)
        refused: Conflict | None = None
        for _ in range(TRIES):
            try:
                async with self._ask.act() as act:
                    return await _place(act, request, key, checked)
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


async def _place(
    act: ActContext, request: CheckoutRequest, key: str, checked: Checked | None
) -> Order:
    customer = customer_of(act)
    claim = claim_of(customer.company_id, ROUTE, key, request)
    placed = await claim_key(act, claim)
    if placed is not None:
        return await _read_back(act, placed)
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
    try:
        consignments = await consignments_of(act, request, view.cart)
    except TargetGone as gone:
        raise Changed(await carts.view()) from gone
    await refuse_out_of_assortment(act, consignments)
    try:
        brought = await settled(act, consignments, request.deliveries)
    except OfferGone as gone:
        raise Changed(view) from gone
    delivery = _by_outlet(consignments, brought)
    cart = _with_delivery(view.cart, brought)
    parts = await _dealt(act, cart, request)
    weighed = await weigh_delivery(act, cart, consignments[0].target.outlet_id, delivery)
    if weighed.beyond and request.within_limits:
        raise OverLimit(weighed.beyond)

    # Goods are what some wait for and the number is what everybody waits for, so they come after
    # all that can be written and read without them: the goods, and the number last of all.
    decisions = Decisions(parts, request.comment, request.customer_reference, brought)
    written = await write_order(act, cart, consignments, decisions)
    await note_check(act, written.order_id, checked)
    await carts.clear(act)
    await settle(act, written.order_id, weighed)
    order = await _read_back(act, written.order_id)
    goes_out = order.state is not OrderState.AWAITING_APPROVAL
    if goes_out:
        await issue_invoice(act, order.id, numbered=False)
    await keep_answer(act, claim, order.id)
    prepaid = any(part.option.before for part in parts)
    await _hold_goods(act, consignments, written, held_for(act, weighed, prepaid=prepaid))
    try:
        await act.hall.hooks.tell(order_placing, act=act, order=order, priced=cart)
    except Conflict as refusal:
        raise _Overtaken(refusal) from refusal
    order = await _numbered(act, order, invoiced=goes_out)
    if goes_out:
        await announce(act, order)
    else:
        await ask_approvers(act, order, weighed)
    if act.on_behalf:
        await act.audit("order.on_behalf", f"order:{order.number}", None, order.total)
    return order


async def _numbered(act: ActContext, order: Order, *, invoiced: bool) -> Order:
    """The order under its number, which its invoice gets with it."""
    kinds = ["order", "invoice"] if invoiced else ["order"]
    numbers = await next_numbers(act, customer_of(act).seller_id, kinds)
    await give_numbers(act, order.id, numbers["order"], numbers.get("invoice", ""))
    return replace(order, number=numbers["order"])


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


def _with_delivery(cart: PricedCart, brought: Sequence[Brought | None]) -> PricedCart:
    known = [one for one in brought if one is not None]
    return replace(
        cart,
        delivery=sum((one.offer.price for one in known), Decimal(0)),
        delivery_vat=sum((one.vat_amount for one in known), Decimal(0)),
    )


def _by_outlet(
    consignments: Sequence[Consignment], brought: Sequence[Brought | None]
) -> Mapping[int | None, Decimal]:
    found: dict[int | None, Decimal] = {}
    for consignment, one in zip(consignments, brought, strict=True):
        if one is not None:
            outlet = consignment.target.outlet_id
            found[outlet] = found.get(outlet, Decimal(0)) + one.offer.price
    return found


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


async def _dealt(
    act: ActContext, cart: PricedCart, request: CheckoutRequest
) -> Sequence[PaymentPart]:
    """Which way pays how much. Raises `UserError` where the choice does not fit the cart."""
    options = await Checkout(act).options(cart)
    choice = PaymentChoice(request.payment, request.payment_amount, request.rest)
    return deal(cart.total, cart.quote.currency, options, choice)


async def _read_back(act: ActContext, order_id: OrderId) -> Order:
    found = await Orders(act).orders([order_id], act.scope)
    if order_id not in found:
        raise Fault(f"order {order_id} was placed and is not visible in its own scope")
    return found[order_id]
