"""Prices that explain themselves: 500 lines, every plugin, against the bare rows."""

from collections.abc import Sequence

from benchmarks.buyer import Buyer, Ware, buyer_of, price_lines, wares
from benchmarks.figures import Figure, Limit, once
from benchmarks.house import Bare, House
from benchmarks.measure import by_turns
from benchmarks.quote_and_supply import LINES, PRICES, SIZES
from benchmarks.trade import trading
from fondaco.db.counting import counting
from fondaco.pricing.service import Pricing

INDIVIDUAL = """
    select product_id, legal_entity_id, min_quantity, price, currency, vat_included
      from fondaco.individual_price
     where company_id = $1 and product_id = any($2::bigint[]) and valid_from <= current_date
       and coalesce(valid_to, 'infinity') >= current_date
"""
RULES = """
    select id, agreement_id, brand, category_id, price_group, percent from fondaco.discount_rule
     where company_id = $1 and valid_from <= current_date
       and coalesce(valid_to, 'infinity') >= current_date
"""
MARGINS = "select id, category_id, price_group, min_percent, max_percent from fondaco.margin_rule"
GOODS = """
    select p.id, p.brand, p.category_id, p.vat, x.price_group, x.cost, x.cost_currency
      from fondaco.product p left join fondaco.product_pricing x on x.product_id = p.id
     where p.id = any($1::bigint[])
"""
CAMPAIGNS = """
    select id, uuid, name_ru, name_en, level, percent, amount, brands, products, categories
      from plugin_promotions.campaign where removed_at is null and starts_at <= now()
"""
TURNOVER = "select counted_on, amount from plugin_loyalty.turnover where company_id = $1"
TIERS = "select uuid, name_ru, name_en, threshold, percent from plugin_loyalty.tier"


async def measure(house: House) -> Sequence[Figure]:
    """The time for 500 lines, and that statements do not depend on their number."""
    return await measured(house, Explained, "explained quote")


async def measured(house: House, kind: "type[Explained]", what: str) -> Sequence[Figure]:
    """The same for any such questions."""
    async with (
        trading(house) as there,
        there.hall() as hall,
        there.bare(owner=True) as connection,
    ):
        buyer = await buyer_of(hall)
        found = await wares(buyer, max(SIZES))
        asked = kind(buyer, found[:LINES])
        await asked.is_worth_measuring()
        ours, floor = await by_turns(
            asked.answered, lambda: asked.fetched(connection), before_ours=asked.forgotten
        )
        numbers = [await kind(buyer, found[:size]).statements() for size in SIZES]
    return (
        Figure(
            what=f"{what}, all plugins, {LINES} lines",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(times=4),
        ),
        Figure(
            what="  statements, 1,000 lines against 1",
            unit="",
            ours=once(max(numbers)),
            floor=once(min(numbers)),
            limit=Limit(times=1),
        ),
    )


class Explained:
    """What do these wares cost the buyer, and why?"""

    def __init__(self, buyer: Buyer, found: Sequence[Ware]) -> None:
        self._buyer = buyer
        self._lines = price_lines(found)

    async def is_worth_measuring(self) -> None:
        """Several plugins speak, and most lines have something to explain."""
        quote = await Pricing(self._buyer.ask()).quote(self._lines)
        spoke = {step.plugin for line in quote.lines for step in line.steps}
        assert {"price_lists", "contract_prices", "promotions", "loyalty"} <= spoke, spoke
        assert sum(len(line.steps) for line in quote.lines) > 3 * len(self._lines)

    async def forgotten(self) -> None:
        """As in a process that has just started."""
        self._buyer.hall.memories.clear()

    async def answered(self) -> None:
        """By the kernel and all plugins."""
        await Pricing(self._buyer.ask()).quote(self._lines)

    async def fetched(self, connection: Bare) -> None:
        """Only the rows on which the answers stand."""
        customer = self._buyer.customer
        products = [line.product_id for line in self._lines]
        await connection.fetch(
            PRICES,
            [line.line for line in self._lines],
            products,
            [line.quantity for line in self._lines],
            list(customer.price_lists),
        )
        await connection.fetch(INDIVIDUAL, customer.company_id, products)
        await connection.fetch(RULES, customer.company_id)
        await connection.fetch(MARGINS)
        await connection.fetch(GOODS, products)
        await connection.fetch(CAMPAIGNS)
        await connection.fetch(TURNOVER, customer.company_id)
        await connection.fetch(TIERS)

    async def statements(self) -> int:
        """How many it takes, with nothing remembered."""
        await self.forgotten()
        with counting() as count:
            await self.answered()
        return count.number
