"""What may stand in for products: asked once for a page, priced and sourced, in the best order.

The questions are apart from one another, so that a list of 500 rows can ask for prices and stock of
originals and analogues together; `offers_for` asks them all where the originals are known.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from fondaco.availability.service import Supply
from fondaco.hooks.context import AskContext
from fondaco.pricing.cost import SEE, costs_of
from fondaco.substitutes.choose import Ranked, choose, replaces_best
from fondaco.substitutes.marks import Candidate, Original
from fondaco_sdk.hooks.catalog import substitutes
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.substitute import Substitute
from fondaco_sdk.types.supply import LineSupply, Want

MOST = 10
"""So many of a product are priced and sourced: those that replace it best, by the plugins' word."""

ZERO = Decimal(0)


class Proposed(Struct, frozen=True):
    """What plugins propose for each product, and the products that this customer may order of it.

    `failed` names plugins that did not answer; `asked`: there is somebody to ask at all.
    """

    by_product: Mapping[ProductId, tuple[Substitute, ...]]
    products: Mapping[ProductId, Product]
    failed: tuple[str, ...]
    asked: bool

    @property
    def answered(self) -> bool:
        """Whether nothing means that there is nothing."""
        return self.asked and not self.failed

    def of(self, id: ProductId) -> tuple[tuple[Substitute, Product], ...]:
        """What stands in for a product, with the products."""
        return tuple((one, self.products[one.substitute_id]) for one in self.by_product.get(id, ()))


class Offers(Struct, frozen=True):
    """Analogues by the product they stand in for, the best first.

    `degraded` names plugins that did not answer: their analogues or dates are missing. `wanted` are
    the products for which there is nothing, though somebody could have known.
    """

    by_product: Mapping[ProductId, tuple[Ranked, ...]]
    degraded: tuple[str, ...] = ()
    wanted: tuple[ProductId, ...] = ()

    def of(self, id: ProductId) -> tuple[Ranked, ...]:
        """What stands in for a product."""
        return self.by_product.get(id, ())


async def proposed_for(ask: AskContext, ids: Iterable[ProductId]) -> Proposed:
    """What may stand in for products, of what this customer may order. Two statements at most,
    besides those of the plugins."""
    products = list(dict.fromkeys(ids))
    asked = bool(ask.hall.registry.implementations.get(substitutes.__name__))
    if not products or not asked:
        return Proposed({}, {}, (), asked)
    collected = await ask.hall.hooks.collect(substitutes, ask=ask, products=products)
    visible = await ask.catalog.products(
        sorted({one.substitute_id for _, one in collected.proposals})
    )
    buyable = {id: product for id, product in visible.items() if product.buyable}
    found: dict[ProductId, list[Substitute]] = defaultdict(list)
    for _, one in collected.proposals:
        if one.substitute_id in buyable and one.substitute_id != one.product_id:
            found[one.product_id].append(one)
    return Proposed(
        {id: _best(found[id]) for id in products if id in found},
        buyable,
        collected.failed,
        asked,
    )


async def offers_for(
    ask: AskContext,
    originals: Sequence[Original],
    taken: Mapping[ProductId, Decimal] = MappingProxyType({}),
) -> Offers:
    """Analogues for products of a page, whose prices are known. Constant statements.

    `taken`: how much of some products is spoken for already, and cannot stand in.
    """
    proposed = await proposed_for(ask, (original.product.id for original in originals))
    currency = ask.customer.currency if ask.customer else ask.currency
    wanted: dict[tuple[ProductId, Decimal], None] = {}
    most: dict[ProductId, Decimal] = {}
    for original in originals:
        for _, product in proposed.of(original.product.id):
            quantity = up_to_multiple(original.quantity, product)
            wanted[product.id, quantity] = None
            spoken_for = taken.get(product.id, ZERO)
            most[product.id] = max(quantity + spoken_for, most.get(product.id, ZERO))
    supply = Supply(ask)
    supplies = {
        found.product_id: found
        for found in await supply.supply([Want(id, id, n) for id, n in most.items()])
    }
    quote = await ask.pricing.quote(
        [PriceLine(line, id, quantity) for line, (id, quantity) in enumerate(wanted)]
    )
    prices = {(price.product_id, price.quantity): price.unit_price for price in quote.lines}
    ranking = replace(await Ranking.over(ask, most, currency), taken=taken)
    by_product = {
        original.product.id: ranking.order(
            original, proposed.of(original.product.id), supplies, prices
        )
        for original in originals
    }
    degraded = dict.fromkeys((*proposed.failed, *supply.degraded))
    nothing = [id for id, found in by_product.items() if not found]
    return Offers(
        by_product,
        tuple(degraded),
        tuple(nothing) if proposed.answered else (),
    )


class Ranking(Struct, frozen=True):
    """Puts candidates into their order for one asker; `costs` by product, where they count.

    `taken` as in `offers_for`.
    """

    ask: AskContext
    costs: Mapping[ProductId, Decimal]
    taken: Mapping[ProductId, Decimal] = MappingProxyType({})

    @classmethod
    async def over(cls, ask: AskContext, ids: Iterable[ProductId], currency: str) -> "Ranking":
        """With the costs of candidates, which take part in the order and are seen by staff only."""
        products = list(ids)
        counts = ask.hall.settings.substitutes.margin > 0 or ask.actor.may(SEE)
        known = await costs_of(ask, products, currency) if products and counts else {}
        return cls(ask, known)

    def order(
        self,
        original: Original,
        proposed: Sequence[tuple[Substitute, Product]],
        supplies: Mapping[ProductId, LineSupply],
        prices: Mapping[tuple[ProductId, Decimal], Decimal | None],
    ) -> tuple[Ranked, ...]:
        """The candidates of one original, the best first; no word of margins but to staff."""
        ask = self.ask
        candidates = []
        for substitute, product in proposed:
            quantity = up_to_multiple(original.quantity, product)
            spoken_for = self.taken.get(product.id, ZERO)
            available, ready = reach(supplies[product.id], quantity + spoken_for)
            available = max(available - spoken_for, ZERO)
            price = prices[product.id, quantity]
            cost = self.costs.get(product.id)
            candidates.append(
                Candidate(substitute, product, quantity, price, available, ready, cost)
            )
        today = ask.now.astimezone(ask.zone).date()
        ranked = choose(original, candidates, ask.hall.settings.substitutes, today)
        return ranked if ask.actor.may(SEE) else tuple(one.for_customers() for one in ranked)


def reach(supply: LineSupply, quantity: Decimal) -> tuple[Decimal, date | None]:
    """How much of a quantity a supply brings, and by when that is there."""
    available, ready = ZERO, None
    for part in supply.parts:
        if available >= quantity:
            break
        available = min(quantity, available + part.quantity)
        ready = max(ready, part.promised) if ready else part.promised
    return available, ready


def up_to_multiple(quantity: Decimal, product: Product) -> Decimal:
    """The least whole multiple of a product that is no less than a quantity."""
    steps = (quantity / product.multiple).to_integral_value(ROUND_CEILING)
    return max(steps, Decimal(1)) * product.multiple


def _best(found: Sequence[Substitute]) -> tuple[Substitute, ...]:
    best: dict[ProductId, Substitute] = {}
    for one in sorted(found, key=lambda one: (*replaces_best(one), one.substitute_id)):
        best.setdefault(one.substitute_id, one)
    return tuple(best.values())[:MOST]
