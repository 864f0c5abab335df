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
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.cart import PricedCartLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.reason import Reason


class Joined(Struct, frozen=True):
    """A line went into another one: under which id what is gone can be put back, and how much the
    other one was before."""

    into: UUID
    removed: UUID
    before: Decimal


class Replaced(Struct, frozen=True):
    """What was done to a line: from which product to which, and how much it was of before.

    `joined`: the product had a line of its own already, and this one is part of it now.
    """

    line: UUID
    was: Product
    now: Product
    quantity: Decimal
    joined: Joined | None = None


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
    inside = {line.product.id: line.quantity for line in view.cart.lines}
    offers = await offers_for(ask, [_original(line) for line in short], taken=inside)
    by_line = {
        line.uuid: tuple(
            one
            for one in offers.of((line.replaced or line.product).id)
            if one.product.id != line.product.id
        )
        for line in short
    }
    return CartOffers(by_line, offers.degraded, offers.wanted)


async def replace_line(act: ActContext, line: UUID, product: UUID) -> Replaced:
    """Take an analogue in a line's place; the line remembers the product it began with.

    Where the analogue has a line of its own, that one grows, and this one goes. Raises `NotFound`
    for another's line and for what is no analogue.
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
    catalog: Catalog = act.service("catalog")
    was = (await catalog.held([row.product_id]))[row.product_id]
    quantity = up_to_multiple(wanted, product)
    check_quantity(quantity)
    other = next((one for one in rows if one.product_id == product.id), None)
    if other is not None:
        joined = await _join(act, row, other, quantity)
        return Replaced(row.uuid, was, product, row.quantity, joined)
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


async def _join(act: ActContext, row: CartRow, other: CartRow, quantity: Decimal) -> Joined:
    """`quantity` more of another line in the place of `row`, which is kept for undoing."""
    carts = Carts(act)
    await carts.set_quantity(act, other.uuid, other.quantity + quantity)
    removed = await carts.remove(act, [row.uuid])
    return Joined(other.uuid, removed.uuid, other.quantity)


async def put_joined_apart(act: ActContext, line: UUID, removed: UUID, before: Decimal) -> None:
    """Both lines as they were before one went into the other.

    Raises `NotFound` where that cannot be undone any more, and nothing has changed.
    """
    carts = Carts(act)
    await carts.set_quantity(act, line, before)
    if not await carts.put_back(act, removed):
        raise no_line()


def _short(line: PricedCartLine) -> bool:
    if line.product.access is Access.HIDDEN:
        return False
    return bool(line.supply.missing) or not line.product.buyable


def _original(line: PricedCartLine) -> Original:
    """What a line wants: the product it began with, whose price is known if it is still that."""
    if line.replaced is not None:
        return Original(line.replaced, line.quantity, None)
    return Original(line.product, line.quantity, line.price.unit_price)


_NO_ANALOGUE = Reason(
    "cart.no_analogue",
    "Этот товар больше не предлагается как аналог. Обновите страницу",
    "This product is no longer offered as an analogue. Reload the page",
)
