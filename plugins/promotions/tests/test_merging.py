"""Companies are merged: what the one has used counts for the other, once and for good."""

import pytest
from promo_shop import Shop
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.staff.merging import merge
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_promotions.merging import follow_merge
from fondaco_sdk.events import CompaniesMergedV1

pytestmark = pytest.mark.plugins("promotions")


async def _merge(shop: Shop, client: CompanyFixture, into: CompanyFixture) -> None:
    """Through the kernel's own merge; a client has no tax id."""
    one, other = client.customer.company_id, into.customer.company_id
    await shop.run("update fondaco.legal_entity set tax_id = '' where company_id = :c", c=one)
    async with system_ask(shop.hall).act() as act:
        await merge(act, one, other)


async def _told(shop: Shop, client: CompanyFixture, into: CompanyFixture) -> None:
    """The event once more."""
    async with system_ask(shop.hall).act() as act:
        await follow_merge(
            act,
            CompaniesMergedV1(
                company_id=client.customer.company_id,
                into_company_id=into.customer.company_id,
                legal_entity_ids=(),
                at=act.now,
            ),
        )


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
    await _merge(shop, client, shop.company)
    await deliver_due(shop.hall)
    assert (await shop.price()).unit_price == 100
    await _told(shop, client, shop.company)
    assert await _weights(shop) == {shop.company.customer.company_id: 2}
    assert await shop.used(campaign) == 2
    assert await broken_invariants(shop.hall, "promotions") == set()


async def test_an_order_of_the_merged_company_gives_back_to_the_other(shop: Shop) -> None:
    await shop.campaign(limit_company=1)
    client = await shop.new_company("Василёк")
    order = await shop.order(1, company=client)
    await _merge(shop, client, shop.company)
    await deliver_due(shop.hall)
    await shop.cancel(order.id)
    assert await _weights(shop) == {}
    assert (await shop.price()).unit_price == 90
    assert await broken_invariants(shop.hall, "promotions") == set()


async def test_what_was_given_back_before_is_not_moved(shop: Shop) -> None:
    await shop.campaign(limit_company=1)
    client = await shop.new_company("Василёк")
    await shop.cancel((await shop.order(1, company=client)).id)
    await _merge(shop, client, shop.company)
    await deliver_due(shop.hall)
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
