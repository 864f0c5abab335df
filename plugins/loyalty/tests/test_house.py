"""What holds for every plugin: tables that come and go, sums that add up, pages that keep rules."""

from pathlib import Path

import pytest
from loyalty_shop import Shop
from sqlalchemy.exc import ProgrammingError

import fondaco_loyalty
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import (
    assert_demo_repeats,
    broken_invariants,
    modules_of_manifest,
    tables_come_and_go,
    template_findings,
)
from fondaco.testing.table_checks import table_differences
from fondaco_loyalty.manifest import plugin
from fondaco_loyalty.tables import metadata
from fondaco_sdk.testing.quality import quality_problems

pytestmark = pytest.mark.plugins("loyalty")


async def test_its_tables_leave_without_a_trace_and_come_back(
    hall: Hall, database_url: str
) -> None:
    await tables_come_and_go(hall, database_url, "loyalty")


async def test_its_tables_are_as_migrated(database_url: str) -> None:
    assert await table_differences(database_url, metadata, partial=True) == []


@pytest.mark.parametrize("journal", plugin.journals)
async def test_the_journals_are_only_added_to(shop: Shop, journal: str) -> None:
    await shop.bought("1")
    await shop.grant(10)
    for change in (
        f"update plugin_loyalty.{journal} set amount = 0",
        f"delete from plugin_loyalty.{journal}",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await shop.run(change)


async def test_invariants_hold_and_find_what_is_broken(shop: Shop) -> None:
    await shop.tiers()
    order = await shop.order(3)
    await shop.cancel(order.id)
    assert await broken_invariants(shop.hall, "loyalty") == set()
    await shop.run(
        "insert into plugin_loyalty.turnover (company_id, counted_on, amount, currency, kind,"
        " document, revision, label, order_uuid) select :other, counted_on, 1, currency, kind,"
        " document, 2, label, order_uuid from plugin_loyalty.turnover where kind = 'order'",
        other=(await shop.new_company("Василёк")).customer.company_id,
    )
    await shop.run("update plugin_loyalty.tier set percent = 1 where name_en = 'Gold'")
    await _merged_but_left_behind(shop)
    await _returned_more_than_was_spent(shop)
    assert await broken_invariants(shop.hall, "loyalty") == {
        invariant.name for invariant in plugin.invariants
    }


async def _merged_but_left_behind(shop: Shop) -> None:
    gone = (await shop.new_company("Лютик")).customer.company_id
    await shop.run(
        "insert into plugin_loyalty.turnover (company_id, counted_on, amount, currency, kind,"
        " document) values (:gone, current_date, 5, 'RUB', 'erp', 'left')",
        gone=gone,
    )
    await shop.run(
        "insert into plugin_loyalty.merger (company_id, into_company_id) values (:gone, :into)",
        gone=gone,
        into=shop.company.customer.company_id,
    )


async def _returned_more_than_was_spent(shop: Shop) -> None:
    """Entries without their lots, which the account knows nothing of."""
    await shop.grant(1)
    for kind, amount in (("spend", -70), ("return", 60)):
        await shop.run(
            "insert into plugin_loyalty.points (uuid, account_id, company_id, kind, amount,"
            " order_uuid) select gen_random_uuid(), id, company_id, :kind, :amount,"
            " '0197a000-0000-7000-8000-00000000000a' from plugin_loyalty.points_account",
            kind=kind,
            amount=amount,
        )


async def test_the_demo_shows_statuses_and_can_be_started_again(shop: Shop) -> None:
    await shop.run("update fondaco.company set external_id = 'c-1'")
    await assert_demo_repeats(shop.hall, "loyalty")


def test_pages_keep_the_policy_and_have_their_texts(hall: Hall) -> None:
    assert template_findings(hall, "loyalty") == []


def test_the_ladder_of_quality() -> None:
    assert quality_problems(Path(fondaco_loyalty.__file__).parent / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_loyalty.manifest") == [
        "fondaco_loyalty",
        "fondaco_loyalty.manifest",
    ]
