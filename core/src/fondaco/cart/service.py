"""The verbs of the cart. A cart belongs to one person of one company."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from fondaco.assortments.reasons import ASK_FIRST
from fondaco.cart import queries
from fondaco.cart.changes import notice_changes
from fondaco.cart.reading import CartReading, CartRow, CartView
from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.cart import CartWay, LineSource, PricedCartLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Access
from fondaco_sdk.types.reason import Reason

MOST_QUANTITY = Decimal("999999999")


class CartItem(Struct, frozen=True):
    """What to put in: a quantity in base units, where it came from, and instead of what."""

    product_id: ProductId
    quantity: Decimal
    source: LineSource
    replaced: ProductId | None = None


class Removed(Struct, frozen=True):
    """What was taken out: under which id it can be put back, and how many lines it was."""

    uuid: UUID
    lines: int


class Carts(CartReading):
    """What the person who asks does with their cart."""

    async def add(self, act: ActContext, items: Sequence[CartItem], ref: str = "") -> int:
        """Put items in; what is there already grows. Two statements. Returns the number of lines.

        `ref` is the uuid of the list or order they come from. Raises `UserError` on a quantity that
        is not a positive number, and on a product that the customer may not order.
        """
        if not items:
            return 0
        for item in items:
            check_quantity(item.quantity)
        await self._refuse_out_of_reach([item.product_id for item in items])
        merged: dict[ProductId, CartItem] = {}
        for item in items:
            known = merged.get(item.product_id)
            quantity = item.quantity + (known.quantity if known else 0)
            merged[item.product_id] = replace(item, quantity=quantity)
        opened = await act.fetch(queries.OPEN_CART, {"uuid": uuid7(), **self.mine()})
        added = list(merged.values())
        rows = await act.fetch(
            queries.ADD_LINES,
            {
                "cart": opened[0].id,
                "uuids": [uuid7() for _ in added],
                "products": [item.product_id for item in added],
                "quantities": [item.quantity for item in added],
                "sources": [item.source.value for item in added],
                "replaced": [item.replaced for item in added],
                "ref": ref,
            },
        )
        return len(rows)

    async def _refuse_out_of_reach(self, ids: Sequence[ProductId]) -> None:
        products = await self._catalog.products(ids)
        if any(id not in products for id in ids):
            raise UserError(Reason("cart.unknown", "Такого товара нет", "There is no such product"))
        if any(product.access is not Access.ORDER for product in products.values()):
            raise UserError(ASK_FIRST)

    async def set_quantity(self, act: ActContext, line: UUID, quantity: Decimal) -> CartRow:
        """Change one line; returns it as it was. Raises `NotFound` if it is not in this cart.

        Raises `UserError` for less than its outlets, or its other deliveries, get of it.
        """
        check_quantity(quantity)
        # A statement that waits for the cart sees the shares of before: so it is locked first.
        await act.fetch(queries.LOCK_CART, self.mine())
        rows = await act.fetch(
            queries.SET_QUANTITY, {"line": line, "quantity": quantity, **self.mine()}
        )
        if not rows:
            raise no_line()
        row = CartRow(*rows[0])
        shared = sum(row.shared.values(), Decimal(0))
        if quantity < shared:
            raise _shared_out(shared, row.way)
        return row

    async def edit(self, act: ActContext, line: UUID, quantity: Decimal) -> CartView:
        """Change one line as the buyer looks on, and show the cart anew.

        What another quantity does to a line's price and date is no news to the buyer, who asked for
        it: the line counts as seen, unless the world had changed it before.
        """
        before = await self.set_quantity(act, line, quantity)
        view = await self.view()
        edited = [priced for priced in view.cart.lines if priced.uuid == line]
        pending = any(notice.line == line for notice in view.changes)
        if pending and await self._had_changed(before):
            edited = []
        await self._see(act, view, edited)
        quiet = tuple(n for n in view.changes if n.line not in {seen.uuid for seen in edited})
        return replace(view, changes=quiet, shown_total=view.cart.quote.total)

    async def _had_changed(self, before: CartRow) -> bool:
        """Whether a line would differ from what was seen even with its former quantity."""
        rows, lines = await self._alone(before)
        return bool(notice_changes(rows, lines))

    async def send(self, act: ActContext, way: CartWay) -> None:
        """How the cart is to be sent. What was shared out another way is kept. One statement."""
        await act.execute(queries.SET_WAY, {"way": way.value, **self.mine()})

    async def remove(self, act: ActContext, lines: Sequence[UUID]) -> Removed:
        """Take lines out, to be put back if that was a mistake. Raises `NotFound` for none."""
        return await self._take_out(act, list(lines), everything=False)

    async def remove_all(self, act: ActContext) -> Removed:
        """Take everything out, to be put back if that was a mistake. Raises `NotFound` for none."""
        return await self._take_out(act, [], everything=True)

    async def _take_out(self, act: ActContext, lines: list[UUID], *, everything: bool) -> Removed:
        uuid = uuid7()
        rows = await act.fetch(
            queries.REMOVE,
            {"uuid": uuid, "lines": lines, "everything": everything, **self.mine()},
        )
        if not rows:
            raise no_line()
        return Removed(uuid, rows[0][0])

    async def put_back(self, act: ActContext, removed: UUID) -> int:
        """Put back what was taken out, as it was; returns the number of lines, 0 the second time.

        What was meanwhile put in again grows by it.
        """
        rows = await act.fetch(queries.PUT_BACK, {"uuid": removed, **self.mine()})
        return len(rows)

    async def clear(self, act: ActContext) -> None:
        """Empty the cart for good: what was in it is ordered."""
        await act.execute(queries.CLEAR, self.mine())

    async def accept(self, act: ActContext, view: CartView, lines: Sequence[UUID] = ()) -> None:
        """Remember the present prices, stock and dates as seen; of all lines, or of `lines`."""
        chosen = set(lines)
        await self._see(act, view, [n for n in view.cart.lines if not chosen or n.uuid in chosen])

    async def note_shown(self, act: ActContext, view: CartView) -> None:
        """Remember what a new line was shown with, and the total for the top bar."""
        if view.unnoted:
            await self._see(act, view, [ln for ln in view.cart.lines if ln.line in view.unseen])

    async def _see(self, act: ActContext, view: CartView, lines: Sequence[PricedCartLine]) -> None:
        await act.execute(
            queries.SEE,
            {
                "lines": [line.line for line in lines],
                "prices": [line.price.unit_price for line in lines],
                "available": [line.quantity - line.supply.missing for line in lines],
                "promised": [line.supply.promised for line in lines],
                "total": view.cart.quote.total,
                **self.mine(),
            },
        )


def check_quantity(quantity: Decimal) -> None:
    """Refuse what is not a positive amount with at most three decimals."""
    if quantity.is_finite() and quantity > MOST_QUANTITY:
        raise UserError(_TOO_MANY, {"quantity": _TOO_MANY})
    exponent = quantity.as_tuple().exponent
    fine = (
        quantity.is_finite()
        and quantity > 0
        and isinstance(exponent, int)
        and quantity == quantity.quantize(Decimal("0.001"))
    )
    if not fine:
        reason = Reason(
            "quantity.wrong",
            "Количество должно быть больше нуля, не более трёх знаков после запятой",
            "The quantity must be above zero, with at most three decimals",
        )
        raise UserError(reason, {"quantity": reason})


_TOO_MANY = Reason(
    "quantity.too_many",
    f"Количество — не больше {MOST_QUANTITY:,}".replace(",", "\u202f"),
    f"The quantity is at most {MOST_QUANTITY:,}",
)


def _shared_out(shared: Decimal, way: str) -> UserError:
    amount = f"{shared.normalize():f}"
    outlets = way == CartWay.OUTLETS
    reason = Reason(
        "cart.shared_out",
        f"По {'торговым точкам' if outlets else 'поставкам'} распределено {amount}."
        " Уменьшите количество там",
        f"{amount} are shared out over {'outlets' if outlets else 'deliveries'}."
        " Lower the quantity there",
        {"shared": amount},
    )
    return UserError(reason, {"quantity": reason})


def no_line() -> NotFound:
    return NotFound(
        Reason(
            "cart.no_line", "Этой строки уже нет в корзине", "This line is no longer in the cart"
        )
    )
