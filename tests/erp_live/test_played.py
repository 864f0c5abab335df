"""The played 1C asked at once: its own service, on a port of this machine, out of its books."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from live_desk import checks, form_of, hidden, late, order, sql

from fondaco.hooks.hall import Hall
from fondaco.settings import Erp, Settings
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words
from fondaco_erp_1c.sim import goods, serving
from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.command import answer_at, main
from fondaco_sdk.manifest import Terminal

pytestmark = [pytest.mark.plugins("erp_1c"), pytest.mark.timeout(180)]


class Played:
    """A played 1C in a folder: its commands, as typed in another terminal, and its service."""

    def __init__(self, data: Path) -> None:
        self.terminal = Terminal(data, "http://portal.test")
        self.path = data / "erp-sim" / "books.db"
        self.books = Books(self.path)
        self.url = ""

    def __call__(self, *typed: str) -> int:
        return main(self.terminal, typed)


@contextmanager
def _played(folder: Path) -> Iterator[Played]:
    played = Played(folder / "site")
    with serving.serving(played.path, 0) as port:
        played.url = f"http://127.0.0.1:{port}/hs/fondaco"
        yield played


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Played]:
    """The service at work."""
    with _played(tmp_path) as found:
        yield found


@pytest.fixture
def settings(tmp_path: Any, played: Played) -> Settings:
    """A site that asks it."""
    live = {"url": played.url, "login": serving.LOGIN, "password": serving.PASSWORD}
    return Settings(
        data_dir=str(tmp_path / "data"),
        secret="test-secret",
        erp=Erp(gateway="1c"),
        plugins={"erp_1c": {"live": live}},
    )


@pytest_asyncio.fixture
async def shop(hall: Hall, shop: WorkingShop, played: Played) -> WorkingShop:
    """The shop, whose goods 1C has at the price and in the quantity that the portal knows."""
    [(place,)] = await sql(hall, "select external_id from fondaco.place")
    [(prices,)] = await sql(hall, "select external_id from fondaco.price_list")
    with played.books.together() as base:
        base.execute("insert into price_list values (?, 'RUB', 1)", (prices,))
        base.execute("insert into place values (?, ?)", (place, "Склад"))
        for sku in ("A-1", "A-2", "A-3"):
            base.execute("insert into goods values (?, ?, '22')", (sku, sku))
            base.execute("insert into stock values (?, ?, '100000')", (sku, place))
            base.execute("insert into priced values (?, ?, '0', '100', 1)", (sku, prices))
    return shop


async def test_what_1c_has_as_the_portal_knows_it_is_confirmed(
    hall: Hall, shop: WorkingShop, buyer: Client, played: Played
) -> None:
    await shop.fill(5, 2)
    placed = await order(buyer, shop)
    assert placed.status_code == 303, words(placed.text)
    assert await checks(hall) == [("confirmed",)]


async def test_a_price_that_changed_in_1c_is_a_difference_named_by_line(
    hall: Hall, shop: WorkingShop, buyer: Client, played: Played
) -> None:
    await shop.fill(5, 2)
    form = await form_of(buyer, shop)
    assert played("reprice", "A-1", "10.5") == 0
    answer = await buyer.send_form("/checkout", form)
    assert answer.status_code == 409
    assert "A-1 цена 100,00 ₽ 110,50 ₽" in words(answer.text)
    assert "A-2 цена" not in words(answer.text)
    placed = await buyer.send_form("/checkout", hidden(answer.text, shop))
    assert placed.status_code == 303
    assert await sql(hall, "select total from fondaco.customer_order") == [(Decimal("752.50"),)]
    assert await checks(hall) == [("confirmed",)]


async def test_goods_that_went_elsewhere_in_1c_are_not_ordered(
    hall: Hall, shop: WorkingShop, buyer: Client, played: Played
) -> None:
    await shop.fill(5)
    form = await form_of(buyer, shop)
    assert played("count", "A-1", "3") == 0
    answer = await buyer.send_form("/checkout", form)
    assert answer.status_code in (409, 422)
    assert await sql(hall, "select count(*) from fondaco.customer_order") == [(0,)]
    assert "A-1" in words(answer.text)


async def test_asleep_the_last_known_values_count_and_are_confirmed_later(
    hall: Hall, shop: WorkingShop, buyer: Client, played: Played
) -> None:
    await shop.fill(5)
    form = await form_of(buyer, shop)
    played("sleep")
    placed = await buyer.send_form("/checkout", form)
    assert placed.status_code == 303
    assert await checks(hall) == [("last_known",)]
    assert "1С не отвечала" in words((await buyer.get(placed.headers["location"])).text)
    await late(hall)
    assert await checks(hall) == [("last_known",)]
    played("wake")
    await late(hall)
    assert await checks(hall) == [("confirmed_late",)]


async def test_a_price_of_the_night_is_found_when_1c_wakes(
    hall: Hall, shop: WorkingShop, buyer: Client, played: Played
) -> None:
    await shop.fill(5)
    form = await form_of(buyer, shop)
    played("sleep")
    placed = await buyer.send_form("/checkout", form)
    played("reprice", "A-1", "-2")
    # The portal hears of it by the exchange before it asks again.
    played("trade")
    played("wake")
    await late(hall)
    assert await checks(hall) == [("differs",)]
    page = words((await buyer.get(placed.headers["location"])).text)
    assert "A-1: была 100,00 ₽, в 1С 98,00 ₽" in page


async def test_a_price_agreed_at_the_portal_stands(
    hall: Hall, shop: WorkingShop, buyer: Client, played: Played
) -> None:
    await shop.run(
        "insert into fondaco.individual_price"
        " (uuid, company_id, product_id, min_quantity, price, currency, vat_included, valid_from)"
        " select gen_random_uuid(), :c, id, 0, 91, 'RUB', true, '2026-01-01'"
        " from fondaco.product where sku = 'A-1'",
        c=shop.company.customer.company_id,
    )
    await shop.fill(5)
    placed = await order(buyer, shop)
    assert placed.status_code == 303, words(placed.text)
    assert await sql(hall, "select total from fondaco.customer_order") == [(455,)]
    assert await checks(hall) == [("confirmed",)]


async def test_prices_are_fetched_beforehand_too(
    hall: Hall, shop: WorkingShop, played: Played
) -> None:
    played("reprice", "A-2", "20")
    body = {"price_types": ["list-1"], "currency": "RUB", "products": ["A-2", "nobody"]}
    [(prices,)] = await sql(hall, "select external_id from fondaco.price_list")
    body["price_types"] = [prices]
    async with httpx.AsyncClient() as web:
        key = (serving.LOGIN, serving.PASSWORD)
        found = await web.post(f"{played.url}/prices", json=body, auth=key)
        assert [one["price"] for one in found.json()["prices"]] == ["120.00", None]
        # Whoever has no key, and whatever is no question, gets no answer.
        refused = await web.post(f"{played.url}/prices", json=body, auth=("portal", "guess"))
        assert refused.status_code == 401
        assert (await web.post(f"{played.url}/prices", json={}, auth=key)).status_code == 400
        assert (await web.post(f"{played.url}/else", json=body, auth=key)).status_code == 404


def test_tiers_vat_and_the_order_of_lists(tmp_path: Path) -> None:
    from fondaco_erp_1c.sim.prices import agreed, listed

    books = Books(tmp_path / "books.db")
    with books.together() as base:
        base.execute("insert into goods values ('p', 'P', '22')")
        base.execute("insert into price_list values ('dealer', 'RUB', 0), ('shop', 'RUB', 1)")
        base.execute(
            "insert into priced values ('p', 'dealer', '10', '50', 1), ('p', 'shop', '0', '99', 1),"
            " ('p', 'dealer', '50', '40', 1)"
        )
    (found,) = listed(books, ["p"]).values()
    lists = ("dealer", "shop")
    wanted = [agreed(found, lists, "RUB", Decimal(n)) for n in (1, 10, 49, 50)]
    assert wanted == [Decimal(99), Decimal("61.00"), Decimal("61.00"), Decimal("48.80")]
    assert agreed(found, lists, "USD", Decimal(1)) is None
    assert goods.reprice(books, "P", Decimal(10)) == 2
    (found,) = listed(books, ["p"]).values()
    assert agreed(found, lists, "RUB", Decimal(10)) == Decimal("67.10")
    assert {one.price for one in found if not one.now} == {
        Decimal("61.00"), Decimal("48.80"), Decimal("99.00")
    }  # fmt: skip


def test_what_cannot_be_done_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    played = Played(tmp_path)
    assert played("reprice", "nobody", "5") == 2
    assert "there is no article 'nobody'" in capsys.readouterr().err
    assert played("count", "nobody") == 2
    assert "say how much" in capsys.readouterr().err


def test_a_port_that_is_taken_keeps_nobody_from_calling(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as other, ExitStack() as beside:
        other.bind(("127.0.0.1", 0))
        other.listen()
        answer_at(beside, tmp_path / "books.db", other.getsockname()[1])
    assert "1C answers nobody" in caplog.text
