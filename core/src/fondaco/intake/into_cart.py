"""What of an article list goes into the cart."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from fondaco.cart.service import CartItem, check_quantity
from fondaco.intake.choose import Outcome
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product


def cart_items(outcomes: Sequence[Outcome]) -> Sequence[CartItem]:
    """What goes into the cart: one item a product, its rows added up.

    It remembers what it replaced where its first row did.
    """
    together: dict[ProductId, CartItem] = {}
    for outcome in outcomes:
        if outcome.ordered and outcome.product and outcome.quantity:
            known = together.setdefault(outcome.product.id, _item(outcome, outcome.product))
            together[outcome.product.id] = replace(
                known, quantity=known.quantity + outcome.quantity
            )
    for item in together.values():
        check_quantity(item.quantity)
    return tuple(together.values())


def _item(outcome: Outcome, product: Product) -> CartItem:
    """An item of nothing yet, with where it comes from."""
    replaced = outcome.replaced.id if outcome.replaced else None
    return CartItem(product.id, Decimal(0), LineSource.LIST, replaced)
