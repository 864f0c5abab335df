"""The ERP is asked before each order: no connection waits for it, nobody waits longer than its two
seconds, and no order is silently placed at a price that it has contradicted.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
from erp_http import Erp1cStub, Mood
from live_desk import form_of, late, sql
from live_fixtures import buyer, erp, opened_shop, settings, shop, staff

from fondaco.checkout.asked import check
from fondaco.checkout.service import Changed
from fondaco.exchange.erp_live import gateway
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop
from fondaco_erp_1c.live import service
from fondaco_sdk.errors import UserError

__all__ = ("buyer", "erp", "opened_shop", "settings", "shop", "staff")

pytestmark = [pytest.mark.plugins("erp_1c"), pytest.mark.timeout(300)]

BUYERS = 12
SECONDS, OVERHEAD = 2.0, 0.5
WORLDS = 40
MOODS: tuple[Mood, ...] = ("well", "well", "well", "500", "garbage", "missing_line", "comma")

Confirm = Callable[..., Awaitable[Any]]


async def _held_while_asked(
    hall: Hall, shop: WorkingShop, erp: Erp1cStub, patch: pytest.MonkeyPatch
) -> int:
    """How many connections are in use while so many buyers wait for the ERP at once."""
    # On a busy machine the first would be done waiting before the last begins.
    patch.setattr(service, "SECONDS", Decimal(8))
    erp.mood = "hang"
    companies = [await shop.new_company(f"Покупатель {n}") for n in range(BUYERS)]
    await shop.run("update fondaco.agreement set external_id = 'g-' || id")
    await shop.run("update fondaco.legal_entity set external_id = 'e-' || id")
    orders = [asyncio.ensure_future(shop.order(1, company=company)) for company in companies]
    asked, still = 0, 0
    # Where those who are asked for hold all connections, the others never get to asking.
    while len(erp.asked) < BUYERS and still < (20 if asked else 200):
        await asyncio.sleep(0.05)
        still = still + 1 if len(erp.asked) == asked else 0
        asked = len(erp.asked)
    await asyncio.sleep(0.2)
    held = int(hall.database.engine.pool.checkedout())  # type: ignore[attr-defined]
    await asyncio.gather(*orders)
    return held


async def test_no_connection_is_held_while_the_erp_is_asked(
    hall: Hall, shop: WorkingShop, erp: Erp1cStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _held_while_asked(hall, shop, erp, monkeypatch) == 0
    assert len(erp.asked) == BUYERS


async def test_control_asking_with_a_connection_in_hand_is_found(
    hall: Hall, shop: WorkingShop, erp: Erp1cStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_it = check.confirm

    async def with_a_connection(ask: Any, *asked: Any) -> Any:
        async with hall.database.reading.connect():
            return await ask_it(ask, *asked)

    monkeypatch.setattr(check, "confirm", with_a_connection)
    assert await _held_while_asked(hall, shop, erp, monkeypatch) > 0


async def _seconds_asked(
    shop: WorkingShop, buyer: Client, erp: Erp1cStub, mood: Mood, patch: pytest.MonkeyPatch
) -> float:
    """How long a press waits for an ERP of this mood; the order goes through all the same."""
    found: list[float] = []
    ask_it = check.confirm

    async def timed(*asked: Any) -> Any:
        started = perf_counter()
        try:
            return await ask_it(*asked)
        finally:
            found.append(perf_counter() - started)

    await shop.fill(5, 2, 1)
    form = await form_of(buyer, shop)
    erp.mood = mood
    patch.setattr(check, "confirm", timed)
    assert (await buyer.send_form("/checkout", form)).status_code == 303
    (seconds,) = found
    return seconds


@pytest.mark.parametrize("mood", ["hang", "drip", "huge"])
async def test_nobody_waits_longer_than_the_deadline(
    shop: WorkingShop,
    buyer: Client,
    erp: Erp1cStub,
    mood: Mood,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = await _seconds_asked(shop, buyer, erp, mood, monkeypatch)
    assert seconds < SECONDS + OVERHEAD


async def test_control_without_the_deadline_an_answer_in_drops_takes_longer(
    shop: WorkingShop, buyer: Client, erp: Erp1cStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "SECONDS", 4.0)
    monkeypatch.setattr(service, "SECONDS", Decimal(4))
    seconds = await _seconds_asked(shop, buyer, erp, "drip", monkeypatch)
    assert seconds > SECONDS + OVERHEAD


async def _silent_contradictions(hall: Hall, shop: WorkingShop, erp: Erp1cStub) -> int:
    """Orders at another price than the ERP had said, that neither say so nor ask the buyer."""
    chance = random.Random(8)
    found = 0
    erp.on_hand = 100_000
    for _ in range(WORLDS):
        hall.providers.pop(("erp", "1c"), None)
        erp.mood = chance.choice(MOODS)
        said = Decimal(chance.randint(90, 120))
        erp.prices["A-1"] = f"{said}"
        await shop.run("delete from fondaco.cart_line")
        for press in range(2):
            try:
                placed = await shop.order(*([] if press else [2]))
                break
            except (Changed, UserError):
                continue
        else:
            continue
        silent = erp.mood in ("500", "garbage", "missing_line")
        if silent:
            erp.mood = "well"
            hall.providers.pop(("erp", "1c"), None)
            await late(hall)
        [(price, state)] = await sql(
            hall,
            "select l.unit_price, c.state from fondaco.order_line l join fondaco.order_check c"
            f" on c.order_id = l.order_id where l.order_id = {placed.id}",
        )
        found += price != said and state not in ("last_known", "differs")
    return found


async def test_no_order_stands_silently_at_a_price_that_the_erp_contradicts(
    hall: Hall, shop: WorkingShop, erp: Erp1cStub
) -> None:
    assert await _silent_contradictions(hall, shop, erp) == 0
    [(placed,)] = await sql(hall, "select count(*) from fondaco.customer_order")
    assert placed > WORLDS / 2


async def test_control_an_answer_that_is_not_taken_leaves_contradicted_prices(
    hall: Hall, shop: WorkingShop, erp: Erp1cStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(*_: Any) -> tuple[()]:
        return ()

    monkeypatch.setattr(check, "take_answer", deaf)
    assert await _silent_contradictions(hall, shop, erp) > 0
