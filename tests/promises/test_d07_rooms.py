"""D07 in every room: whatever is pressed or sent many times at once has its effect once.

Orders have a test of their own. Here are the rooms that came since: payments and refunds, what
staff write down and strike, statements, credit, deliveries with their prices, pickup points,
changes that are asked for, and what 1C sends.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from d07_rooms import OF_PEOPLE, OF_THE_ERP, Site, browsers, settings_of, surprises_in
from processes import app_processes, only_with, worker_processes
from till import Till
from till_fixtures import more_settings, settings, shop, stub

from fondaco.exchange.inbound import receive
from fondaco.hooks.loader import discover
from fondaco.testing.client import Client
from fondaco.testing.erp import connect
from fondaco_sdk.manifest import Plugin

pytest.importorskip("fondaco_credit_limit", reason="the plugin is not installed")

__all__ = ("more_settings", "settings", "shop", "stub")

pytestmark = pytest.mark.timeout(600)

SMALL = pytest.param(8, id="small")
FULL = pytest.param(50, id="full", marks=pytest.mark.full)
PLUGINS = ("credit_limit", "payments_yookassa")
STATEMENT, ERP = "statement", "erp"


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """An acquirer, and credit."""
    return tuple(m for m in discover()[0] if m.name in PLUGINS)


@pytest_asyncio.fixture
async def furnished(shop: Till) -> Till:
    """Goods have weights, and the first company has a limit."""
    await shop.run("update fondaco.product set weight_kg = 1")
    await shop.run(
        "update fondaco.legal_entity set external_id = 'd07-entity' where id = :id",
        id=shop.company.customer.legal_entity_id,
    )
    record = {"legal_entity": "d07-entity", "version": 1, "limit": "100000"}
    assert (await receive(shop.hall, "credit_limit.limits", [record])).accepted == 1
    return shop


@asynccontextmanager
async def _site(
    shop: Till, database_url: str, folder: Path, authority: str, presses: int, target: str = ""
) -> AsyncIterator[Site]:
    toml = folder / "fondaco.toml"
    toml.write_text(settings_of(shop.stub.url, authority))
    environment = {"FONDACO_CONFIG": str(toml), **only_with(*PLUGINS)}
    factory = {"target": target} if target else {}
    with (
        app_processes(
            database_url, folder / "data", environment=environment, **factory
        ) as addresses,
        worker_processes(database_url, folder / "data", environment=environment),
    ):
        people = (shop.company.email, await shop.wholesaler.staff("head_of_sales"))
        async with (
            browsers(addresses[0], *people) as (buyer, staff),
            Client(base_url=addresses[0], timeout=60) as program,
        ):
            erp = await connect(program, shop.wholesaler)
            yield Site(addresses, shop, buyer, staff, erp, presses)


@pytest.mark.parametrize("presses", [SMALL, FULL])
async def test_what_people_press_has_its_effect_once(
    furnished: Till, database_url: str, tmp_path: Path, presses: int
) -> None:
    async with _site(furnished, database_url, tmp_path, STATEMENT, presses) as site:
        assert await surprises_in(site, OF_PEOPLE) == {}


@pytest.mark.parametrize("presses", [SMALL, FULL])
async def test_what_the_erp_sends_has_its_effect_once(
    furnished: Till, database_url: str, tmp_path: Path, presses: int
) -> None:
    async with _site(furnished, database_url, tmp_path, ERP, presses) as site:
        assert await surprises_in(site, OF_THE_ERP) == {}


UNGUARDED = "unguarded:taking_every_press_for_the_first"


async def test_without_the_guards_every_room_of_people_is_surprised(
    furnished: Till, database_url: str, tmp_path: Path
) -> None:
    async with _site(furnished, database_url, tmp_path, STATEMENT, 8, UNGUARDED) as site:
        found = await surprises_in(site, OF_PEOPLE)
    assert set(found) == {room.__name__ for room in OF_PEOPLE}, found


async def test_without_the_guards_every_room_of_the_erp_is_surprised(
    furnished: Till, database_url: str, tmp_path: Path
) -> None:
    async with _site(furnished, database_url, tmp_path, ERP, 8, UNGUARDED) as site:
        found = await surprises_in(site, OF_THE_ERP)
    assert set(found) == {room.__name__ for room in OF_THE_ERP}, found
