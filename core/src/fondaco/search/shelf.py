"""Products as they stand on a page: with the buyer's price, what is there, what is in the cart."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco.assortments.requests import Asked, asked_of
from fondaco.availability.service import Supply
from fondaco.cart.service import Carts
from fondaco.hooks.context import AskContext
from fondaco.lists.marks import marked_of, may_keep
from fondaco.search.stock import PLENTY, Stock, stock_of
from fondaco.substitutes.choose import Ranked
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import LinePrice, PriceLine
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Want

ZERO = Decimal(0)


class ShelfRow(Struct, frozen=True):
    """A product with its price for the smallest quantity; `in_cart` counts base units.

    `asked` is the customer's newest request for a product that they may not order; `analogue` is
    the best that may stand in, where a page asks for it; `note` says why the row is there.
    `favourite`: of whoever looks.
    """

    product: Product
    price: LinePrice
    stock: Stock
    in_cart: Decimal = ZERO
    asked: Asked | None = None
    analogue: Ranked | None = None
    favourite: bool = False
    note: Reason | None = None

    @property
    def compared(self) -> Decimal | None:
        """The list price, where the buyer's own is lower."""
        listed, own = self.price.list_price, self.price.unit_price
        return listed if listed is not None and own is not None and listed > own else None


class Shelf(Struct, frozen=True):
    """Rows in the order of the ids. `degraded` names plugins whose dates are missing.

    `priced`: the actor works for a customer, so there are prices; `orders`: and may order; `keeps`:
    and has lists.
    """

    rows: tuple[ShelfRow, ...]
    currency: str
    priced: bool
    orders: bool
    degraded: tuple[str, ...] = ()
    keeps: bool = False


async def shelf_of(ask: AskContext, ids: Sequence[ProductId], *, own: bool = True) -> Shelf:
    """Look products up, price and source them; those out of sight are left out.

    `own`: with what the person has in the cart and among the favourites. The number of statements
    does not depend on the number of products: products, cart, favourites, what prices and stock
    take, and requests where there is something that may not be ordered.
    """
    products = await ask.catalog.products(ids)
    found = [products[product_id] for product_id in ids if product_id in products]
    quote = await ask.pricing.quote(
        [PriceLine(line, product.id, product.multiple) for line, product in enumerate(found)]
    )
    supply: Supply = ask.service("supply")
    stock = await supply.supply(
        [Want(line, product.id, PLENTY) for line, product in enumerate(found)]
    )
    orders = ask.customer is not None and ask.actor.may("order.place")
    taken = await _in_cart(ask) if own and orders and found else {}
    marked = await marked_of(ask, [product.id for product in found]) if own else frozenset()
    closed = [product.id for product in found if product.access is Access.ASK]
    asked = await asked_of(ask, ask.scope, closed)
    return Shelf(
        rows=tuple(
            ShelfRow(
                product,
                price,
                stock_of(line),
                taken.get(product.id, ZERO),
                asked.get(product.id),
                favourite=product.id in marked,
            )
            for product, price, line in zip(found, quote.lines, stock, strict=True)
        ),
        currency=quote.currency,
        priced=ask.customer is not None,
        orders=orders,
        degraded=supply.degraded,
        keeps=own and may_keep(ask),
    )


async def _in_cart(ask: AskContext) -> Mapping[ProductId, Decimal]:
    carts: Carts = ask.service("cart")
    return {row.product_id: row.quantity for row in await carts.rows()}
