"""D09: whatever order an acquirer's news comes in, and however often, money is booked once.

Webhooks five times over, the return page and the sweep, all at once, with two worker processes;
"paid" is what the acquirer says when it is asked.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from d09_worker import take_the_guards_off
from processes import only_with, worker_processes
from till import Till, back_path, till_toml, webhook
from till_fixtures import manifests, more_settings, settings, shop, stub

from fondaco.exchange.queue import enqueue
from fondaco.orders.payments.charges import press
from fondaco.orders.service import Orders
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.types.order import Order

__all__ = ("manifests", "more_settings", "settings", "shop", "stub")

SMALL = pytest.param(4, id="small")
FULL = pytest.param(100, id="full", marks=pytest.mark.full)
D = Decimal
CHANCE = random.Random(9)
WORK_SECONDS = 90
Workers = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def workers(shop: Till, database_url: str, tmp_path: Path) -> Workers:
    """Two `fondaco worker` on the site of the till, for as long as a block goes on."""
    toml = tmp_path / "fondaco.toml"
    toml.write_text(till_toml(shop.stub.url))
    environment = {"FONDACO_CONFIG": str(toml), **only_with("payments_yookassa")}

    def start(**options: Any) -> AbstractContextManager[Any]:
        data = tmp_path / "data"
        return worker_processes(database_url, data, environment=environment, **options)

    return start


async def _paid_orders(shop: Till, number: int) -> list[Order]:
    """Orders of two ways each, pressed and paid at the acquirer; the shop has heard of nothing."""
    orders = []
    for _ in range(number):
        order = await shop.sold(3, amount=D("100.01"), rest="yookassa_sbp")
        detail = await Orders(shop.ask).detail(order.uuid, shop.ask.scope)
        for part in order.payments:
            url = await press(shop.ask, detail, part.uuid)
            shop.stub.pay(url.rpartition("/")[2])
        orders.append(order)
    return orders


async def _news(shop: Till, client: Client, orders: Sequence[Order]) -> None:
    """Everything at once, in any order; the two workers do what is queued of it."""
    calls = [
        webhook(client, shop.stub.notification(charge)) for charge in list(shop.stub.payments) * 5
    ]
    calls += [client.get(back_path(order, part)) for order in orders for part in (0, 1)]
    calls += [_sweep(shop, n) for n in range(2)]
    CHANCE.shuffle(calls)
    answers = await asyncio.gather(*calls)
    # Of hundreds in a minute some are sent away; the sweep asks for what they would have told.
    assert {answer.status_code for answer in answers if answer is not None} <= {200, 303, 429}
    end = asyncio.get_running_loop().time() + WORK_SECONDS
    while await _queued(shop):
        assert asyncio.get_running_loop().time() < end, "the workers have not come to an end"
        await asyncio.sleep(0.1)


async def _sweep(shop: Till, number: int) -> None:
    """As if no charge had been asked about for a while; the workers ask about all of them."""
    await shop.run("update fondaco.charge set read_at = now() - interval '1 hour'")
    async with shop.hall.database.transaction() as connection:
        task = KERNEL_TASKS["payments.poll"]
        await enqueue(connection, "payments.poll", task.payload(), key=f"d09-{number}")


async def _queued(shop: Till) -> int:
    rows = await shop.rows(
        "select count(*) from fondaco.pgqueuer where entrypoint like 'payments.%'"
    )
    return int(rows[0][0])


async def _booked(shop: Till, order: Order) -> list[Decimal]:
    entries = await shop.rows(
        "select e.amount from fondaco.payment_entry e join fondaco.payment p on p.id = e.payment_id"
        " where p.order_id = :order order by p.position, e.id",
        order=order.id,
    )
    return [row[0] for row in entries]


@pytest.mark.parametrize("number", [SMALL, FULL])
async def test_money_is_booked_once_and_never_unpaid_by_late_news(
    shop: Till, client: Client, workers: Workers, number: int
) -> None:
    orders = await _paid_orders(shop, number)
    await client.sign_in(shop.company.email, PASSWORD)
    with workers():
        await _news(shop, client, orders)
        for order in orders:
            read = await shop.read(order.id)
            assert await _booked(shop, order) == [D("100.01"), D("199.99")]
            assert read.paid
            assert (await shop.timeline(order)).count("payment.received") == 2
        assert len(shop.stub.payments) == 2 * number
        for charge in shop.stub.payments:
            shop.stub.cancel(charge)
        await _news(shop, client, orders)
    for order in orders:
        assert (await shop.read(order.id)).paid
        assert "payment.failed" not in await shop.timeline(order)


async def test_another_sum_or_currency_is_not_paid(
    shop: Till, client: Client, workers: Workers
) -> None:
    said = [("200.00", "RUB"), ("300.01", "RUB"), ("300.00", "USD")]
    orders, told = [], set()
    for value, currency in said:
        order = await shop.sold(3)
        detail = await Orders(shop.ask).detail(order.uuid, shop.ask.scope)
        url = await press(shop.ask, detail, order.payments[0].uuid)
        charge = url.rpartition("/")[2]
        shop.stub.pay(charge)
        shop.stub.payments[charge]["amount"] = {"value": value, "currency": currency}
        orders.append(order)
        told.add((D(value), currency, charge))
    await client.sign_in(shop.company.email, PASSWORD)
    with workers():
        await _news(shop, client, [])
    assert [(await shop.read(order.id)).received for order in orders] == [0, 0, 0]
    stray = await shop.rows("select amount, currency, external_id from fondaco.stray_charge")
    assert len(stray) == len(said)
    assert {tuple(row) for row in stray} == told


async def test_without_the_guards_the_same_news_books_more_than_once(
    shop: Till, client: Client, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No look at the charge's state, and each booking under a reference of its own."""
    take_the_guards_off(monkeypatch.setattr)
    (order,) = await _paid_orders(shop, 1)
    await client.sign_in(shop.company.email, PASSWORD)
    with workers(words=("-m", "d09_worker")):
        await _news(shop, client, [order])
    assert len(await _booked(shop, order)) > 2
