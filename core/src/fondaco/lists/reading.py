"""A list as its page shows it: each line with the buyer's own price, what is there, and by when."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.availability.service import Supply
from fondaco.hooks.context import AskContext
from fondaco.lists import queries
from fondaco.lists.service import KeptList
from fondaco_sdk.article_key import article_key
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import LinePrice, PriceLine
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply, Want

ZERO = Decimal(0)


class ListLine(Struct, frozen=True):
    """A line at its place, counted from 1.

    `product` is None where it is out of the customer's sight by now: nothing is said of it, and
    there is neither `price` nor `supply`. `why_not`: why it cannot be put into the cart now.
    """

    uuid: UUID
    place: int
    quantity: Decimal
    product: Product | None = None
    price: LinePrice | None = None
    supply: LineSupply | None = None
    why_not: Reason | None = None

    def said(self, wanted: str) -> bool:
        """Whether the article, name or brand holds what is looked for."""
        if self.product is None:
            return False
        product, key = self.product, article_key(wanted)
        plain = _plain(f"{product.name} {product.brand} {product.sku}")
        return all(word in plain for word in _plain(wanted).split()) or bool(
            key and key in article_key(product.sku)
        )


class ReadList(Struct, frozen=True):
    """A whole list. `total`, with VAT, and `ready` are of what can be had of it now."""

    head: KeptList
    lines: tuple[ListLine, ...]
    currency: str
    total: Decimal
    ready: date | None
    degraded: tuple[str, ...] = ()

    @property
    def wanting(self) -> int:
        """How many lines cannot be put into the cart now."""
        return sum(line.why_not is not None for line in self.lines)


async def read_list(ask: AskContext, head: KeptList) -> ReadList:
    """The lines of a list, priced and sourced together; constant statements."""
    rows = await ask.fetch(queries.LINES, {"list": head.id})
    products = await ask.catalog.products([ProductId(row.product_id) for row in rows])
    kept = [(place, row, products.get(row.product_id)) for place, row in enumerate(rows, 1)]
    seen = [(place, row.quantity, product) for place, row, product in kept if product is not None]
    quote = await ask.pricing.quote([PriceLine(n, p.id, quantity) for n, quantity, p in seen])
    supply: Supply = ask.service("supply")
    found = await supply.supply([Want(n, p.id, quantity) for n, quantity, p in seen])
    prices = {price.line: price for price in quote.lines}
    supplies = {one.line: one for one in found}
    lines = tuple(
        _line(row.uuid, place, row.quantity, product, prices.get(place), supplies.get(place))
        for place, row, product in kept
    )
    had = [line for line in lines if line.why_not is None]
    days = [line.supply.promised for line in had if line.supply and line.supply.promised]
    return ReadList(
        head,
        lines,
        quote.currency,
        sum((line.price.total or ZERO for line in had if line.price), ZERO),
        max(days, default=None),
        supply.degraded,
    )


def _line(
    uuid: UUID,
    place: int,
    quantity: Decimal,
    product: Product | None,
    price: LinePrice | None,
    supply: LineSupply | None,
) -> ListLine:
    why = why_not(product, price, supply)
    return ListLine(uuid, place, quantity, product, price, supply, why)


def why_not(
    product: Product | None, price: LinePrice | None, supply: LineSupply | None
) -> Reason | None:
    """Why a product cannot be ordered now; None where it can, be it not all that is wanted."""
    if product is None or price is None or supply is None:
        return GONE
    if not product.orderable:
        return OFF_SALE
    if product.access is not Access.ORDER:
        return NOT_OPEN
    if price.unit_price is None:
        return NO_PRICE
    return None if supply.parts else NO_STOCK


def looked_for(lines: Sequence[ListLine], wanted: str) -> Sequence[ListLine]:
    """The lines that hold what is looked for; all of them where nothing is."""
    return [line for line in lines if line.said(wanted)] if wanted else lines


def _plain(text: str) -> str:
    return text.lower().replace("ё", "е")


GONE = Reason("lists.gone", "больше не в вашем ассортименте", "no longer in your assortment")
OFF_SALE = Reason("lists.off_sale", "снят с продажи", "no longer on sale")
NOT_OPEN = Reason("lists.not_open", "нужен доступ", "access must be asked for")
NO_PRICE = Reason("lists.no_price", "нет вашей цены", "has no price for you")
NO_STOCK = Reason("lists.no_stock", "нет в наличии", "out of stock")
