"""Campaigns in real quotes and carts: for what, for whom, when, and against whom they win."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from promo_shop import Shop
from sqlalchemy import text

from fondaco.hooks.context import AskContext
from fondaco.testing.plugin import TestClock
from fondaco_promotions.hooks import cart_moves, price_moves
from fondaco_sdk.testing.contracts import (
    CartMovesCase,
    CartMovesContract,
    PriceMovesCase,
    PriceMovesContract,
)
from fondaco_sdk.testing.contracts.asking import Counting
from fondaco_sdk.testing.factories import price_line
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import ORDER_STEP

pytestmark = pytest.mark.plugins("promotions")

D = Decimal


class TestPriceMoves(PriceMovesContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> PriceMovesCase:
        await shop.campaign()
        await shop.campaign(amount=D(7), products=(shop.products[1],))
        lines = [
            price_line(i, product_id=p) for i, p in enumerate((*shop.products, shop.products[0]))
        ]
        return PriceMovesCase(price_moves, shop.ask, lines)


class TestCartMoves(CartMovesContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> CartMovesCase:
        await shop.campaign(level="order", min_total=D(300))
        await shop.campaign(level="order", amount=D(20), products=(shop.products[1],))
        await shop.fill(3, 1)
        return CartMovesCase(cart_moves, shop.ask, await shop.ask.cart.priced())


async def test_a_campaign_lowers_the_price_and_says_why(shop: Shop) -> None:
    campaign = await shop.campaign()
    price = await shop.price()
    step = price.steps[-1]
    assert price.unit_price == 90
    assert (step.plugin, step.applied, step.before, step.after) == ("promotions", True, 100, 90)
    assert step.reason.ru == "Акция «Осень»: −10\u202f%"
    assert step.reason.en == "Promotion “Autumn”: −10%"
    assert step.reason.params["campaign"] == str(campaign.uuid)


async def test_the_better_campaign_wins_and_the_other_says_why(shop: Shop) -> None:
    await shop.campaign()
    await shop.campaign(amount=D(15), name_ru="Зима", name_en="Winter")
    price = await shop.price()
    assert price.unit_price == 85
    (lost,) = [step for step in price.steps if not step.applied]
    assert "Осень" in lost.reason.ru
    assert lost.lost
    assert lost.lost.code == "price.better_won"


async def test_an_amount_above_the_price_is_cut_at_zero_and_at_the_floor(shop: Shop) -> None:
    await shop.campaign(amount=D(500))
    assert (await shop.price()).unit_price == 0
    await shop.campaign(level="order", amount=D(5000))
    await shop.fill(1)
    assert (await shop.cart()).cart.quote.total == 0


async def test_goods_narrow_each_other_and_a_category_holds_all_below_it(shop: Shop) -> None:
    await shop.run(
        "with top as (insert into fondaco.category (uuid, name) values (gen_random_uuid(), 'Верх')"
        " returning id), below as (insert into fondaco.category (uuid, name, parent_id)"
        " select gen_random_uuid(), 'Низ', id from top returning id)"
        " update fondaco.product set category_id = (select id from below)"
        " where sku in ('A-1', 'A-2')"
    )
    await shop.run("update fondaco.product set brand = 'SKF' where sku = 'A-2'")
    (top,) = await shop.ask.fetch(_TOP)
    await shop.campaign(categories=(top.id,), brands=("SKF",))
    assert [(await shop.price(n)).unit_price for n in (1, 2, 3)] == [100, 90, 100]
    await shop.campaign(categories=(top.id,), percent=D(3))
    assert [(await shop.price(n)).unit_price for n in (1, 2, 3)] == [97, 90, 100]
    await shop.campaign(products=(shop.products[2],), percent=D(1))
    assert (await shop.price(3)).unit_price == 99


async def test_it_is_for_its_companies_only_and_not_for_guests(shop: Shop, ask: AskContext) -> None:
    other = await shop.new_company("Василёк")
    await shop.campaign(companies=(other.customer.company_id,))
    assert (await shop.price()).unit_price == 100
    assert (await shop.price(ask=other.ask(shop.hall))).unit_price == 90
    assert await price_moves(ask, [price_line(1)]) == []


async def test_it_ends_at_the_instant_and_begins_at_the_instant(
    shop: Shop, clock: TestClock
) -> None:
    begin = shop.ask.now + timedelta(hours=1)
    await shop.campaign(starts_at=begin, ends_at=begin + timedelta(hours=1))
    seen = []
    for seconds in (-2, 2, 3596, 3602):
        clock.move(begin + timedelta(seconds=seconds) - shop.ask.now)
        seen.append((await shop.price()).unit_price)
    assert seen == [100, 90, 90, 100]


async def test_amounts_are_for_the_sites_currency_only(shop: Shop) -> None:
    await shop.run(
        "insert into fondaco.currency_rate (currency, valid_from, rate, source)"
        " select 'USD', current_date - 1, 100, 'test'"
    )
    foreign = (await shop.new_company("Chain", currency="USD")).ask(shop.hall)
    await shop.campaign(amount=D(15))
    assert (await shop.price()).unit_price == 85
    assert (await shop.price(ask=foreign)).unit_price == 1


async def test_off_the_order_to_the_kopeck_and_only_from_its_minimum(shop: Shop) -> None:
    await shop.campaign(level="order", percent=D("3.33"), min_total=D(400))
    await shop.fill(1, 1, 1)
    assert (await shop.cart()).cart.quote.total == 300
    await shop.fill(1)
    view = await shop.cart()
    assert view.cart.quote.total == D("386.68")
    assert sum(line.price.total or 0 for line in view.cart.lines) == D("386.68")
    assert [line.price.unit_price for line in view.cart.lines] == [100, 100, 100]
    steps = [step for line in view.cart.lines for step in line.price.steps]
    assert sum(s.stage == ORDER_STEP and s.applied for s in steps) == 3


async def test_an_order_keeps_what_it_was_given_whatever_becomes_of_the_campaign(
    shop: Shop,
) -> None:
    await shop.campaign(level="order", amount=D(50), name_ru="Полсотни", name_en="Fifty")
    order = await shop.order(2, 1)
    await shop.run("update plugin_promotions.campaign set paused_at = now()")
    assert (order.total, [line.total for line in order.lines]) == (250, [D("166.67"), D("83.33")])
    (frozen,) = await shop.ask.fetch(_STEPS)
    assert frozen.step["reason"]["ru"] == "Акция «Полсотни»: −50,00\u202f₽ на заказ"
    assert D(frozen.step["before"]) - D(frozen.step["after"]) == D("33.33")


async def test_a_stored_order_is_replayed_from_its_steps(shop: Shop) -> None:
    await shop.campaign(percent=D("3.37"))
    await shop.campaign(amount=D("7.77"), products=(shop.products[1],), stackable=True)
    await shop.campaign(level="order", amount=D("33.33"), stackable=True)
    await shop.campaign(level="order", percent=D("11.11"))
    order = await shop.order(7, 3, 5)
    rows = await shop.ask.fetch(_FROZEN)
    assert order.total == sum(row.total for row in rows)
    for row in rows:
        assert _replayed(row.price_steps, row.quantity) == (row.unit_price, row.total)


async def test_used_up_paused_or_without_its_code_it_does_not_hold(shop: Shop) -> None:
    limited = await shop.campaign(limit_total=1)
    await shop.campaign(by_code=True, percent=D(50))
    other = await shop.new_company("Василёк")
    await shop.campaign(limit_company=1, percent=D(5))
    assert (await shop.price()).unit_price == 90
    await shop.order(1)
    assert await shop.used(limited) == 1
    assert (await shop.price()).unit_price == 95
    await shop.order(1)
    assert (await shop.price()).unit_price == 100
    assert (await shop.price(ask=other.ask(shop.hall))).unit_price == 95
    await shop.run("update plugin_promotions.campaign set paused_at = now()")
    assert (await shop.price(ask=other.ask(shop.hall))).unit_price == 100


async def test_a_cart_asks_no_more_for_more_lines(shop: Shop, sql_budget: Counting) -> None:
    await shop.campaign()
    await shop.campaign(level="order", percent=D(1), stackable=True)
    counts = []
    await shop.fill(1)
    await shop.cart()
    for _ in range(2):
        with sql_budget() as count:
            await shop.cart()
        counts.append(count.number)
        await shop.fill(1, 1, 1)
    assert counts[0] == counts[1]


async def test_one_statement_more_for_any_number_of_lines(shop: Shop, sql_budget: Counting) -> None:
    await shop.campaign()
    await shop.campaign(level="order", percent=D(1))
    products = await shop.wholesaler.products(300, price_list=shop.prices, prefix="B")
    counts = []
    for many in (1, 300):
        lines = [price_line(i, product_id=p) for i, p in enumerate(products[:many])]
        with sql_budget() as count:
            quote = await shop.ask.pricing.quote(lines)
        assert {line.unit_price for line in quote.lines} == {90}
        counts.append(count.number)
    assert counts == [5, 5]


_TOP = text("select id from fondaco.category where name = 'Верх'")
_STEPS = text(
    "select step from fondaco.order_line l, jsonb_array_elements(l.price_steps) step"
    " where l.position = 1 and (step->>'stage')::int = 7"
)
_FROZEN = text(
    "select quantity, unit_price, total, price_steps from fondaco.order_line order by position"
)


def _replayed(steps: list[dict[str, Any]], quantity: Decimal) -> tuple[Decimal, Decimal]:
    """Unit price and sum of a line, from nothing but the steps that applied."""
    applied = [step for step in steps if step["applied"]]
    price = round_money(
        next(D(s["after"]) for s in reversed(applied) if s["stage"] != ORDER_STEP), "RUB"
    )
    total = round_money(price * quantity, "RUB")
    for step in applied:
        if step["stage"] == ORDER_STEP:
            assert D(step["before"]) == total
            total = D(step["after"])
    return price, total
