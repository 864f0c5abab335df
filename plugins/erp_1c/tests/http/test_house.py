"""What holds for every plugin: tables that come and go, pages that keep rules, light manifest."""

from pathlib import Path

import msgspec
import pytest
from exchange_desk import ExchangeShop, goods

import fondaco_erp_1c
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.plugin_checks import (
    broken_invariants,
    modules_of_manifest,
    tables_come_and_go,
    template_findings,
)
from fondaco.testing.shop import words
from fondaco.testing.table_checks import table_differences
from fondaco.testing.wholesaler import PASSWORD
from fondaco_erp_1c.manifest import plugin
from fondaco_erp_1c.settings import Erp1cSettings
from fondaco_erp_1c.sim.client import Failure
from fondaco_erp_1c.tables import metadata
from fondaco_sdk.testing.quality import quality_problems

pytestmark = pytest.mark.plugins("erp_1c")


async def test_its_tables_leave_without_a_trace_and_come_back(
    hall: Hall, database_url: str
) -> None:
    await tables_come_and_go(hall, database_url, "erp_1c")


async def test_its_tables_are_as_migrated(database_url: str) -> None:
    assert await table_differences(database_url, metadata, partial=True) == []


async def test_invariants_hold_and_find_what_is_broken(shop: ExchangeShop) -> None:
    await shop.order(1, deliver=True)
    assert await broken_invariants(shop.hall, "erp_1c") == set()
    await shop.run("update plugin_erp_1c.order_sync set confirmed = version + 1")
    assert await broken_invariants(shop.hall, "erp_1c") == {one.name for one in plugin.invariants}


def test_pages_keep_the_policy_and_have_their_texts(hall: Hall) -> None:
    assert template_findings(hall, "erp_1c") == []


def test_the_ladder_of_quality() -> None:
    assert quality_problems(Path(fondaco_erp_1c.__file__).parent / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin_but_what_it_declares() -> None:
    assert modules_of_manifest("fondaco_erp_1c.manifest") == [
        "fondaco_erp_1c",
        "fondaco_erp_1c.manifest",
        "fondaco_erp_1c.rabbit",
        "fondaco_erp_1c.rabbit.declared",
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"file_limit": 5}, {"session_hours": 0}, {"states": {"Готов": "ready"}}, {"zap": True}],
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Erp1cSettings)


async def test_staff_read_who_called_what_came_and_what_was_answered(
    shop: ExchangeShop, client: Client
) -> None:
    onec = shop.onec("catalog")
    await onec.begin("3.1")
    await onec.send("import.xml", goods("X1"))
    await shop.load(onec, "import.xml")
    with pytest.raises(Failure):
        await onec.load("offers.xml")
    await client.sign_in(await shop.wholesaler.staff("site_admin"), PASSWORD)
    page = await client.get("/p/erp_1c/sessions")
    assert "ut11 Каталог 3.1 1 1" in words(page.text)
    (uuid,) = await shop.all("select uuid from plugin_erp_1c.session")
    said = words((await client.get(f"/p/erp_1c/sessions/{uuid[0]}")).text)
    for told in ("import.xml", "загружен Загрузка", "checkauth", "отказ Файл «offers.xml» не"):
        assert told in said, told
    assert (await client.get(f"/p/erp_1c/sessions/{'0' * 32}")).status_code == 404


async def test_the_pages_are_for_the_administrator(shop: ExchangeShop, client: Client) -> None:
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    for path in ("/p/erp_1c/sessions", "/staff/machines"):
        assert (await client.get(path)).status_code == 403


async def test_an_access_needs_a_login_that_1c_can_send(shop: ExchangeShop, client: Client) -> None:
    await client.sign_in(await shop.wholesaler.staff("site_admin"), PASSWORD)
    for login, told in (("", "Латинские"), ("логин", "Латинские"), ("UT11", "уже есть")):
        page = await client.send_form("/staff/machines", {"login": login, "name": "База"})
        assert page.status_code == 422 and told in page.text and "База" in page.text
    rows = await shop.all("select action, subject from fondaco.audit_entry")
    assert ("machine.make", "machine:ut11") in rows
    stored = await shop.all("select m::text from fondaco.machine m")
    assert shop.password not in str(stored)
