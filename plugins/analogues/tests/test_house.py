"""What holds for every plugin: tables that come and go, a demo that repeats, pages by the rules."""

from pathlib import Path

import pytest
from analogue_shop import Shop

import fondaco_analogues
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import (
    assert_demo_repeats,
    broken_invariants,
    modules_of_manifest,
    tables_come_and_go,
    template_findings,
)
from fondaco.testing.table_checks import table_differences
from fondaco_analogues.tables import metadata
from fondaco_sdk.testing.quality import quality_problems

pytestmark = pytest.mark.plugins("analogues")


async def test_its_tables_leave_without_a_trace_and_come_back(
    hall: Hall, database_url: str
) -> None:
    await tables_come_and_go(hall, database_url, "analogues")


async def test_its_table_is_as_migrated(database_url: str) -> None:
    assert await table_differences(database_url, metadata, partial=True) == []


async def test_the_demo_shows_analogues_and_can_be_started_again(shop: Shop) -> None:
    await shop.run(
        "with c as (insert into fondaco.category (uuid, name) values (gen_random_uuid(), 'Болты')"
        " returning id)"
        " update fondaco.product set category_id = (select id from c), name = 'Болт М8 ' || sku"
    )
    await assert_demo_repeats(shop.hall, "analogues")
    assert await broken_invariants(shop.hall, "analogues") == set()


def test_pages_keep_the_policy_and_have_their_texts(hall: Hall) -> None:
    assert template_findings(hall, "analogues") == []


def test_the_ladder_of_quality() -> None:
    assert quality_problems(Path(fondaco_analogues.__file__).parent / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_analogues.manifest") == [
        "fondaco_analogues",
        "fondaco_analogues.manifest",
    ]
