"""The verbs of the cart. A cart belongs to one person of one company."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from fondaco.assortments.reasons import ASK_FIRST
from fondaco.availability.service import Supply
from fondaco.cart import queries
from fondaco.cart.changes import ChangeNotice, notice_changes
from fondaco.cart.sharing import Split, split_over
from fondaco.cart.spending import spent_at
from fondaco.catalog.service import Catalog
from fondaco.customers.outlets import choosable_outlets
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.weighing import Weighed, weigh
from fondaco.pricing.next_discount import next_discount, reached
from fondaco.pricing.order_discounts import take_off
from fondaco_sdk.errors import Forbidden, NotFound, UserError
from fondaco_sdk.hooks.cart import cart_checks, cart_moves
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import LineSource, PricedCart, PricedCartLine
from fondaco_sdk.types.ids import OutletId, ProductId
from fondaco_sdk.types.price import LinePrice, PriceLine, Quote
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply, Want
from fondaco_sdk.types.verdict import Severity, Verdict

MOST_QUANTITY = Decimal("999999999")
_SOURCES = {source.value: source for source in LineSource}


class CartItem(Struct, frozen=True):
    """What to put in: a quantity in base units, and where it came from."""

    product_id: ProductId
    quantity: Decimal
    source: LineSource


class CartRow(Struct, frozen=True, gc=False):
    """A line as stored, with what the buyer saw when it was last accepted.

    `shares` are what `outlets` get of it, in a cart that is shared out.
    """

    id: int
    uuid: UUID
    product_id: ProductId
    quantity: Decimal
    source: str
    source_ref: str
    seen_price: Decimal | None
    seen_available: Decimal | None
    seen_promised: date | None
    shown_total: Decimal | None
    by_outlets: bool = False
    outlets: Sequence[OutletId] | None = None
    shares: Sequence[Decimal] | None = None

    @property
    def shared(self) -> Mapping[OutletId, Decimal]:
        """What each outlet gets of it."""
        return dict(zip(self.outlets or (), self.shares or (), strict=True))


class CartView(Struct, frozen=True):
    """The cart as a page shows it: priced, sourced, checked, with what has changed since.

    `degraded` names plugins whose dates are missing. `unseen` are the lines never shown before,
    `shown_total` is the total that the top bar shows. `weighed` is its sum beside the limits.
    """

    cart: PricedCart
    verdicts: tuple[Verdict, ...]
    changes: tuple[ChangeNotice, ...]
    degraded: tuple[str, ...]
    unseen: frozenset[int] = frozenset()
    shown_total: Decimal | None = None
    weighed: Weighed = Weighed()

    @property
    def refused(self) -> bool:
        """Whether something stops the order."""
        return any(v.severity is Severity.REFUSAL for v in self.verdicts)

    @property
    def unnoted(self) -> bool:
        """Whether something in it was never shown before."""
        return bool(self.unseen) or self.shown_total != self.cart.quote.total


class Removed(Struct, frozen=True):
    """What was taken out: under which id it can be put back, and how many lines it was."""

    uuid: UUID
    lines: int


class Carts:
    """The cart of the person who asks, for the company for which they act."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask
        self._supply: Supply = ask.service("supply")
        self._catalog: Catalog = ask.service("catalog")

    def _mine(self) -> Mapping[str, object]:
        customer = customer_of(self._ask)
        return {"company": customer.company_id, "user": self._ask.actor.user_id}

    async def rows(self) -> Sequence[CartRow]:
        """The stored lines, in the order in which they were put in. One statement."""
        return tuple(CartRow(*row) for row in await self._ask.fetch(queries.LINES, self._mine()))

    async def view(self) -> CartView:
        """Price, source and check the whole cart. Statements do not depend on its length."""
        rows, cart = await self._priced()
        return CartView(
            cart,
            await self.check(cart),
            notice_changes(rows, cart.lines),
            self._supply.degraded,
            frozenset(row.id for row in rows if row.seen_available is None),
            rows[0].shown_total if rows else None,
            await self._weighed(cart),
        )

    async def _weighed(self, cart: PricedCart) -> Weighed:
        """The cart against the limits of the person and of the outlets it goes to."""
        customer = customer_of(self._ask)
        amounts = spent_at(cart, customer.outlet_id)
        return await weigh(self._ask, customer, amounts, cart.quote.currency)

    async def priced(self) -> PricedCart:
        """The cart with prices and supply, unchecked (implements `fondaco_sdk.CartService`)."""
        return (await self._priced())[1]

    async def _priced(self) -> tuple[Sequence[CartRow], PricedCart]:
        """The cart with what plugins take off the order as a whole."""
        ask = self._ask
        stored = await self.rows()
        split = await self._split(stored)
        rows, lines, quote = await self._price(
            [replace(row, quantity=split.quantity(row.id)) for row in stored]
        )
        divided = split.divide(quote)
        lines, total = split.unite(lines, quote, divided)
        company = customer_of(ask).company_id
        cart = PricedCart(uuid7(), company, lines, total, split.by_outlets)
        moves = (await ask.hall.hooks.collect(cart_moves, ask=ask, priced=cart)).proposals
        if not moves:
            return rows, cart
        taken = take_off(divided, reached(divided, moves))
        lines, total = split.unite(lines, quote, taken)
        ahead = next_discount(divided, taken, moves)
        return rows, replace(cart, lines=lines, quote=total, next_discount=ahead)

    async def _split(self, stored: Sequence[CartRow]) -> Split:
        """Over which outlets the lines are shared out; one statement, where they are."""
        by_outlets = bool(stored) and stored[0].by_outlets
        outlets = await choosable_outlets(self._ask) if by_outlets else ()
        lines = ((row.id, row.quantity, row.shared) for row in stored)
        return split_over(lines, outlets, by_outlets=by_outlets)

    async def _price(
        self, stored: Sequence[CartRow]
    ) -> tuple[Sequence[CartRow], tuple[PricedCartLine, ...], Quote]:
        """Rows with their products, prices and supply; nothing new is said of what is hidden."""
        ask = self._ask
        products = await self._catalog.held([row.product_id for row in stored])
        rows = [row for row in stored if row.product_id in products]
        shown = [row for row in rows if products[row.product_id].access is not Access.HIDDEN]
        quote = await ask.pricing.quote(
            [PriceLine(row.id, row.product_id, row.quantity) for row in shown]
        )
        supplies = await self._supply.supply(
            [Want(row.id, row.product_id, row.quantity) for row in shown]
        )
        if len(shown) < len(rows):
            quote, supplies = _with_hidden(rows, products, quote, supplies)
        lines = tuple(
            PricedCartLine(
                row.id,
                row.uuid,
                products[row.product_id],
                row.quantity,
                _SOURCES[row.source],
                price,
                found,
            )
            for row, price, found in zip(rows, quote.lines, supplies, strict=True)
        )
        return rows, lines, quote

    async def check(self, cart: PricedCart) -> tuple[Verdict, ...]:
        """Every plugin's verdicts; a check that failed counts as a refusal."""
        collected = await self._ask.hall.hooks.collect(cart_checks, ask=self._ask, priced=cart)
        return (
            *(verdict for _, verdict in collected.proposals),
            *(
                Verdict(
                    Severity.REFUSAL,
                    Reason(
                        "cart.check_failed",
                        f"Проверка «{plugin}» не ответила. Попробуйте ещё раз через минуту",
                        f"The check “{plugin}” did not answer. Try again in a minute",
                        {"plugin": plugin},
                    ),
                )
                for plugin in collected.failed
            ),
        )

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
            merged[item.product_id] = CartItem(item.product_id, quantity, item.source)
        opened = await act.fetch(queries.OPEN_CART, {"uuid": uuid7(), **self._mine()})
        added = list(merged.values())
        rows = await act.fetch(
            queries.ADD_LINES,
            {
                "cart": opened[0].id,
                "uuids": [uuid7() for _ in added],
                "products": [item.product_id for item in added],
                "quantities": [item.quantity for item in added],
                "sources": [item.source.value for item in added],
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

        Raises `UserError` for less than its outlets get of it.
        """
        check_quantity(quantity)
        # A statement that waits for the cart sees the shares of before: so it is locked first.
        await act.fetch(queries.LOCK_CART, self._mine())
        rows = await act.fetch(
            queries.SET_QUANTITY, {"line": line, "quantity": quantity, **self._mine()}
        )
        if not rows:
            raise no_line()
        row = CartRow(*rows[0])
        shared = sum(row.shared.values(), Decimal(0))
        if quantity < shared:
            raise _shared_out(shared)
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
        rows, lines, _ = await self._price([before])
        return bool(notice_changes(rows, lines))

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
            {"uuid": uuid, "lines": lines, "everything": everything, **self._mine()},
        )
        if not rows:
            raise no_line()
        return Removed(uuid, rows[0][0])

    async def put_back(self, act: ActContext, removed: UUID) -> int:
        """Put back what was taken out, as it was; returns the number of lines, 0 the second time.

        What was meanwhile put in again grows by it.
        """
        rows = await act.fetch(queries.PUT_BACK, {"uuid": removed, **self._mine()})
        return len(rows)

    async def clear(self, act: ActContext) -> None:
        """Empty the cart for good: what was in it is ordered."""
        await act.execute(queries.CLEAR, self._mine())

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
                **self._mine(),
            },
        )


def _with_hidden(
    rows: Sequence[CartRow],
    products: Mapping[ProductId, Product],
    quote: Quote,
    supplies: Sequence[LineSupply],
) -> tuple[Quote, Sequence[LineSupply]]:
    """A quote and supplies in the order of `rows`, with those that are hidden in their places."""
    prices = {price.line: price for price in quote.lines}
    found = {supply.line: supply for supply in supplies}
    hidden = [row for row in rows if row.id not in prices]
    for row in hidden:
        prices[row.id] = LinePrice(
            row.id,
            row.product_id,
            row.quantity,
            unit_price=None,
            list_price=None,
            total=None,
            vat=products[row.product_id].vat,
            vat_rate=Decimal(0),
            vat_amount=Decimal(0),
            steps=(),
        )
        found[row.id] = LineSupply(row.id, row.product_id, row.quantity, (), row.quantity)
    lines = tuple(prices[row.id] for row in rows)
    quote = replace(quote, lines=lines, unpriced=quote.unpriced + len(hidden))
    return quote, [found[row.id] for row in rows]


def customer_of(ask: AskContext) -> Customer:
    """The acting customer. Raises `Forbidden` for whoever acts for none."""
    if ask.customer is None:
        raise Forbidden(
            Reason(
                "cart.no_customer",
                "Заказы оформляет сотрудник компании с действующим договором",
                "Orders are placed by a company's person under an agreement",
            )
        )
    return ask.customer


def check_quantity(quantity: Decimal) -> None:
    """Refuse what is not a positive amount with at most three decimals."""
    exponent = quantity.as_tuple().exponent
    fine = (
        quantity.is_finite()
        and 0 < quantity <= MOST_QUANTITY
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


def _shared_out(shared: Decimal) -> UserError:
    amount = f"{shared.normalize():f}"
    reason = Reason(
        "cart.shared_out",
        f"По торговым точкам распределено {amount}. Уменьшите количество там",
        f"{amount} are shared out over outlets. Lower the quantity there",
        {"shared": amount},
    )
    return UserError(reason, {"quantity": reason})


def no_line() -> NotFound:
    return NotFound(
        Reason(
            "cart.no_line", "Этой строки уже нет в корзине", "This line is no longer in the cart"
        )
    )
