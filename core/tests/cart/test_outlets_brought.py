"""An order for several outlets: each of them is brought for a price of its own."""

import re
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "checkout"))

from carrier_plugin import PLUGIN, World, reset
from outlet_chain import PAGE, Chain

from fondaco_sdk.manifest import Plugin

D = Decimal


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The lorry is the only plugin besides the built-in ones."""
    return (PLUGIN,)


@pytest.fixture(autouse=True)
def world() -> Iterator[None]:
    """Two ways, the cheaper one chosen at first."""
    reset()
    World.offers = {"lorry:slow": D(100), "lorry:fast": D(250)}
    yield
    reset()


@pytest_asyncio.fixture
async def chain(shop: Any) -> Chain:
    """Three outlets: Аша, Бор, Вятка."""
    found = Chain(shop)
    await found.open("Аша", "Бор", "Вятка")
    return found


async def test_every_outlet_has_a_choice_and_its_spending(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.fill(6, 3)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([1, 2, 3], [1, 1, 1]))
    page = (await buyer.get("/checkout")).text
    parts = re.findall(r'name="part" value="([0-9a-f-]+)"', page)
    assert len(parts) == 3
    assert "Доставка 300,00 ₽ Итого с НДС 1 200,00 ₽" in buyer.words(page)
    codes = ["100 lorry:slow", "250 lorry:fast", "100 lorry:slow"]
    form = {
        **buyer.hidden(page),
        "to": "outlets",
        "payment": "invoice",
        "part": parts,
        **{f"offer-{part}": code for part, code in zip(parts, codes, strict=True)},
    }
    few = {**form, "part": parts[:2]}
    assert (await buyer.send_form("/checkout", few)).status_code == 409
    placed = await buyer.send_form("/checkout", form)
    assert placed.status_code == 303, placed.text
    assert await shop.sql("select total from fondaco.customer_order") == [(1350,)]
    rows = await shop.sql(
        "select o.name, s.delivery_price, e.amount from fondaco.shipment s"
        " join fondaco.outlet o on o.id = s.outlet_id"
        " join fondaco.spending_entry e on e.outlet_id = o.id order by o.name"
    )
    assert [tuple(row) for row in rows] == [
        ("Аша", 100, 300),
        ("Бор", 250, 550),
        ("Вятка", 100, 500),
    ]
    order = placed.headers["location"].partition("?")[0]
    assert (await buyer.get(f"{order}/export.xlsx")).status_code == 200
    words = buyer.words((await buyer.get(order)).text)
    assert words.count("Доставка: Наша машина") == 3
