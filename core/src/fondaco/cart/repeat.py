"""Ordering once more what was ordered: what can be had goes into the cart, the rest is named."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fondaco.cart.repeat_parts import DEALT_OUT, deal_again
from fondaco.cart.service import CartItem, Carts
from fondaco.hooks.context import ActContext
from fondaco.orders.detail import OrderDetail
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Want

NAMED = 10


class Repeated(Struct, frozen=True):
    """How many lines went in, the articles of those that did not, and what is to be said of the
    parts in which they are sent.
    """

    added: int
    left_out: tuple[str, ...]
    parts: tuple[Reason, ...] = ()

    @property
    def notice(self) -> Reason:
        """What the buyer is told."""
        said = (self._lines, *self.parts)
        return Reason(
            said[0].code, ". ".join(one.ru for one in said), ". ".join(one.en for one in said)
        )

    @property
    def _lines(self) -> Reason:
        if not self.left_out:
            return Reason(
                "cart.repeated",
                f"Строк добавлено: {self.added}. Цены и сроки сегодняшние",
                f"Lines added: {self.added}. Prices and dates are of today",
            )
        named = ", ".join(self.left_out[:NAMED])
        more = len(self.left_out) - NAMED
        ru, en = (f"{named} и ещё {more}", f"{named} and {more} more") if more > 0 else (named,) * 2
        return Reason(
            "cart.repeated_partly",
            f"Строк добавлено: {self.added}. Не добавлены, сейчас их не купить: {ru}",
            f"Lines added: {self.added}. Left out, since they cannot be bought now: {en}",
        )


class OrderedLine(Struct, frozen=True):
    """What was ordered; `product_id` None where the portal does not have it. `named` for people."""

    product_id: ProductId | None
    named: str
    quantity: Decimal


async def repeat_order(act: ActContext, detail: OrderDetail) -> Repeated:
    """Add an order's lines to the cart, and deal them out as they were, as far as that is possible.

    Unless other goods wait in the cart to be sent another way.
    """
    before = await Carts(act).rows()
    lines = [OrderedLine(line.product_id, line.sku, line.quantity) for line in detail.order.lines]
    repeated = await repeat_lines(act, lines, detail.order.uuid)
    if detail.way not in DEALT_OUT or not repeated.added:
        return repeated
    return replace(repeated, parts=await deal_again(act, detail, before))


async def repeat_lines(act: ActContext, lines: Sequence[OrderedLine], order: UUID) -> Repeated:
    """Add what can be had of the lines to the cart of the acting customer, at today's prices."""
    quantities: dict[ProductId, Decimal] = {}
    names: dict[ProductId, str] = {}
    for line in lines:
        if line.product_id is not None:
            known = quantities.get(line.product_id, Decimal(0))
            quantities[line.product_id] = known + line.quantity
            names[line.product_id] = line.named
    available = await _available(act, quantities)
    items = [
        CartItem(product, quantity, LineSource.REPEAT)
        for product, quantity in quantities.items()
        if product in available
    ]
    await Carts(act).add(act, items, ref=str(order))
    unknown = dict.fromkeys(line.named for line in lines if line.product_id is None)
    unavailable = [name for product, name in names.items() if product not in available]
    return Repeated(len(items), (*unavailable, *unknown))


async def _available(
    act: ActContext, quantities: Mapping[ProductId, Decimal]
) -> frozenset[ProductId]:
    """Those on sale that have a price for this customer and of which there is some."""
    products: Sequence[ProductId] = [
        product.id
        for product in (await act.catalog.products(list(quantities))).values()
        if product.buyable
    ]
    quote = await act.pricing.quote([PriceLine(p, p, quantities[p]) for p in products])
    supplies = await act.supply.supply([Want(p, p, quantities[p]) for p in products])
    return frozenset(
        product
        for product, price, supply in zip(products, quote.lines, supplies, strict=True)
        if price.unit_price is not None and supply.parts
    )
