"""What a cart spends at which outlet. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import OutletId


def spent_at(cart: PricedCart, outlet: OutletId | None) -> Mapping[int | None, Decimal]:
    """The sums by outlet, in the cart's currency; what goes to none counts at `outlet`."""
    if not cart.dealt_out:
        return {outlet: cart.quote.total}
    spent: dict[int | None, Decimal] = {}
    for part, lines in cart.consigned().items():
        where = part.outlet or outlet
        total = sum((line.price.total or Decimal(0) for line in lines), Decimal(0))
        spent[where] = spent.get(where, Decimal(0)) + total
    return spent
