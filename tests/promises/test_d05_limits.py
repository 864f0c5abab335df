"""D05: what an outlet may spend in a month is spent once, however many order at once.

Fifty buyers of one outlet press at the same moment, at two processes, and there is room for ten
orders: ten are placed, forty wait. Cancelled twenty times at once, an order gives back once. The
verdict is counted from the tables.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import app_processes
from shop import Buyer, Shop, open_shop
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

pytestmark = pytest.mark.timeout(600)

BUYERS, ROOM = 50, 10
LIMIT = text(
    """
    insert into fondaco.spending_limit (uuid, company_id, outlet_id, amount)
    select gen_random_uuid(), company_id, id, cast(:amount as numeric)
      from fondaco.outlet where uuid = :outlet
    """
)
LEDGER = text(
    """
    select (select coalesce(sum(amount), 0) from fondaco.spending_entry),
           (select coalesce(sum(total), 0) from fondaco.customer_order where state = 'placed'),
           (select count(*) from fondaco.order_approval where outcome = 'waiting'),
           (select count(*) from fondaco.outbox where type = 'order.placed.v1')
    """
)


async def _rows(hall: Hall, statement: Any, **values: Any) -> Sequence[Any]:
    async with hall.database.transaction() as connection:
        result = await connection.execute(statement, values)
        return result.all() if result.returns_rows else ()


async def _open(hall: Hall, wholesaler: Wholesaler, buyers: int, room: int) -> Shop:
    """Everybody's order is 100 roubles."""
    shop = await open_shop(wholesaler, buyers=buyers, on_hand=1000)
    await _rows(hall, LIMIT, outlet=shop.company.outlet, amount=room * 100)
    return shop


async def _burst(
    client: httpx.AsyncClient, shop: Shop, addresses: Sequence[str]
) -> list[httpx.Response]:
    """Every cart is looked at before the first order leaves."""
    buyers = [Buyer(client, addresses[n % len(addresses)], t) for n, t in enumerate(shop.tokens)]
    await asyncio.gather(*(buyer.add("A-1") for buyer in buyers))
    carts = await asyncio.gather(*(buyer.cart() for buyer in buyers))
    shown = [cart.json()["fingerprint"] for cart in carts]
    outlet = str(shop.company.outlet)
    return list(
        await asyncio.gather(
            *(buyer.place(one, outlet) for buyer, one in zip(buyers, shown, strict=True))
        )
    )


async def test_fifty_orders_find_room_for_exactly_ten(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await _open(hall, wholesaler, BUYERS, ROOM)
    with app_processes(database_url, tmp_path) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            answers = await _burst(client, shop, addresses)
    assert {answer.status_code for answer in answers} == {201}, [a.text for a in answers][:3]
    states = Counter(answer.json()["state"] for answer in answers)
    assert states == {"placed": ROOM, "awaiting_approval": BUYERS - ROOM}
    counted = await _rows(
        hall, text("select state, count(*) from fondaco.customer_order group by state")
    )
    assert dict(tuple(row) for row in counted) == states
    [(spent, placed, waiting, told)] = await _rows(hall, LEDGER)
    assert spent == placed == ROOM * 100
    assert (waiting, told) == (BUYERS - ROOM, ROOM)


async def test_without_the_lock_too_many_find_room(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await _open(hall, wholesaler, BUYERS, ROOM)
    target = "unguarded:without_limit_guard"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            await _burst(client, shop, addresses)
    [(spent, placed, _, _)] = await _rows(hall, LEDGER)
    assert spent == placed > ROOM * 100


async def test_twenty_cancellations_give_back_once_and_make_room_for_one(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await _open(hall, wholesaler, 3, 2)
    with app_processes(database_url, tmp_path) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            answers = await _burst(client, shop, addresses)
            order, token = next(
                (answer.json()["id"], token)
                for answer, token in zip(answers, shop.tokens, strict=True)
                if answer.json()["state"] == "placed"
            )
            cancelled = await asyncio.gather(
                *(
                    client.post(
                        f"{addresses[n % 2]}/api/v1/orders/{order}/cancel",
                        headers={"Authorization": f"Bearer {token}"},
                    )
                    for n in range(20)
                )
            )
            assert {answer.status_code for answer in cancelled} == {200}
            entries = await _rows(
                hall,
                text(
                    "select kind, count(*), sum(e.amount) from fondaco.spending_entry e"
                    " join fondaco.customer_order o on o.id = e.order_id"
                    " where o.uuid = :order group by kind order by kind"
                ),
                order=order,
            )
            assert [tuple(row) for row in entries] == [
                ("cancelled", 1, Decimal(-100)),
                ("placed", 1, Decimal(100)),
            ]
            again = await _burst(client, shop, addresses)
    assert Counter(answer.json()["state"] for answer in again)["placed"] == 1
    [(spent, placed, _, _)] = await _rows(hall, LEDGER)
    assert spent == placed == 200


async def test_of_approvers_who_press_at_once_one_decides(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    shop = await _open(hall, wholesaler, 10, 0)
    await _rows(
        hall,
        text(
            "update fondaco.user_account set roles = '{approver}'"
            " where email like 'b%@promises.test' and email <> 'b1@promises.test'"
        ),
    )
    buyer_token, *approvers = shop.tokens
    with app_processes(database_url, tmp_path) as addresses:
        async with httpx.AsyncClient(timeout=120) as client:
            buyer = Buyer(client, addresses[0], buyer_token)
            await buyer.add("A-1")
            shown = (await buyer.cart()).json()["fingerprint"]
            placed = await buyer.place(shown, str(shop.company.outlet))
            order = placed.json()
            assert order["state"] == "awaiting_approval"
            own = await client.post(
                f"{addresses[0]}/api/v1/orders/{order['id']}/approve",
                headers={"Authorization": f"Bearer {buyer_token}"},
            )
            assert own.status_code == 403
            answers = await asyncio.gather(
                *(
                    client.post(
                        f"{addresses[n % 2]}/api/v1/orders/{order['id']}/approve",
                        headers={"Authorization": f"Bearer {token}"},
                    )
                    for n, token in enumerate(approvers)
                )
            )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 8}
    [(spent, counted, waiting, told)] = await _rows(hall, LEDGER)
    assert (spent, counted, waiting, told) == (100, 100, 0, 1)
