"""F03: an acquirer that takes thirty seconds costs the buyer five, the others nothing.

The breaker opens after five failures and lets one try in after its pause. No connection of the
database is held while the acquirer is waited for.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from statistics import quantiles
from time import perf_counter
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from till import Till, pay_path, press
from till_fixtures import manifests, more_settings, settings, shop, stub
from yookassa import YooKassaStub

from fondaco.exchange import breaker
from fondaco.exchange.net import net_of
from fondaco.hall import create_hall
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings
from fondaco.testing.application import application_of, give_back
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.errors import Fault
from fondaco_sdk.types.order import Order

__all__ = ("manifests", "more_settings", "settings", "shop", "stub")

HELD = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and state like 'idle in transaction%'"
)
PAGES = 40
A_FEW = 0.15
"""One page in twenty may take longer at any time; of forty that may by chance be six."""


async def _held(database_url: str) -> int:
    """Connections that wait inside a transaction, as the owner sees them; the program may not."""
    engine = create_async_engine(database_url)
    try:
        async with engine.connect() as connection:
            return int((await connection.execute(text(HELD))).scalar_one())
    finally:
        await engine.dispose()


@pytest_asyncio.fixture
async def twin(hall: Hall, database_url: str, settings: Settings) -> AsyncIterator[Client]:
    """A browser at another process of the same site, as it were, of which nobody pays anything."""
    beside = create_hall(
        settings, database_url=database_url, registry=hall.registry, clock=hall.clock, pool_size=5
    )
    transport = httpx.ASGITransport(app=cast("Any", application_of(beside)))
    async with Client(transport=transport, base_url="http://portal.test") as browser:
        yield browser
    give_back(beside)
    await beside.close()


async def _slowed(client: Client, twin: Client, over: Callable[[], bool] = lambda: False) -> float:
    """The share of pages that take more than 1.2 times what 95 of 100 pages take at the twin.

    Both are asked in turn, so that whatever else keeps the machine busy slows them alike, and not
    longer than until what is looked at is `over`.
    """
    twin.cookies = client.cookies
    spent: dict[Client, list[float]] = {client: [], twin: []}
    for _ in range(PAGES):
        if over():
            break
        for browser, seconds in spent.items():
            started = perf_counter()
            assert (await browser.get("/orders")).status_code == 200
            seconds.append(perf_counter() - started)
    limit = 1.2 * quantiles(spent[twin], n=20)[-1]
    return sum(one > limit for one in spent[client]) / len(spent[client])


async def test_a_slow_acquirer_slows_only_itself(
    shop: Till,
    client: Client,
    twin: Client,
    stub: YooKassaStub,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = [await shop.sold(1) for _ in range(breaker.FAILURES)]
    await client.sign_in(shop.company.email, PASSWORD)
    await _slowed(client, twin)
    stub.mood = "slow"

    started = perf_counter()

    async def pressed(order: Order) -> tuple[int, float]:
        answer = await client.send_form(pay_path(order))
        return answer.status_code, perf_counter() - started

    presses = [asyncio.create_task(pressed(order)) for order in orders]
    while len(stub.calls) < len(orders):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    assert await _held(database_url) == 0
    assert await _slowed(client, twin, lambda: any(p.done() for p in presses)) <= A_FEW
    answers = await asyncio.gather(*presses)
    assert {status for status, _ in answers} == {303}
    assert max(seconds for _, seconds in answers) < 7
    page = await client.get(f"/orders/{orders[0].uuid}")
    assert "нажмите «Оплатить» через минуту" in page.text

    # Open by now: nobody waits, and nobody is asked.
    asked, started = len(stub.calls), perf_counter()
    assert (await client.send_form(pay_path(orders[0]))).status_code == 303
    assert perf_counter() - started < 1
    assert len(stub.calls) == asked

    # After its pause one may try, and what it finds counts for all.
    stub.mood = "well"
    loop = asyncio.get_running_loop()
    real = loop.time
    monkeypatch.setattr("fondaco.exchange.net._now", lambda: real() + breaker.PAUSE + 1)
    for order in orders:
        await press(client, order)
    # The first calls had arrived, so the keys were known there: no charge is doubled.
    assert len(stub.payments) == len(orders)


async def test_a_page_takes_five_seconds_at_most(
    shop: Till, client: Client, stub: YooKassaStub
) -> None:
    order = await shop.sold(1)
    await client.sign_in(shop.company.email, PASSWORD)
    stub.mood = "hang"
    started = perf_counter()
    assert (await client.send_form(pay_path(order))).status_code == 303
    assert perf_counter() - started < 5.5


async def test_without_a_free_connection_pages_would_be_slower_than_those_of_the_twin(
    shop: Till, client: Client, twin: Client, hall: Hall
) -> None:
    """As if every payment held one while the acquirer is waited for."""
    await client.sign_in(shop.company.email, PASSWORD)
    await _slowed(client, twin)
    async with AsyncExitStack() as stack:

        async def hold() -> None:
            connection = await stack.enter_async_context(hall.database.reading.connect())
            await connection.execute(text("select 1"))

        for _ in range(9):
            await hold()
        busy = asyncio.create_task(_keep_busy(hall))
        slowed = await _slowed(client, twin)
        busy.cancel()
        with suppress(asyncio.CancelledError):
            await busy
    assert slowed > A_FEW


async def _keep_busy(hall: Hall) -> None:
    """The last connection is lent again and again, for a while each time."""
    while True:
        async with hall.database.reading.connect() as connection:
            await connection.execute(text("select pg_sleep(0.2)"))


async def test_without_the_rule_a_transaction_would_wait_for_the_acquirer(
    shop: Till, database_url: str
) -> None:
    """Inside a transaction the way out is shut; past it the connection is seen to be held."""
    async with shop.ask.act() as act:
        with pytest.raises(Fault):
            async with net_of(act):
                pass
        await act.fetch(text("select 1"))
        assert await _held(database_url) == 1
