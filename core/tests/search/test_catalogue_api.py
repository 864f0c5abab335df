"""The catalogue over the JSON API."""

from uuid import UUID, uuid4

import pytest_asyncio

from fondaco.db.counting import counting
from fondaco.identity.tokens import make_token
from fondaco.testing.client import Client

from .shelves import Shelves


@pytest_asyncio.fixture
async def token(shelves: Shelves) -> dict[str, str]:
    """The buyer's own."""
    async with shelves.company.ask(shelves.hall).act() as act:
        return {"Authorization": f"Bearer {await make_token(act, 'test')}"}


async def test_a_product_with_price_stock_and_tiers(
    shelves: Shelves, client: Client, token: dict[str, str]
) -> None:
    category, category_uuid = await shelves.category("Болты")
    uuid = await shelves.product(
        "A-1", "Болт", category=category, barcode="4600001364055", attributes='{"Длина": 20.50}'
    )
    await shelves.sql(
        "insert into fondaco.price_row (product_id, price_list_id, min_quantity, price)"
        " select id, :list, 10, 90 from fondaco.product",
        list=shelves.prices,
    )
    found = (await client.get("/api/v1/products?q=а1", headers=token)).json()
    assert [item["id"] for item in found["items"]] == [str(uuid)]
    assert found["items"][0]["unit_price"] == "100.00"
    assert found["items"][0]["category"] == str(category_uuid)

    whole = (await client.get(f"/api/v1/products/{uuid}", headers=token)).json()
    assert [(t["quantity"], t["unit_price"]) for t in whole["tiers"]] == [
        ("1.000", "100.00"),
        ("10.000", "90.00"),
    ]
    assert whole["stock"][0]["place"] == "Москва"
    assert whole["attributes"] == [{"name": "Длина", "values": ["20.50"]}]
    assert {"kind": "barcode", "value": "4600001364055"} in whole["codes"]

    categories = (await client.get("/api/v1/categories", headers=token)).json()
    assert categories == [{"id": str(category_uuid), "parent": None, "name": "Болты"}]


async def test_pages_of_the_whole_catalogue_and_of_a_search_hold_everything_once(
    shelves: Shelves, client: Client, token: dict[str, str], sql_budget: type[counting]
) -> None:
    ids = await shelves.wholesaler.products(230, price_list=shelves.prices, place=shelves.place)
    await shelves.publish(ids)
    for query in ("", "q=болт"):
        seen: list[UUID] = []
        cursor, statements = "", set()
        while cursor is not None:
            with sql_budget() as count:
                page = await client.get(
                    f"/api/v1/products?{query}&cursor={cursor}".replace("?&", "?"), headers=token
                )
            assert page.status_code == 200, page.text
            seen += [item["id"] for item in page.json()["items"]]
            cursor = page.json()["next"]
            statements.add(count.number)
        assert len(seen) == len(set(seen)) == 230
        assert len(statements) == 1


async def test_what_is_wrong_is_said(
    shelves: Shelves, client: Client, token: dict[str, str]
) -> None:
    for path, status in (
        (f"/api/v1/products/{uuid4()}", 404),
        (f"/api/v1/products?category={uuid4()}", 404),
        ("/api/v1/products?category=x", 404),
        ("/api/v1/products?cursor=nonsense", 422),
    ):
        answer = await client.get(path, headers=token)
        assert answer.status_code == status, path
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert (await client.get("/api/v1/products")).status_code == 401
