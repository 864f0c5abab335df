"""A cart's line taken over by an analogue, and put back; and which analogues its page offers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.cart import queries
from fondaco.cart.reading import CartRow, CartView
from fondaco.cart.service import Carts, check_quantity, no_line
from fondaco.catalog.service import Catalog
from fondaco.hooks.context import ActContext, AskContext
from fondaco.substitutes.choose import Ranked
from fondaco.substitutes.marks import Original
from fondaco.substitutes.service import offers_for, proposed_for, up_to_multiple
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.cart import PricedCartLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.reason import Reason


class Replaced(Struct, frozen=True):
    """What was done to a line: from which product to which, and how much it was of before."""

    line: UUID
    was: Product
    now: Product
    quantity: Decimal


class CartOffers(Struct, frozen=True):
    """Analogues by the uuid of the line that is short; the other fields as in `Offers`."""

    by_line: Mapping[UUID, tuple[Ranked, ...]] = {}
    degraded: tuple[str, ...] = ()
    wanted: tuple[ProductId, ...] = ()


async def offers_in_cart(ask: AskContext, view: CartView) -> CartOffers:
    """What may stand in for lines that cannot be had in full; nothing is asked where all can."""
    short = [line for line in view.cart.lines if _short(line)]
    if not short:
        return CartOffers()
    offers = await offers_for(ask, [_original(line) for line in short])
    inside = {line.product.id for line in view.cart.lines}
    by_line = {
        line.uuid: tuple(
            one
            for one in offers.of((line.replaced or line.product).id)
            if one.product.id not in inside
        )
        for line in short
    }
    return CartOffers(by_line, offers.degraded, offers.wanted)


async def replace_line(act: ActContext, line: UUID, product: UUID) -> Replaced:
    """Take an analogue in a line's place; the line remembers the product it began with.

    Raises `NotFound` for another's line and for what is no analogue, `Conflict` where the analogue
    has a line of its own.
    """
    rows, row = await _locked(act, line)
    original = row.replaced or row.product_id
    proposed = await proposed_for(act, [original])
    analogue = next((p for _, p in proposed.of(original) if p.uuid == product), None)
    if analogue is None:
        raise NotFound(_NO_ANALOGUE)
    return await _turn(act, rows, row, analogue, row.quantity, original)


async def put_line_back(act: ActContext, line: UUID, quantity: Decimal | None) -> Replaced:
    """The product that a line began with, in a former `quantity` if that is known.

    Raises `NotFound` for a line that replaced nothing.
    """
    rows, row = await _locked(act, line)
    catalog: Catalog = act.service("catalog")
    if row.replaced is None:
        raise no_line()
    former = (await catalog.held([row.replaced]))[row.replaced]
    shared = sum(row.shared.values(), Decimal(0))
    wanted = max(row.quantity if quantity is None else quantity, shared)
    return await _turn(act, rows, row, former, wanted, None)


async def _locked(act: ActContext, line: UUID) -> tuple[Sequence[CartRow], CartRow]:
    """The lines of the cart, which is locked from here on, and one of them."""
    carts = Carts(act)
    await act.fetch(queries.LOCK_CART, carts.mine())
    rows = await carts.rows()
    row = next((row for row in rows if row.uuid == line), None)
    if row is None:
        raise no_line()
    return rows, row


async def _turn(
    act: ActContext,
    rows: Sequence[CartRow],
    row: CartRow,
    product: Product,
    wanted: Decimal,
    replaced: ProductId | None,
) -> Replaced:
    if any(other.product_id == product.id for other in rows):
        raise Conflict(_there_already(product))
    catalog: Catalog = act.service("catalog")
    was = (await catalog.held([row.product_id]))[row.product_id]
    quantity = up_to_multiple(wanted, product)
    check_quantity(quantity)
    await act.execute(
        queries.REPLACE,
        {
            "line": row.uuid,
            "product": product.id,
            "quantity": quantity,
            "replaced": replaced,
            **Carts(act).mine(),
        },
    )
    return Replaced(row.uuid, was, product, row.quantity)


def _short(line: PricedCartLine) -> bool:
    if line.product.access is Access.HIDDEN:
        return False
    return bool(line.supply.missing) or not line.product.buyable


def _original(line: PricedCartLine) -> Original:
    """What a line wants: the product it began with, whose price is known if it is still that."""
    if line.replaced is not None:
        return Original(line.replaced, line.quantity, None)
    return Original(line.product, line.quantity, line.price.unit_price)


def _there_already(product: Product) -> Reason:
    named = product.sku or product.name
    return Reason(
        "cart.there_already",
        f"{named} уже есть в корзине отдельной строкой: измените количество в ней",
        f"{named} has a line of its own in the cart: change its quantity there",
        {"product": named},
    )


_NO_ANALOGUE = Reason(
    "cart.no_analogue",
    "Этот товар больше не предлагается как аналог. Обновите страницу",
    "This product is no longer offered as an analogue. Reload the page",
)
