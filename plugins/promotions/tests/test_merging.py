"""Companies are merged: what the one has used counts for the other, once and for good."""

import pytest
from promo_shop import Shop
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import merged
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_promotions.merging import follow_merge

pytestmark = pytest.mark.plugins("promotions")


async def _told(shop: Shop, client: CompanyFixture, into: CompanyFixture) -> None:
    """The event once more."""
    async with system_ask(shop.hall).act() as act:
        await follow_merge(act, merged(client, into))


async def _weights(shop: Shop) -> dict[int, int]:
    rows = await system_ask(shop.hall).fetch(
        text(
            "select company_id, sum(weight) from plugin_promotions.use_entry"
            " group by company_id having sum(weight) <> 0"
        )
    )
    return {row[0]: row[1] for row in rows}


async def test_a_limit_per_company_counts_what_both_have_used(shop: Shop) -> None:
    campaign = await shop.campaign(limit_company=2)
    client = await shop.new_company("Василёк")
    for company in (shop.company, client):
        assert (await shop.order(1, company=company)).total == 90
    assert (await shop.price()).unit_price == 90
    await shop.merge(client, shop.company)
    assert (await shop.price()).unit_price == 100
    await _told(shop, client, shop.company)
    assert await _weights(shop) == {shop.company.customer.company_id: 2}
    assert await shop.used(campaign) == 2
    assert await broken_invariants(shop.hall, "promotions") == set()


async def test_an_order_of_the_merged_company_gives_back_to_the_other(shop: Shop) -> None:
    await shop.campaign(limit_company=1)
    client = await shop.new_company("Василёк")
    order = await shop.order(1, company=client)
    await shop.merge(client, shop.company)
    await shop.cancel(order.id)
    assert await _weights(shop) == {}
    assert (await shop.price()).unit_price == 90
    assert await broken_invariants(shop.hall, "promotions") == set()


async def test_what_was_given_back_before_is_not_moved(shop: Shop) -> None:
    await shop.campaign(limit_company=1)
    client = await shop.new_company("Василёк")
    await shop.cancel((await shop.order(1, company=client)).id)
    await shop.merge(client, shop.company)
    assert await _weights(shop) == {}


async def test_two_merges_in_a_row_may_be_told_the_later_first(shop: Shop) -> None:
    await shop.campaign(limit_company=5)
    first, second = [await shop.new_company(name) for name in ("Василёк", "Лютик")]
    for company in (first, second):
        await shop.order(1, company=company)
    await _told(shop, second, shop.company)
    await _told(shop, first, second)
    assert await _weights(shop) == {shop.company.customer.company_id: 2}


async def test_the_code_in_a_cart_goes_with_the_cart(shop: Shop) -> None:
    campaign = await shop.campaign(by_code=True)
    await shop.code(campaign, "KEPT")
    client = await shop.new_company("Василёк")
    await shop.hold("KEPT", client)
    await _told(shop, client, shop.company)
    rows = await system_ask(shop.hall).fetch(
        text("select company_id from plugin_promotions.cart_code")
    )
    assert [row[0] for row in rows] == [shop.company.customer.company_id]
