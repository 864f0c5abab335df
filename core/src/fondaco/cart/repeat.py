"""Ordering once more what was ordered: what can be had goes into the cart, the rest is named."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from uuid import UUID

from msgspec import Struct

from fondaco.cart.outlets.service import Sharing, Wanted
from fondaco.cart.reading import CartRow
from fondaco.cart.service import CartItem, Carts
from fondaco.customers.outlets import choosable_outlets
from fondaco.hooks.context import ActContext
from fondaco_sdk.types.cart import CartWay, LineSource
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Want

NAMED = 10


class Repeated(Struct, frozen=True):
    """How many lines went in, and the articles of those that did not."""

    added: int
    left_out: tuple[str, ...]

    @property
    def notice(self) -> Reason:
        """What the buyer is told."""
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
    """What was ordered; `product_id` None where the portal does not have it. `named` for people.

    `outlet`: the one that gets it, of an order for several.
    """

    product_id: ProductId | None
    named: str
    quantity: Decimal
    outlet: UUID | None = None


async def repeat_order(
    act: ActContext, order: Order, outlets: Sequence[UUID | None] = ()
) -> Repeated:
    """Add an order's lines to the cart; `outlets` are those of the lines of one for several."""
    lines = [
        OrderedLine(line.product_id, line.sku, line.quantity, outlet)
        for line, outlet in zip_longest(order.lines, outlets)
    ]
    return await repeat_lines(act, lines, order.uuid)


async def repeat_lines(act: ActContext, lines: Sequence[OrderedLine], order: UUID) -> Repeated:
    """Add what can be had of the lines to the cart of the acting customer, at today's prices.

    What outlets get is shared out again, as far as the person may still choose them, unless other
    goods wait in the cart for one address.
    """
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
    before = await Carts(act).rows()
    await Carts(act).add(act, items, ref=str(order))
    again = [line for line in lines if line.product_id in available]
    if any(line.outlet for line in again) and all(row.way == CartWay.OUTLETS for row in before):
        await _share_again(act, again, before)
    unknown = dict.fromkeys(line.named for line in lines if line.product_id is None)
    unavailable = [name for product, name in names.items() if product not in available]
    return Repeated(len(items), (*unavailable, *unknown))


async def _share_again(
    act: ActContext, lines: Sequence[OrderedLine], before: Sequence[CartRow]
) -> None:
    choosable = {outlet.uuid: outlet.id for outlet in await choosable_outlets(act)}
    shared = {(row.product_id, id_): q for row in before for id_, q in row.shared.items()}
    wanted: dict[tuple[ProductId, UUID], Decimal] = {}
    for line in lines:
        if line.product_id is not None and line.outlet in choosable:
            had = shared.get((line.product_id, choosable[line.outlet]), Decimal(0))
            wanted[line.product_id, line.outlet] = had + line.quantity
    sharing = Sharing(act)
    await sharing.begin()
    await sharing.put_products([Wanted(*where, quantity) for where, quantity in wanted.items()])


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
