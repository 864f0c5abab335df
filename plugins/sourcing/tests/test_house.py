"""What holds for every plugin: tables that come and go, pages that keep rules, the demo."""

from pathlib import Path

import pytest
from quay import Quay

import fondaco_sourcing
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import (
    assert_demo_repeats,
    broken_invariants,
    modules_of_manifest,
    tables_come_and_go,
    template_findings,
)
from fondaco.testing.table_checks import table_differences
from fondaco_sdk.testing.quality import quality_problems
from fondaco_sourcing.manifest import plugin
from fondaco_sourcing.tables import metadata

pytestmark = pytest.mark.plugins("sourcing")


async def test_its_tables_leave_without_a_trace_and_come_back(
    hall: Hall, database_url: str
) -> None:
    await tables_come_and_go(hall, database_url, "sourcing")


async def test_its_tables_are_as_migrated(database_url: str) -> None:
    assert await table_differences(database_url, metadata, partial=True) == []


async def test_invariants_hold_and_find_what_is_broken(quay: Quay) -> None:
    one, two = await quay.warehouse("Раз"), await quay.warehouse("Два")
    await quay.transfer(one, two)
    assert await broken_invariants(quay.hall, "sourcing") == set()
    await quay.run(
        "insert into plugin_sourcing.transfer"
        " (uuid, source_id, target_id, weekdays, cut_off, road_days, cost)"
        " select gen_random_uuid(), target_id, source_id, weekdays, cut_off, road_days, cost"
        " from plugin_sourcing.transfer"
    )
    assert await broken_invariants(quay.hall, "sourcing") == {
        invariant.name for invariant in plugin.invariants
    }


async def test_the_demo_shows_every_kind_of_source_and_can_be_started_again(quay: Quay) -> None:
    await quay.wholesaler.place("Санкт-Петербург")
    await assert_demo_repeats(quay.hall, "sourcing")
    supply = await quay.supply(101_300)
    assert supply.missing == 0
    assert [part.place_name for part in supply.parts] == [
        "Москва",
        "Партнёр «Гидромаш»",
        "Москва",
    ]


def test_pages_keep_the_policy_and_have_their_texts(hall: Hall) -> None:
    assert template_findings(hall, "sourcing") == []


def test_the_ladder_of_quality() -> None:
    assert quality_problems(Path(fondaco_sourcing.__file__).parent / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_sourcing.manifest") == [
        "fondaco_sourcing",
        "fondaco_sourcing.manifest",
    ]
