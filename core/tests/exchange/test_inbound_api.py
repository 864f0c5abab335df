"""The ERP sends records for a plugin over HTTP, under a token of the site's administrator."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import pytest_asyncio
from inbound_plugin import PLUGIN, TABLE

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco_sdk.manifest import Plugin

PATH = "/api/v1/inbound/scales.weights"


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    return (PLUGIN,)


@pytest_asyncio.fixture(autouse=True)
async def _table(owner: Callable[..., Awaitable[Any]]) -> None:
    for statement in TABLE:
        await owner(statement)


@pytest_asyncio.fixture
async def erp(wholesaler: Wholesaler, client: Client) -> dict[str, str]:
    """The headers of a program with a token that the administrator made on the profile page."""
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    return await _token(client)


async def _token(client: Client) -> dict[str, str]:
    page = await client.send_form("/profile/tokens", {"name": "1С"})
    made = re.search(r"<code>([^<]+)</code>", page.text)
    assert made, page.text
    client.cookies.clear()
    return {"Authorization": f"Bearer {made.group(1)}"}


async def test_every_record_is_answered_for(
    client: Client, erp: dict[str, str], owner: Callable[..., Awaitable[Any]]
) -> None:
    records = [{"name": "a", "grams": 5}, {"name": "b", "grams": -1}, {"name": "c"}]
    answer = await client.post(PATH, headers=erp, json={"records": records})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["accepted"] == 1
    assert [(u["record"], u["code"]) for u in body["unmatched"]] == [
        (1, "scales.negative"),
        (2, "inbound.shape"),
    ]
    assert body["unmatched"][0]["reason"] == "Меньше нуля"
    assert await owner("select name, grams from scales.weight") == [("a", 5)]


async def test_records_that_no_plugin_takes_are_not_swallowed(
    client: Client, erp: dict[str, str]
) -> None:
    answer = await client.post("/api/v1/inbound/scales.sizes", headers=erp, json={"records": []})
    assert answer.status_code == 404
    assert "scales.sizes" in answer.json()["title"]


async def test_too_many_at_once_and_other_nonsense_are_refused_whole(
    client: Client, erp: dict[str, str], owner: Callable[..., Awaitable[Any]]
) -> None:
    many = {"records": [{"name": "a", "grams": 5}] * 10_001}
    for wrong in (many, {"records": "a"}, {}, []):
        answer = await client.post(PATH, headers=erp, json=wrong)
        assert answer.status_code == 422, answer.text
    assert await owner("select count(*) from scales.weight") == [(0,)]


async def test_a_customer_has_no_way_in(hall: Hall, wholesaler: Wholesaler, client: Client) -> None:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    company = await wholesaler.company("Ромашка", seller, [prices], roles=["company_admin"])
    await client.sign_in(company.email, PASSWORD)
    answer = await client.post(PATH, headers=await _token(client), json={"records": []})
    assert answer.status_code == 403
    assert (await client.post(PATH, json={"records": []})).status_code == 401
