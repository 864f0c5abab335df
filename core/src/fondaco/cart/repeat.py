"""Ordering once more what was ordered: what can be had goes into the cart, the rest is named."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.cart.outlets import Sharing, Wanted
from fondaco.cart.service import CartItem, CartRow, Carts
from fondaco.customers.outlets import choosable_outlets
from fondaco.hooks.context import ActContext
from fondaco_sdk.types.cart import LineSource
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


async def repeat_order(
    act: ActContext, order: Order, outlets: Sequence[UUID | None] = ()
) -> Repeated:
    """Add an order's lines to the cart of the acting customer, at the prices of today.

    `outlets` are those of the lines of an order for several: what they get is shared out again, as
    far as the person may still choose them, unless other goods wait in the cart for one address.
    """
    quantities: dict[ProductId, Decimal] = {}
    skus: dict[ProductId, str] = {}
    for line in order.lines:
        quantities[line.product_id] = quantities.get(line.product_id, Decimal(0)) + line.quantity
        skus[line.product_id] = line.sku
    available = await _available(act, quantities)
    items = [
        CartItem(product, quantity, LineSource.REPEAT)
        for product, quantity in quantities.items()
        if product in available
    ]
    before = await Carts(act).rows()
    await Carts(act).add(act, items, ref=str(order.uuid))
    if outlets and all(row.by_outlets for row in before):
        await _share_again(act, order, outlets, available, before)
    return Repeated(
        len(items), tuple(sku for product, sku in skus.items() if product not in available)
    )


async def _share_again(
    act: ActContext,
    order: Order,
    outlets: Sequence[UUID | None],
    available: frozenset[ProductId],
    before: Sequence[CartRow],
) -> None:
    choosable = {outlet.uuid: outlet.id for outlet in await choosable_outlets(act)}
    shared = {(row.product_id, id_): q for row in before for id_, q in row.shared.items()}
    wanted: dict[tuple[ProductId, UUID], Decimal] = {}
    for line, outlet in zip(order.lines, outlets, strict=True):
        if outlet in choosable and line.product_id in available:
            had = shared.get((line.product_id, choosable[outlet]), Decimal(0))
            wanted[line.product_id, outlet] = had + line.quantity
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
        if product.orderable
    ]
    quote = await act.pricing.quote([PriceLine(p, p, quantities[p]) for p in products])
    supplies = await act.supply.supply([Want(p, p, quantities[p]) for p in products])
    return frozenset(
        product
        for product, price, supply in zip(products, quote.lines, supplies, strict=True)
        if price.unit_price is not None and supply.parts
    )
