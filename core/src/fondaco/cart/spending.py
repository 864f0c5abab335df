"""What a cart spends at which outlet. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import OutletId


def spent_at(cart: PricedCart, outlet: OutletId | None) -> Mapping[int | None, Decimal]:
    """The sums by outlet, in the cart's currency; all of it at `outlet` unless it is shared out."""
    if not cart.by_outlets:
        return {outlet: cart.quote.total}
    return {
        of_share: sum((line.price.total or Decimal(0) for line in lines), Decimal(0))
        for of_share, lines in cart.consigned().items()
    }
