"""The catalogue over the JSON API."""

from typing import Any
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


async def test_facets_and_alternatives_over_the_api(
    shelves: Shelves, client: Client, token: dict[str, str], sql_budget: type[counting]
) -> None:
    top, top_uuid = await shelves.category("Крепёж")
    bolts, bolts_uuid = await shelves.category("Болты", top)
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind)"
        " values ('size', 'Резьба', 'option'), ('len', 'Длина', 'number')"
    )
    for number, size in enumerate(("М8", "М8", "М10", "М12")):
        await shelves.product(
            f"A-{number}",
            f"Болт {number}",
            category=bolts,
            brand="METIZ" if number else "OPTIM",
            attributes=f'{{"size": "{size}", "len": {number}}}',
            price=f"{number + 1}0",
            on_hand=number,
        )

    async def found(**asked: object) -> Any:
        answer = await client.get("/api/v1/products", params=asked, headers=token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    plain = await found(q="болт")
    assert (plain["total"], plain["facets"], plain["reduced"]) == (4, None, False)
    with sql_budget() as few:
        facets = (await found(q="болт", facets="1"))["facets"]
    counts = {one["category"]: one["products"] for one in facets["categories"]}
    assert counts == {str(top_uuid): 4, str(bolts_uuid): 4}
    assert facets["brands"] == [
        {"value": "METIZ", "products": 3},
        {"value": "OPTIM", "products": 1},
    ]
    assert (facets["in_stock"], facets["price_list"]) == (3, "Оптовая")
    assert (facets["price_from"], facets["price_to"]) == ("10", "40")
    sizes = [("М8", 2), ("М10", 1), ("М12", 1)]
    by_id = {one["id"]: one for one in facets["attributes"]}
    assert {(one["value"], one["products"]) for one in by_id["size"]["values"]} == set(sizes)
    assert (by_id["len"]["low"], by_id["len"]["high"]) == ("0", "3")

    several = await found(q="болт", attr=["size~М8", "size~М10"], facets="1")
    assert [item["sku"] for item in several["items"]] == ["A-0", "A-1", "A-2"]
    [sized] = [one for one in several["facets"]["attributes"] if one["id"] == "size"]
    assert {(one["value"], one["products"]) for one in sized["values"]} == set(sizes)
    for asked, skus in (
        ({"brand": "OPTIM"}, ["A-0"]),
        ({"q": "болт", "stock": "1", "price_to": "20"}, ["A-1"]),
        ({"attr": ["len~2..", "size~М10"]}, ["A-2"]),
        ({"q": "болт", "attr": "size~нет"}, []),
    ):
        answer = await found(**asked)
        assert [item["sku"] for item in answer["items"]] == skus, asked
    assert (await found(facets="1"))["facets"]["in_stock"] == 3
    ids = await shelves.wholesaler.products(60, price_list=shelves.prices, place=shelves.place)
    await shelves.publish(ids)
    with sql_budget() as many:
        await found(q="болт", facets="1")
    assert many.number == few.number
    unknown = await client.get("/api/v1/products?attr=no~1", headers=token)
    assert unknown.status_code == 404
