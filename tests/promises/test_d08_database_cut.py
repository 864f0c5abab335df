"""D08 on the other side of the program: its line to PostgreSQL breaks while an order is written.

Between any two statements, before the commit, or after it and before the program hears of it: the
buyer is told to come back, nothing is there by half, and asking again under the same key, at the
same process or the other one, gives one order.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pg_faults import Cut, PostgresProxy, postgres_proxy
from processes import app_processes
from shop import Buyer, Shop, open_shop
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

pytestmark = pytest.mark.timeout(900)

BEFORE, AFTER = Cut(), Cut(done=True)
SMALL = pytest.param(8, id="small")
FULL = pytest.param(200, id="full", marks=pytest.mark.full)
KEPT = text(
    "select (select count(*) from fondaco.customer_order),"
    " (select count(distinct order_id) from fondaco.order_line),"
    " (select count(distinct order_id) from fondaco.shipment),"
    " (select count(*) from fondaco.reservation where state = 'held'),"
    " (select coalesce(sum(reserved), 0)::int from fondaco.stock_row),"
    " (select count(*) from fondaco.outbox where type = 'order.placed.v1'),"
    " (select count(*) from fondaco.payment),"
    " (select count(*) from fondaco.idempotency_key where order_id is not null)"
)


async def _kept(hall: Hall) -> set[int]:
    """How many orders there are, by everything that belongs to one: one number, or some is half."""
    async with hall.database.transaction() as connection:
        return set((await connection.execute(KEPT)).one())


class Desk:
    """The buyers of a shop at its processes, whose line to the database can be cut."""

    def __init__(
        self, hall: Hall, shop: Shop, addresses: Sequence[str], line: PostgresProxy
    ) -> None:
        self._hall = hall
        self._shop = shop
        self._addresses = addresses
        self._line = line
        self._client = httpx.AsyncClient(timeout=60)
        self._outlet = str(shop.company.outlet)
        self.heard: list[str] = []
        self.left: list[set[int]] = []

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def order(self, number: int, cut: Cut | None) -> int:
        """Buyer `number` orders while the line is cut, and again; the requests until the answer."""
        token = self._shop.tokens[number]
        far = Buyer(self._client, self._addresses[0], token)
        assert (await far.add("A-1")).status_code == 201
        shown, key = (await far.cart()).json()["fingerprint"], uuid4().hex
        self._line.order(cut or Cut(at=1_000_000))
        first = await far.place(shown, self._outlet, key)
        asked = self._line.asked
        self._line.order(None)
        if cut is not None:
            assert first.status_code == 503, (cut, first.status_code, first.text[:500])
            assert "retry-after" in first.headers
        self.left.append(await _kept(self._hall))
        again = Buyer(self._client, self._addresses[number % 2], token)
        answer = await again.place(shown, self._outlet, key)
        assert answer.status_code == 201, (cut, answer.text[:500])
        self.heard.append(answer.json()["id"])
        return asked


@pytest.mark.parametrize("buyers", [SMALL, FULL])
async def test_a_line_cut_at_the_commit_is_one_order(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, buyers: int
) -> None:
    shop = await open_shop(wholesaler, buyers=buyers, on_hand=10_000)
    async with postgres_proxy(database_url) as line:
        with app_processes(line.url, tmp_path) as addresses:
            desk = Desk(hall, shop, addresses, line)
            # Two of each in turn: the buyer asks again at the same process, and at the other one.
            cuts = [(BEFORE, AFTER)[number // 2 % 2] for number in range(buyers)]
            for number, cut in enumerate(cuts):
                await desk.order(number, cut)
            await desk.close()
    assert line.cuts == buyers
    # What is there before anybody asks again: all of the order, or nothing of it.
    assert desk.left == [{number + cut.done} for number, cut in enumerate(cuts)]
    assert len(set(desk.heard)) == buyers
    assert await _kept(hall) == {buyers}


@pytest.mark.parametrize("points", [SMALL, FULL])
async def test_a_line_cut_between_any_two_statements_leaves_nothing_by_half(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, points: int
) -> None:
    shop = await open_shop(wholesaler, buyers=points + 2, on_hand=10_000)
    async with postgres_proxy(database_url) as line:
        with app_processes(line.url, tmp_path) as addresses:
            desk = Desk(hall, shop, addresses, line)
            # The first order of a process prepares its statements; the second is counted.
            await desk.order(0, None)
            whole = await desk.order(1, None)
            at = sorted({1 + (whole - 1) * n // points for n in range(points)})
            for number, request in enumerate(at, 2):
                await desk.order(number, Cut(at=request))
            await desk.close()
    placed = len(at) + 2
    assert whole > 20
    assert line.cuts == len(at)
    assert desk.left == [{1}, {2}, *({number} for number in range(2, placed))]
    assert len(set(desk.heard)) == placed
    assert await _kept(hall) == {placed}


async def test_without_the_key_an_unheard_commit_is_two_orders(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=3, on_hand=10_000)
    target = "unguarded:without_idempotency"
    async with postgres_proxy(database_url) as line:
        with app_processes(line.url, tmp_path, target=target) as addresses:
            desk = Desk(hall, shop, addresses, line)
            for number in range(3):
                await desk.order(number, AFTER)
            await desk.close()
    assert 6 in await _kept(hall)


async def test_without_a_transaction_a_cut_line_leaves_half_an_order(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(wholesaler, buyers=8, on_hand=10_000)
    target = "unguarded:committing_each_statement"
    async with postgres_proxy(database_url) as line:
        with app_processes(line.url, tmp_path, number=1, target=target) as (address,):
            desk = Desk(hall, shop, [address, address], line)
            await desk.order(0, None)
            whole = await desk.order(1, None)
            for number in range(2, 8):
                try:
                    await desk.order(number, Cut(at=whole * (number + 1) // 9))
                except AssertionError:
                    break
            await desk.close()
    assert any(len(left) > 1 for left in desk.left)
