"""The monthly limits at the checkout: an order within them goes out, one beyond them waits."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from fondaco.cart.service import customer_of
from fondaco.customers.spending import count_spending
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.approval import await_approval
from fondaco.orders.holds import lasts, lasts_unapproved
from fondaco.orders.service import Orders
from fondaco.orders.weighing import Weighed, weigh, weigh_alone
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import OrderId
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


async def weigh_delivery(act: ActContext, cart: PricedCart, outlet: int | None) -> Weighed:
    """Weigh a cart that goes to an outlet, and let nobody else spend meanwhile."""
    customer = customer_of(act)
    return await weigh_alone(act, customer, spent_at(customer, cart, outlet), cart.quote.currency)


async def weigh_choice(ask: AskContext, cart: PricedCart, outlet: int | None) -> Weighed:
    """The same for a page, without holding up anybody."""
    customer = customer_of(ask)
    return await weigh(ask, customer, spent_at(customer, cart, outlet), cart.quote.currency)


def spent_at(
    customer: Customer, cart: PricedCart, outlet: int | None
) -> Mapping[int | None, Decimal]:
    """What is spent where. Goods that are fetched count at the outlet one acts for."""
    return {outlet if outlet is not None else customer.outlet_id: cart.quote.total}


def held_for(act: ActContext, customer: Customer, weighed: Weighed) -> timedelta | None:
    """How long the goods are held; None: until they are shipped."""
    settings = act.hall.settings
    return lasts_unapproved(settings) if weighed.beyond else lasts(settings, customer)


async def settle(act: ActContext, order_id: OrderId, weighed: Weighed) -> None:
    """Count the order that was just written, or let it wait for an approval."""
    if weighed.beyond:
        written = await Orders(act).orders([order_id], act.scope)
        await await_approval(act, written[order_id], weighed)
    else:
        await count_spending(act, order_id, "placed", weighed.spending)
