"""Goods held while somebody fills in the checkout: for some minutes, seen as a countdown."""

from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from fondaco.availability.reserve import Hold, Holder, StockMoved, held_by, hold, take
from fondaco.cart import queries as cart_queries
from fondaco.cart.reading import customer_of
from fondaco.cart.service import Carts
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.holds import note_ended
from fondaco_sdk.types.ids import StockId

TRIES = 5


class CartHold(Struct, frozen=True):
    """`seconds` are left by the database clock; 0: nothing is held. `short`: others were first."""

    seconds: float
    short: bool = False


async def hold_cart(ask: AskContext) -> CartHold:
    """Hold what the cart would take. While the same goods are held already, nothing is prolonged.

    All of it or nothing: a cart that cannot be supplied whole is not held, and the page says so.
    """
    minutes = ask.hall.settings.orders.checkout_hold_minutes
    if not minutes:
        return CartHold(0)
    for _ in range(TRIES):
        try:
            async with ask.act() as act:
                return await _hold(act, timedelta(minutes=minutes))
        except StockMoved:
            continue
    return CartHold(0, short=True)


async def _hold(act: ActContext, lasts: timedelta) -> CartHold:
    company = customer_of(act).company_id
    # Two tabs of one person hold one cart, not two.
    await act.fetch(cart_queries.LOCK_CART, {"company": company, "user": act.actor.user_id})
    await act.renew()
    view = await Carts(act).view()
    if view.refused or not view.cart.lines:
        return CartHold(0, short=view.refused)
    parts = [part for line in view.cart.lines for part in line.supply.parts]
    holder = Holder(act.actor.user_id, company)
    held, seconds = await held_by(act, holder)
    wanted: dict[StockId, Decimal] = {}
    for part in parts:
        wanted[part.stock_id] = wanted.get(part.stock_id, Decimal(0)) + part.quantity
    if held == wanted:
        return CartHold(seconds)
    ended = await take(
        act, [p.stock_id for p in parts], [p.quantity for p in parts], instead=holder
    )
    await note_ended(act, ended)
    await hold(act, [Hold(p.stock_id, None, p.quantity) for p in parts], lasts, holder)
    return CartHold(lasts.total_seconds())
