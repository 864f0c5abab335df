"""D04: a hold ends sold or released, never both and never neither, by the database clock.

Orders are held for two seconds; the payments of two in three arrive around the end of that, at two
processes, the second of which has a clock that is 90 seconds ahead. The worker is killed three
times, while another sweep runs as often as it can. Other buyers take what is let go. The verdict is
counted from the tables.
"""

import asyncio
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from processes import WORKER, app_processes, environment_of
from shop import Buyer, open_shop
from sqlalchemy import text
from warm import Process

from fondaco.hooks.hall import Hall
from fondaco.orders.holds import let_go_of_ended
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

TTL = 2.0
JITTER = 0.05
SMALL = pytest.param(60, 5, 1, id="small")
FULL = pytest.param(500, 40, 3, id="full", marks=pytest.mark.full)

ORDERS = """
    with placed as (
        insert into fondaco.customer_order
            (uuid, number, company_id, legal_entity_id, agreement_id, seller_id, currency, total,
             vat_total)
        select gen_random_uuid(), 'D04-' || n, :company, :entity, :agreement, :seller, 'RUB', 100, 0
          from generate_series(1, cast(:number as int)) n
        returning id, uuid, number
    ), sent as (
        insert into fondaco.shipment (uuid, order_id, seller_id)
        select gen_random_uuid(), id, :seller from placed returning id, order_id
    ), lines as (
        insert into fondaco.order_line
            (uuid, order_id, shipment_id, position, product_id, name, quantity, unit_price, total,
             vat, vat_rate, vat_amount)
        select gen_random_uuid(), order_id, id, 1, :product, 'Болт', 1, 100, 100, '22', 22, 0
          from sent returning id, order_id
    ), held as (
        insert into fondaco.reservation (stock_id, order_line_id, quantity, expires_at)
        select (select id from fondaco.stock_row), id, 1,
               clock_timestamp() + make_interval(secs => cast(:ttl as double precision))
          from lines
    ), counted as (
        update fondaco.stock_row set reserved = reserved + :number
    )
    select uuid from placed order by number
"""
VERDICT = """
    select o.uuid, coalesce(sum(r.quantity) filter (where r.state = 'held'), 0),
           count(*) filter (where r.state = 'held' and r.expires_at is not null)
      from fondaco.customer_order o
      join fondaco.order_line l on l.order_id = o.id
      join fondaco.reservation r on r.order_line_id = l.id
     where o.number like 'D04-%'
     group by o.uuid
"""
ROW = """
    select on_hand, reserved,
           (select coalesce(sum(quantity), 0) from fondaco.reservation where state = 'held')
      from fondaco.stock_row
"""


class Sweeper:
    """The worker as a site runs it, killed without warning."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables
        self._process = self._start()

    def _start(self) -> Process:
        return Process(WORKER, self._variables)

    def kill_and_restart(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()


async def _pay(client: Client, token: str, order: str, at: float) -> tuple[str, int]:
    await asyncio.sleep(max(0.0, at - time.monotonic()))
    answer = await client.post(f"/orders/{order}/keep", headers={"X-CSRFToken": token})
    return order, answer.status_code


async def _grab(buyer: Buyer, outlet: str, until: float) -> int:
    """Order one piece after the other as long as there is something."""
    got, wants = 0, True
    while time.monotonic() < until:
        if wants:
            await buyer.add("A-1")
        cart = (await buyer.cart()).json()
        wants = (await buyer.place(cart["fingerprint"], outlet)).status_code == 201
        got += wants
    return got


async def _run(
    hall: Hall,
    wholesaler: Wholesaler,
    addresses: Sequence[str],
    variables: dict[str, str],
    number: int,
    grabbers: int,
    kills: int,
) -> tuple[dict[str, int], dict[str, tuple[int, int]], tuple[int, int, int]]:
    """Answers to the payments, what each order holds (and with an end), and the stock row."""
    shop = await open_shop(wholesaler, buyers=grabbers, on_hand=number)
    manager = await wholesaler.staff("manager")
    customer = shop.company.customer
    generator = random.Random(4)
    sweeper = Sweeper(variables)
    clients = [Client(base_url=address, timeout=60) for address in addresses]
    try:
        tokens = []
        for client in clients:
            assert (await client.sign_in(manager, PASSWORD)).status_code == 303
            tokens.append(await client.token())
        async with hall.database.transaction() as connection:
            rows = await connection.execute(
                text(ORDERS),
                {
                    "number": number,
                    "company": customer.company_id,
                    "entity": customer.legal_entity_id,
                    "agreement": customer.agreement_id,
                    "seller": customer.seller_id,
                    "product": shop.products[0],
                    "ttl": TTL,
                },
            )
            orders = [str(row[0]) for row in rows]
        end = time.monotonic() + TTL
        paying = [
            _pay(clients[n % 2], tokens[n % 2], order, end + generator.uniform(-1, 1) * JITTER)
            for n, order in enumerate(orders)
            if n % 3
        ]
        grabbing = [
            _grab(
                Buyer(clients[n % 2], addresses[n % 2], token),
                str(shop.company.outlet),
                end + 3,
            )
            for n, token in enumerate(shop.tokens)
        ]
        killing = asyncio.create_task(_kill(sweeper, kills, end))
        sweeping = asyncio.create_task(_sweep_often(hall, end + 1))
        answers = dict(await asyncio.gather(*paying))
        grabbed = sum(await asyncio.gather(*grabbing))
        print(f"D04: other buyers took {grabbed}")
        await killing
        await sweeping
        await _until_released(hall)
    finally:
        sweeper.stop()
        for client in clients:
            await client.aclose()
    async with hall.database.transaction() as connection:
        held = {
            str(row[0]): (int(row[1]), int(row[2]))
            for row in await connection.execute(text(VERDICT))
        }
        on_hand, reserved, of_holds = (await connection.execute(text(ROW))).one()
    return answers, held, (int(on_hand), int(reserved), int(of_holds))


async def _kill(sweeper: Sweeper, kills: int, end: float) -> None:
    await asyncio.sleep(max(0.0, end - time.monotonic() - 0.2))
    for _ in range(kills):
        await asyncio.to_thread(sweeper.kill_and_restart)
        await asyncio.sleep(0.3)


async def _sweep_often(hall: Hall, until: float) -> None:
    while time.monotonic() < until:
        await let_go_of_ended(hall)
        await asyncio.sleep(0.01)


async def _until_released(hall: Hall, within: float = 30) -> None:
    """A worker that has just been restarted needs a while to start; then it takes two seconds."""
    deadline = time.monotonic() + within
    over = text(
        "select count(*) from fondaco.reservation where state = 'held' and expires_at <= now()"
    )
    while time.monotonic() < deadline:
        async with hall.database.transaction() as connection:
            if not (await connection.execute(over)).scalar():
                return
        await asyncio.sleep(0.2)
    raise AssertionError(f"holds that ended were not released within {within:g} s")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("number", "grabbers", "kills"), [SMALL, FULL])
async def test_each_hold_ends_sold_or_released(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    number: int,
    grabbers: int,
    kills: int,
) -> None:
    variables = environment_of(database_url, tmp_path)
    with (
        app_processes(database_url, tmp_path, number=1) as right,
        app_processes(
            database_url, tmp_path, number=1, target="unguarded:with_a_clock_ahead"
        ) as ahead,
    ):
        answers, held, row = await _run(
            hall, wholesaler, [*right, *ahead], variables, number, grabbers, kills
        )
    on_hand, reserved, of_holds = row
    assert len(held) == number > len(answers) > 0
    assert set(answers.values()) <= {303, 409}
    sold = {order for order, (quantity, _) in held.items() if quantity == 1}
    assert {quantity for quantity, _ in held.values()} <= {0, 1}, "held twice"
    assert all(ending == 0 for _, ending in held.values()), "neither sold nor released"
    assert sold == {order for order, status in answers.items() if status == 303}
    assert reserved == of_holds <= on_hand
    print(f"D04: {len(sold)} of {number} paid in time or while goods were free")


@pytest.mark.timeout(300)
async def test_without_the_lock_some_end_both_ways(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    variables = environment_of(database_url, tmp_path)
    target = "unguarded:keeping_without_a_look"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        answers, held, row = await _run(hall, wholesaler, addresses, variables, 60, 5, 1)
    on_hand, reserved, of_holds = row
    sold = {order for order, (quantity, _) in held.items() if quantity == 1}
    paid = {order for order, status in answers.items() if status == 303}
    assert reserved != of_holds or of_holds > on_hand or sold != paid
