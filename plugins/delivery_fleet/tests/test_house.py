"""What holds for every plugin: tables that come and go, pages that keep rules, the demo."""

from pathlib import Path

import pytest

import fondaco_delivery_fleet
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import (
    assert_demo_repeats,
    modules_of_manifest,
    tables_come_and_go,
    template_findings,
)
from fondaco.testing.shop import WorkingShop
from fondaco.testing.table_checks import table_differences
from fondaco_delivery_fleet.tables import metadata
from fondaco_sdk.testing.quality import quality_problems

pytestmark = pytest.mark.plugins("delivery_fleet")


async def test_its_tables_leave_without_a_trace_and_come_back(
    hall: Hall, database_url: str
) -> None:
    await tables_come_and_go(hall, database_url, "delivery_fleet")


async def test_its_tables_are_as_migrated(database_url: str) -> None:
    assert await table_differences(database_url, metadata, partial=True) == []


async def test_the_demo_can_be_started_again(shop: WorkingShop) -> None:
    await assert_demo_repeats(shop.hall, "delivery_fleet")


def test_pages_keep_the_policy_and_have_their_texts(hall: Hall) -> None:
    assert template_findings(hall, "delivery_fleet") == []


def test_the_ladder_of_quality() -> None:
    assert quality_problems(Path(fondaco_delivery_fleet.__file__).parent / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_delivery_fleet.manifest") == [
        "fondaco_delivery_fleet",
        "fondaco_delivery_fleet.manifest",
    ]
