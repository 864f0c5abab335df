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
from fondaco.cart.parts import parts_of
from fondaco.cart.spending import spent_at
from fondaco.cart.split import Split, split_over
from fondaco.catalog.service import Catalog
from fondaco.hooks.context import AskContext
from fondaco.orders.weighing import Weighed, weigh
from fondaco.pricing.next_discount import next_discount, reached
from fondaco.pricing.order_discounts import take_off
from fondaco_sdk.errors import Forbidden
from fondaco_sdk.hooks.cart import cart_checks, cart_moves
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import CartWay, LineSource, PricedCart, PricedCartLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import LinePrice, PriceLine, Quote
from fondaco_sdk.types.product import Access, Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply
from fondaco_sdk.types.verdict import Severity, Verdict

_SOURCES = {source.value: source for source in LineSource}


class CartRow(Struct, frozen=True, gc=False):
    """A line as stored, with what the buyer saw when it was last accepted.

    `shares` are what `parts` (the ids of outlets, or of deliveries) get of it, in a cart that is
    dealt out. `replaced` is the product instead of which it was taken.
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
    way: str = CartWay.TOGETHER
    parts: Sequence[int] | None = None
    shares: Sequence[Decimal] | None = None
    replaced: ProductId | None = None

    @property
    def shared(self) -> Mapping[int, Decimal]:
        """What each outlet, or each delivery but the first, gets of it."""
        return dict(zip(self.parts or (), self.shares or (), strict=True))


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
        planned = await self._split(stored)
        rows, lines, quote, split = await self._price(
            [replace(row, quantity=planned.quantity(row.id)) for row in stored], planned
        )
        divided = split.divide(quote)
        lines, total = split.unite(lines, quote, divided)
        company = customer_of(ask).company_id
        cart = PricedCart(uuid7(), company, lines, total, split.way)
        moves = (await ask.hall.hooks.collect(cart_moves, ask=ask, priced=cart)).proposals
        if not moves:
            return rows, cart
        taken = take_off(divided, reached(divided, moves))
        lines, total = split.unite(lines, quote, taken)
        ahead = next_discount(divided, taken, moves)
        return rows, replace(cart, lines=lines, quote=total, next_discount=ahead)

    async def _split(self, stored: Sequence[CartRow]) -> Split:
        """Over which parts the lines are dealt out; one statement, where they are."""
        way = CartWay(stored[0].way) if stored else CartWay.TOGETHER
        parts = await parts_of(self._ask, way)
        if way is CartWay.DELIVERIES and not parts:
            way = CartWay.TOGETHER
        return split_over(((row.id, row.quantity, row.shared) for row in stored), parts, way)

    async def _alone(self, row: CartRow) -> tuple[Sequence[CartRow], tuple[PricedCartLine, ...]]:
        """One row as if it were sent by itself, with its price and its goods."""
        whole = split_over([(row.id, row.quantity, {})], (), CartWay.TOGETHER)
        rows, lines, *_ = await self._price([row], whole)
        return rows, lines

    async def _price(
        self, stored: Sequence[CartRow], split: Split
    ) -> tuple[Sequence[CartRow], tuple[PricedCartLine, ...], Quote, Split]:
        """Rows with their products, prices and supply, and the split with the goods of its parts;
        nothing new is said of what is hidden.
        """
        ask = self._ask
        before = [row.replaced for row in stored if row.replaced is not None]
        products = await self._catalog.held([*(row.product_id for row in stored), *before])
        rows = [row for row in stored if row.product_id in products]
        shown = [row for row in rows if products[row.product_id].access is not Access.HIDDEN]
        quote = await ask.pricing.quote(
            [PriceLine(row.id, row.product_id, row.quantity) for row in shown]
        )
        wants = split.wants([(row.id, row.product_id) for row in shown])
        split = split.supplied([row.id for row in shown], await self._supply.supply(wants))
        if len(shown) < len(rows):
            quote = _with_hidden(rows, products, quote)
        lines = tuple(
            PricedCartLine(
                row.id,
                row.uuid,
                products[row.product_id],
                row.quantity,
                _SOURCES[row.source],
                price,
                split.supply(row.id) or _nothing(row),
                replaced=products.get(row.replaced) if row.replaced is not None else None,
            )
            for row, price in zip(rows, quote.lines, strict=True)
        )
        return rows, lines, quote, split

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
) -> Quote:
    """A quote in the order of `rows`, with those that are hidden in their places."""
    prices = {price.line: price for price in quote.lines}
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
    lines = tuple(prices[row.id] for row in rows)
    return replace(quote, lines=lines, unpriced=quote.unpriced + len(hidden))


def _nothing(row: CartRow) -> LineSupply:
    return LineSupply(row.id, row.product_id, row.quantity, (), row.quantity)


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
