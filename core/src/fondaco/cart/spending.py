"""What a cart spends at which outlet. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import OutletId


def spent_at(
    cart: PricedCart,
    outlet: OutletId | None,
    delivery: Mapping[int | None, Decimal] = MappingProxyType({}),
) -> Mapping[int | None, Decimal]:
    """The sums by outlet, in the cart's currency; what goes to none counts at `outlet`.

    `delivery` is what bringing the goods costs, by the outlet they go to.
    """
    if not cart.dealt_out:
        return {outlet: sum(delivery.values(), cart.quote.total)}
    spent: dict[int | None, Decimal] = dict(delivery)
    for part, lines in cart.consigned().items():
        where = part.outlet or outlet
        total = sum((line.price.total or Decimal(0) for line in lines), Decimal(0))
        spent[where] = spent.get(where, Decimal(0)) + total
    return spent
