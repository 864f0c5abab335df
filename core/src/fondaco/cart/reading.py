"""A cart as it stands: its lines, priced, sourced and checked, and what has changed since."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from fondaco.availability.service import Supply
from fondaco.cart import queries
from fondaco.cart.changes import ChangeNotice, notice_changes
from fondaco.cart.sharing import Split, split_over
from fondaco.cart.spending import spent_at
from fondaco.catalog.service import Catalog
from fondaco.customers.outlets import choosable_outlets
from fondaco.hooks.context import AskContext
from fondaco.orders.weighing import Weighed, weigh
from fondaco.pricing.next_discount import next_discount, reached
from fondaco.pricing.order_discounts import take_off
from fondaco_sdk.errors import Forbidden
from fondaco_sdk.hooks.cart import cart_checks, cart_moves
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import LineSource, PricedCart, PricedCartLine
from fondaco_sdk.types.ids import OutletId, ProductId
from fondaco_sdk.types.price import LinePrice, PriceLine, Quote
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply, Want
from fondaco_sdk.types.verdict import Severity, Verdict

_SOURCES = {source.value: source for source in LineSource}


class CartRow(Struct, frozen=True, gc=False):
    """A line as stored, with what the buyer saw when it was last accepted.

    `shares` are what `outlets` get of it, in a cart that is shared out. `replaced` is the product
    instead of which it was taken.
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
    replaced: ProductId | None = None

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


class CartReading:
    """What is in the cart of the person who asks, for the company for which they act."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask
        self._supply: Supply = ask.service("supply")
        self._catalog: Catalog = ask.service("catalog")

    def mine(self) -> Mapping[str, object]:
        """Whose cart it is, for the statements of the cart."""
        customer = customer_of(self._ask)
        return {"company": customer.company_id, "user": self._ask.actor.user_id}

    async def rows(self) -> Sequence[CartRow]:
        """The stored lines, in the order in which they were put in. One statement."""
        return tuple(CartRow(*row) for row in await self._ask.fetch(queries.LINES, self.mine()))

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
        before = [row.replaced for row in stored if row.replaced is not None]
        products = await self._catalog.held([*(row.product_id for row in stored), *before])
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
                replaced=products.get(row.replaced) if row.replaced is not None else None,
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
