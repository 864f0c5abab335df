"""What holds for every plugin: tables that come and go, sums that add up, pages that keep rules."""

from pathlib import Path

import pytest
from promo_shop import Shop
from sqlalchemy.exc import ProgrammingError

import fondaco_promotions
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import (
    assert_demo_repeats,
    broken_invariants,
    modules_of_manifest,
    tables_come_and_go,
    template_findings,
)
from fondaco.testing.table_checks import table_differences
from fondaco_promotions.manifest import plugin
from fondaco_promotions.tables import metadata
from fondaco_sdk.testing.quality import quality_problems

pytestmark = pytest.mark.plugins("promotions")


async def test_its_tables_leave_without_a_trace_and_come_back(
    hall: Hall, database_url: str
) -> None:
    await tables_come_and_go(hall, database_url, "promotions")


async def test_its_tables_are_as_migrated(database_url: str) -> None:
    assert await table_differences(database_url, metadata, partial=True) == []


async def test_the_journal_is_only_added_to(shop: Shop) -> None:
    await shop.campaign(limit_total=5)
    await shop.order(1)
    for change in (
        "update plugin_promotions.use_entry set weight = 0",
        "delete from plugin_promotions.use_entry",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await shop.run(change)


async def test_invariants_hold_and_find_what_is_broken(shop: Shop) -> None:
    campaign = await shop.campaign(limit_total=5, by_code=True)
    await shop.code(campaign, "LIMITED", 5)
    await shop.hold("LIMITED")
    order = await shop.order(1)
    await shop.cancel(order.id)
    assert await broken_invariants(shop.hall, "promotions") == set()
    add = (
        "insert into plugin_promotions.use_entry (campaign_id, code_id, company_id, order_uuid,"
        " kind, weight) select campaign_id, code_id, company_id, gen_random_uuid(),"
        " :kind, :weight from plugin_promotions.use_entry limit 1"
    )
    await shop.run(add, kind="back", weight=-1)
    for _ in range(7):
        await shop.run(add, kind="use", weight=1)
    assert await broken_invariants(shop.hall, "promotions") == {
        invariant.name for invariant in plugin.invariants
    }


async def test_the_demo_shows_campaigns_and_can_be_started_again(shop: Shop) -> None:
    await shop.run(
        "with c as (insert into fondaco.category (uuid, name) values (gen_random_uuid(), 'Болты')"
        " returning id) update fondaco.product set category_id = (select id from c)"
    )
    await assert_demo_repeats(shop.hall, "promotions")
    assert (await shop.price()).unit_price == 95


def test_pages_keep_the_policy_and_have_their_texts(hall: Hall) -> None:
    assert template_findings(hall, "promotions") == []


def test_the_ladder_of_quality() -> None:
    assert quality_problems(Path(fondaco_promotions.__file__).parent / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_promotions.manifest") == [
        "fondaco_promotions",
        "fondaco_promotions.manifest",
    ]
