"""Companies are merged: turnover, status and points stand with the one that stays, once."""

from decimal import Decimal
from uuid import uuid4

import msgspec
import pytest
from loyalty_shop import GOLD, SILVER, Shop
from sqlalchemy import text

from fondaco.exchange.inbound import receive
from fondaco.hooks.context import system_ask
from fondaco.settings import Settings
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import merged
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_loyalty.assignments import Given, give
from fondaco_loyalty.merging import follow_merge
from fondaco_sdk.types.order import OrderState

_TAX_ID = text("select tax_id from fondaco_api.legal_entity_v1 where id = :id")

pytestmark = pytest.mark.plugins("loyalty")


async def _told(shop: Shop, client: CompanyFixture, into: CompanyFixture) -> None:
    """The event, once more or out of its order."""
    async with system_ask(shop.hall).act() as act:
        await follow_merge(act, merged(client, into))


async def test_turnover_stands_with_the_company_that_stays(shop: Shop) -> None:
    await shop.tiers()
    client = await shop.new_company("Василёк")
    await shop.order(60)
    await shop.order(70, company=client)
    assert (await shop.standing()).tier is None
    await shop.merge(client, shop.company)
    await _told(shop, client, shop.company)
    standing = await shop.standing()
    assert (standing.turnover, standing.tier) == (13_000, SILVER)
    assert (await shop.standing(client)).turnover == 0
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def test_an_order_cancelled_after_the_merge_is_taken_back_where_it_stands(shop: Shop) -> None:
    client = await shop.new_company("Василёк")
    order = await shop.order(70, company=client)
    await shop.merge(client, shop.company)
    await shop.cancel(order.id)
    assert (await shop.standing()).turnover == 0
    assert (await shop.standing(client)).turnover == 0
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def test_the_erp_may_go_on_to_name_the_merged_company(shop: Shop) -> None:
    client = await shop.new_company("Василёк")
    record = {"company": "Василёк", "document": "7", "amount": 100, "date": "2026-11-20"}
    await receive(shop.hall, "loyalty.turnover", [record])
    await shop.merge(client, shop.company)
    for name in ("Василёк", "Ромашка"):
        told = {**record, "company": name, "amount": 130}
        assert (await receive(shop.hall, "loyalty.turnover", [told])).unmatched == ()
    await receive(shop.hall, "loyalty.balances", [{"company": "Василёк", "points": 40}])
    assert (await shop.standing()).turnover == 130
    assert (await shop.points()).available == 40
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def test_points_keep_their_days_and_a_debt_is_paid(shop: Shop) -> None:
    client = await shop.new_company("Василёк")
    await shop.grant(100, days=5, company=client)
    await shop.grant(30, days=None, company=client)
    await shop.run(
        "insert into plugin_loyalty.points_account (holder, company_id)"
        " values ('company:' || cast(:id as bigint), :id)",
        id=shop.company.customer.company_id,
    )
    await shop.run(
        "with e as (insert into plugin_loyalty.points"
        " (uuid, account_id, company_id, kind, amount, owed) select gen_random_uuid(), id,"
        " company_id, 'take_back', 0, 45 from plugin_loyalty.points_account"
        " where company_id = :id returning account_id)"
        " update plugin_loyalty.points_account set debt = 45"
        " where id in (select account_id from e)",
        id=shop.company.customer.company_id,
    )
    await shop.merge(client, shop.company)
    await _told(shop, client, shop.company)
    balance = await shop.points()
    assert balance.debt == 0
    assert [(d.amount, d.expires_on is None) for d in balance.dated] == [(55, False), (30, True)]
    assert (await shop.points(client)).available == 0
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def test_an_order_paid_with_points_before_the_merge_returns_them_after(shop: Shop) -> None:
    client = await shop.new_company("Василёк")
    await shop.grant(30, company=client)
    await shop.run(
        "insert into plugin_loyalty.cart_points (company_id, user_id) values (:company, :user)",
        company=client.customer.company_id,
        user=client.user_id,
    )
    order = await shop.order(10, company=client)
    assert order.total == 970
    await shop.merge(client, shop.company)
    await shop.cancel(order.id)
    assert (await shop.points()).available == 30
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def test_the_higher_of_two_given_statuses_stays(shop: Shop) -> None:
    await shop.tiers()
    client, other = [await shop.new_company(name) for name in ("Василёк", "Лютик")]
    for company, tier in ((client, GOLD), (shop.company, SILVER), (other, SILVER)):
        async with system_ask(shop.hall).act() as act:
            given = Given(
                uuid=uuid4(), tier=tier.uuid, valid_from=await shop.day(), valid_to=None, reason="+"
            )
            await give(act, company.customer.company_id, None, given)
    await shop.merge(client, shop.company)
    assert (await shop.standing()).tier == GOLD
    assert (await shop.standing(client)).given is None
    await shop.merge(other, shop.company)
    assert (await shop.standing()).tier == GOLD


async def test_two_merges_in_a_row_may_be_told_the_later_first(shop: Shop) -> None:
    first, second = [await shop.new_company(name) for name in ("Василёк", "Лютик")]
    for company in (first, second):
        await shop.order(1, company=company)
        await shop.grant(10, company=company)
    await _told(shop, second, shop.company)
    await _told(shop, first, second)
    assert (await shop.standing()).turnover == 200
    assert (await shop.points()).available == 20


class TestLegalEntitiesStandByThemselves:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        plugins = {"loyalty": {"by": "legal_entity", "points_percent": 10}}
        return msgspec.structs.replace(settings, plugins=plugins)

    async def test_of_one_tax_id_they_stand_together(self, shop: Shop) -> None:
        await shop.tiers()
        other = await shop.new_company("Филиал")
        await shop.order(60)
        await shop.order(70, company=other)
        assert (await shop.standing()).turnover == 6_000
        await shop.run(
            "update fondaco.legal_entity set tax_id = '7701234567', kpp = lpad(id::text, 9, '0')"
        )
        assert (await shop.standing()).turnover == 13_000
        assert (await shop.standing(other)).tier == SILVER
        await shop.grant(10)
        assert (await shop.points(other)).available == 10

    async def test_entities_of_one_company_stand_apart(self, shop: Shop) -> None:
        await shop.run(
            "insert into fondaco.legal_entity (uuid, company_id, name, tax_id) values"
            " (gen_random_uuid(), :company, 'Вторая', '7709999999')",
            company=shop.company.customer.company_id,
        )
        records = [
            {"tax_id": tax, "document": tax, "amount": amount, "date": str(await shop.day())}
            for tax, amount in (("7709999999", 500), (await self._tax_id(shop), 200))
        ]
        nameless = {**records[0], "document": "x", "tax_id": "", "company": "Ромашка"}
        report = await receive(shop.hall, "loyalty.turnover", [*records, nameless])
        assert [u.reason.code for u in report.unmatched] == ["loyalty.several_entities"]
        assert (await shop.standing()).turnover == 200

    async def test_a_merge_leaves_an_entity_what_is_its_own(self, shop: Shop) -> None:
        client = await shop.new_company("Василёк")
        order = await shop.order(10, company=client)
        await shop.move(order.id, OrderState.SHIPPED)
        assert (await shop.points(client)).available == 100
        await shop.run("update fondaco.legal_entity set tax_id = ''")
        await shop.merge(client, shop.company)
        assert (await shop.standing()).turnover == Decimal(0)
        assert await broken_invariants(shop.hall, "loyalty") == set()

    async def _tax_id(self, shop: Shop) -> str:
        rows = await shop.ask.fetch(_TAX_ID, {"id": shop.company.customer.legal_entity_id})
        return str(rows[0][0])
