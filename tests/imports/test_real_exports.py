"""Exports of real shops go through the importer whole, and once more without changing anything.

They are no part of the project: without `../shared` beside the checkout this is skipped.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from look import Shop
from real_exports import FOLDER, FOLDERS, load_folder
from sqlalchemy import text

from fondaco.hooks.hall import Hall

pytestmark = [
    pytest.mark.plugins("erp_1c"),
    pytest.mark.skipif(not FOLDERS, reason=f"no real exports in {FOLDER.parent.name}"),
]

_ROWS = {
    "products": "select external_id from fondaco.product where active and external_id <> ''",
    "families": "select f.external_id from fondaco.family f where exists"
    " (select from fondaco.product p where p.family_id = f.id and p.active)",
    "prices": "select p.external_id, l.external_id, r.price from fondaco.price_row r"
    " join fondaco.product p on p.id = r.product_id"
    " join fondaco.price_list l on l.id = r.price_list_id",
    "stock": "select p.external_id, w.external_id, s.on_hand from fondaco.stock_row s"
    " join fondaco.product p on p.id = s.product_id"
    " join fondaco.place w on w.id = s.place_id where s.on_hand <> 0",
}
_CONTENT = (
    "product", "product_code", "product_image", "family", "category", "attribute", "unit",
    "price_list", "price_row", "place", "stock_row", "outbox", "catalogue_state",
)  # fmt: skip
_MOVING = {"place": "reported_at"}
"""A second report of the same stock is news in itself."""


async def rows(hall: Hall, sql: str) -> list[tuple[Any, ...]]:
    async with hall.database.reading.connect() as connection:
        return [tuple(row) for row in (await connection.execute(text(sql))).all()]


async def content(hall: Hall) -> dict[str, Any]:
    """Every row of the shop, with the moment of its last change."""
    return {
        name: await rows(
            hall,
            f"select md5(string_agg(r, '' order by r)) from (select (to_jsonb(t)"
            f" - '{_MOVING.get(name, '')}')::text as r from fondaco.{name} t) t",
        )
        for name in _CONTENT
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_a_folder_of_exports_becomes_the_shop_that_it_means_and_stays_so(
    hall: Hall, folder: Path
) -> None:
    shop = Shop(folder)
    loaded = await load_folder(hall, folder)
    assert loaded.run.state == "done"
    read = sum((file.read for file in loaded.files), Counter())
    refused = sum((file.refused for file in loaded.files), Counter())

    assert {row[0] for row in await rows(hall, _ROWS["products"])} == shop.on_sale
    assert {row[0] for row in await rows(hall, _ROWS["families"])} == shop.families

    sound = {key: price for key, price in shop.prices.items() if key[1] in shop.lists}
    held = {(offer, name): price for offer, name, price in await rows(hall, _ROWS["prices"])}
    assert held == {key: price for key, price in sound.items() if price and key[0] in shop.known}
    at_hand = {(offer, place): n for offer, place, n in await rows(hall, _ROWS["stock"])}
    assert at_hand == {key: n for key, n in shop.stock.items() if n and key[0] in shop.known}

    assert refused["offer.product_unknown"] == shop.unknown_offers()
    in_lists = refused["price.product_unknown"] + refused["price.list_unknown"]
    assert read["prices"] - in_lists == sum(
        1 for offer, name in shop.named_prices if offer in shop.known and name in shop.lists
    )
    assert read["stock"] - refused["stock.product_unknown"] >= len(at_hand)

    assert await rows(hall, "select generation <= 1 from fondaco.catalogue_state") == [(True,)]
    assert await rows(hall, "select 1 from fondaco.staging_price limit 1") == []
    assert await rows(hall, "select 1 from fondaco.staging_mark") == []

    before = await content(hall)
    again = await load_folder(hall, folder, again=True)
    assert again.run.state == "done"
    assert again.run.id != loaded.run.id
    assert again.run.changed == 0
    assert await content(hall) == before
    assert [file.read for file in again.files] == [file.read for file in loaded.files]


def test_the_exports_are_worth_the_name() -> None:
    """Not vacuous: there is much to load, and much of it is refused for a reason."""
    shops = [Shop(folder) for folder in FOLDERS]
    assert sum(len(shop.on_sale) for shop in shops) > 1_500
    assert sum(len(shop.families) for shop in shops) > 50
    assert sum(len(shop.prices) for shop in shops) > 1_000
    assert sum(shop.unknown_offers() for shop in shops) > 500
