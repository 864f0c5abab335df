"""The discount in real quotes: who has it, on what turnover, and at what cost."""

from datetime import timedelta
from decimal import Decimal

import pytest
import pytest_asyncio
from loyalty_shop import GOLD, SILVER, Shop

from fondaco.hooks.context import AskContext
from fondaco.testing.plugin import TestClock
from fondaco_loyalty.hooks import price_moves
from fondaco_sdk.testing.contracts import PriceMovesCase, PriceMovesContract
from fondaco_sdk.testing.contracts.asking import Counting
from fondaco_sdk.testing.factories import price_line

pytestmark = pytest.mark.plugins("loyalty")


class TestPriceMoves(PriceMovesContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> PriceMovesCase:
        await shop.tiers()
        await shop.bought("12000")
        lines = [
            price_line(i, product_id=p) for i, p in enumerate((*shop.products, shop.products[0]))
        ]
        return PriceMovesCase(price_moves, shop.ask, lines)


async def _price(shop: Shop, ask: AskContext | None = None) -> Decimal | None:
    quote = await (ask or shop.ask).pricing.quote([price_line(1, product_id=shop.products[0])])
    return quote.lines[0].unit_price


async def test_the_status_lowers_the_price_and_says_why(shop: Shop) -> None:
    await shop.tiers()
    assert await _price(shop) == 100
    await shop.bought("9999.99")
    assert await _price(shop) == 100
    await shop.bought("0.01")
    assert await _price(shop) == 95
    await shop.bought("40000")
    quote = await shop.ask.pricing.quote([price_line(1, product_id=shop.products[0])])
    step = quote.lines[0].steps[-1]
    assert quote.lines[0].unit_price == Decimal("92.50")
    assert (step.plugin, step.applied) == ("loyalty", True)
    assert step.before == 100
    assert step.after == Decimal("92.5")
    assert step.reason.ru == "Статус «Золото»: скидка 7,5\u202f%"
    assert step.reason.en == "“Gold” status: 7.5% off"


async def test_turnover_leaves_with_the_rolling_period(shop: Shop, clock: TestClock) -> None:
    await shop.tiers()
    await shop.bought("10000", days_ago=364)
    await shop.bought("90000", days_ago=365)
    assert await _price(shop) == 95
    clock.move(timedelta(days=1))
    assert await _price(shop) == 100


async def test_other_currencies_are_kept_and_not_counted(shop: Shop) -> None:
    await shop.tiers()
    await shop.bought("999999", currency="USD")
    assert (await shop.standing()).turnover == 0
    assert await _price(shop) == 100
    assert len(await shop.journal()) == 1


async def test_another_company_and_a_guest_have_none(shop: Shop, ask: AskContext) -> None:
    await shop.tiers()
    await shop.bought("60000")
    other = await shop.new_company("Василёк")
    assert await _price(shop, other.ask(shop.hall)) == 100
    assert await price_moves(ask, [price_line(1)]) == ()


async def test_a_status_without_a_discount_proposes_nothing(shop: Shop) -> None:
    await shop.tiers(SILVER.__class__(SILVER.uuid, "Гость", "Guest", Decimal(0), Decimal(0)), GOLD)
    assert (await shop.standing()).tier is not None
    assert await price_moves(shop.ask, [price_line(1)]) == ()


async def test_one_statement_more_for_any_number_of_lines(shop: Shop, sql_budget: Counting) -> None:
    await shop.tiers()
    await shop.bought("12000")
    products = await shop.wholesaler.products(300, price_list=shop.prices, prefix="B")
    counts = []
    for many in (1, 300):
        lines = [price_line(i, product_id=p) for i, p in enumerate(products[:many])]
        with sql_budget() as count:
            quote = await shop.ask.pricing.quote(lines)
        assert {line.unit_price for line in quote.lines} == {95}
        counts.append(count.number)
    assert counts == [5, 5]
