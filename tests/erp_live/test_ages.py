"""How old stock and prices are: said on the buyer's pages, and to staff by kind."""

from dataclasses import dataclass
from typing import Any

import pytest
from erp_http import Erp1cStub
from msgspec.structs import replace

from fondaco.exchange.inbound import receive
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words

pytestmark = [pytest.mark.plugins("erp_1c"), pytest.mark.timeout(120)]


@dataclass
class _Age:
    """So long ago the ERP was heard, and what the pages say."""

    ago: str
    ru: str


async def _heard(hall: Hall, shop: WorkingShop, ago: str) -> None:
    await receive(hall, "erp.stock", [{"product": "A-1", "place": "", "quantity": "5"}])
    await shop.run("update fondaco.erp_word set at = now() - cast(:ago as text)::interval", ago=ago)


@pytest.mark.parametrize("path", ["/search", "/cart", "/lists", "/quick-order", "/checkout"])
async def test_pages_with_stock_and_prices_tell_their_age(
    hall: Hall, shop: WorkingShop, buyer: Client, path: str
) -> None:
    await shop.fill(1, 1)
    assert "data-erp-age" not in (await buyer.get(path)).text
    await _heard(hall, shop, "29 minutes")
    assert "data-erp-age" not in (await buyer.get(path)).text
    await shop.run("update fondaco.erp_word set at = now() - interval '130 minutes'")
    page = words((await buyer.get(path)).text)
    assert "1С не отвечает 2 ч 10 мин" in page
    assert "Остатки на " in page
    await shop.run("update fondaco.erp_word set at = now() - interval '73 hours'")
    page = words((await buyer.get(path)).text)
    assert "Остатки и цены на " in page
    assert "1С не отвечает 3 д 1 ч" in page
    assert "data-erp-age" not in (await buyer.get("/orders")).text


async def test_a_sign_of_life_of_any_kind_ends_it(
    hall: Hall, shop: WorkingShop, buyer: Client
) -> None:
    await _heard(hall, shop, "3 hours")
    assert "data-erp-age" in (await buyer.get("/search")).text
    await shop.run("insert into fondaco.exchange_peer (name) values ('ut11')")
    assert "data-erp-age" not in (await buyer.get("/search")).text


async def test_staff_see_the_last_word_of_each_kind(
    hall: Hall, shop: WorkingShop, staff: Client
) -> None:
    await _heard(hall, shop, "95 minutes")
    page = words((await staff.get("/staff/exchange")).text)
    assert "Остатки" in page
    assert "1 ч 35 мин" in page
    assert "Лимиты — —" in page


async def test_prices_that_live_in_the_erp_are_fetched_in_packets_and_shown_with_their_age(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub, settings: Settings
) -> None:
    await shop.fill(1, 1)
    task = KERNEL_TASKS["kernel.fetch_live_prices"]
    outside = Outside()

    async def fetch() -> None:
        await task.function(JobContext(hall, outside, "fetch", 1), task.payload())

    await fetch()
    assert erp.asked == []
    hall.settings = replace(settings, erp=replace(settings.erp, live_prices=("*",)))
    # A price that cannot be keeps no other one out.
    erp.prices = {"A-1": "77.70", "A-2": "0"}
    await fetch()
    asked: dict[str, Any] = erp.asked[0][1]
    assert sorted(asked["products"]) == ["A-1", "A-2"]
    await shop.run("update fondaco.price_row set changed_at = now() - interval '1 hour'")
    page = words((await buyer.get("/cart")).text)
    assert "77,70" in page
    assert "100,00" in page
    await shop.run("update fondaco.live_price set as_of = now() - interval '25 hours'")
    assert "77,70" not in words((await buyer.get("/cart")).text)
    erp.mood = "hang"
    await outside.close()
