"""The monthly limits at the checkout: an order within them goes out, one beyond them waits."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias

from fondaco.cart.reading import customer_of
from fondaco.cart.spending import spent_at
from fondaco.customers.spending import count_spending
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.approval import ask_for_approval, await_approval
from fondaco.orders.holds import lasts, lasts_unapproved
from fondaco.orders.weighing import Weighed, weigh, weigh_alone
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import OrderId, OutletId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


class OverLimit(Conflict):
    """The order was to be placed within the limits, and there is no room for it now."""

    def __init__(self, beyond: Sequence[Reason]) -> None:
        super().__init__(
            Reason(
                "checkout.over_limit",
                "Заказ больше того, что осталось от лимита. Он не оформлен:"
                " уменьшите его или отправьте на согласование",
                "The order is more than what is left of a limit. It was not placed:"
                " make it smaller, or send it for approval",
            ),
            {f"limit.{number}": reason for number, reason in enumerate(beyond, 1)},
        )


Prices: TypeAlias = Mapping[int | None, Decimal]


async def weigh_delivery(
    act: ActContext, cart: PricedCart, outlet: int | None, delivery: Prices
) -> Weighed:
    """Weigh a cart that goes to an outlet, and let nobody else spend meanwhile.

    `delivery` is what bringing it costs, by the outlet it goes to: it is spent as well.
    """
    return await weigh_alone(act, *_weight(act, cart, outlet, delivery))


async def weigh_choice(
    ask: AskContext, cart: PricedCart, outlet: int | None, delivery: Prices
) -> Weighed:
    """The same for a page, without holding up anybody."""
    return await weigh(ask, *_weight(ask, cart, outlet, delivery))


def _weight(
    ask: AskContext, cart: PricedCart, outlet: int | None, delivery: Prices
) -> tuple[Customer, Prices, str]:
    """Goods that are fetched count at the outlet one acts for."""
    customer = customer_of(ask)
    chosen = customer.outlet_id if outlet is None else OutletId(outlet)
    return customer, spent_at(cart, chosen, delivery), cart.quote.currency


def held_for(act: ActContext, weighed: Weighed, *, prepaid: bool) -> timedelta | None:
    """How long the goods are held; None: until they are shipped. `prepaid`: some of it is."""
    settings = act.hall.settings
    return lasts_unapproved(settings) if weighed.beyond else lasts(settings, prepaid=prepaid)


async def settle(act: ActContext, order_id: OrderId, weighed: Weighed) -> None:
    """Count the order that was just written, or keep it from going out."""
    if weighed.beyond:
        await await_approval(act, order_id, weighed)
    else:
        await count_spending(act, order_id, "placed", weighed.spending)


async def ask_approvers(act: ActContext, order: Order, weighed: Weighed) -> None:
    """Tell those who may approve an order that waits for it; they know it by its number."""
    if weighed.beyond:
        await ask_for_approval(act, order, weighed)
