"""The exchange as staff see it: what waits, what died and why, what the ERP has confirmed."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest_asyncio
from amqp_plugin import OUT, WEIGHTS, placed
from amqp_words import message
from sqlalchemy import text

from fondaco.exchange.amqp.consuming import Arrived
from fondaco.exchange.amqp.outgoing import UNROUTABLE
from fondaco.exchange.amqp.taking import Taking
from fondaco.exchange.amqp.topology import read_by_us
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.testing.broker import Broker
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

HOME = "/staff/exchange"


@pytest_asyncio.fixture
async def admin(client: Client, wholesaler: Wholesaler) -> Client:
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    return client


async def test_it_says_what_waits_what_has_no_queue_and_who_was_heard(
    hall: Hall, ask: AskContext, admin: Client, owner: Callable[..., Awaitable[Any]]
) -> None:
    async with ask.act() as act:
        await act.emit(placed(1))
        await act.emit(placed(2))
    await owner(
        "update fondaco.delivery set error = :error, attempts = 3"
        " where id = (select min(id) from fondaco.delivery)",
        error=f"{UNROUTABLE}no queue is bound for 'portal.order.placed'",
    )
    await owner(
        "insert into fondaco.exchange_peer (name, behind) values ('1c-ut11', interval '365 days')"
    )
    await owner(f"insert into fondaco.exchange_lane (queue, waiting) values ('{OUT}', 12)")
    page = (await admin.get(HOME)).text
    words = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))
    assert "1 событие некому принять" in words
    assert "no queue is bound for" in words
    assert "Часы отстают на 365 дн.; это учтено" in words
    assert "Ждут отправки 2" in words
    assert "1c-ut11" in words
    assert "Проба test.out Учётная система 12" in words


async def test_a_dead_message_is_read_with_its_reason_and_sent_round_by_one_press(
    hall: Hall, admin: Client, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async def dead(state: str) -> bool:
        return await rows("select state from fondaco.dead_message") == [(state,)]

    body = message("weight.v1", {"name": "poison <b>", "grams": -5}, id=str(uuid4()))
    taking = Taking(hall, next(q for q in read_by_us(hall.registry) if q.name == WEIGHTS))
    await taking.take([Arrived(1, body, "m", "1c-ut11", "", 0, "", "")])
    assert await dead("dead")
    page = (await admin.get(HOME)).text
    assert "Вес меньше нуля" in page
    [(address, uuid)] = re.findall(rf'href="({HOME}/messages/([^"]+))"', page)
    shown = await admin.get(address)
    assert "poison &lt;b&gt;" in shown.text
    assert "Здесь только записи, которые не приняты" in shown.text
    answer = await admin.send_form(f"{HOME}/messages/{uuid}/replay", {})
    assert answer.status_code in (200, 303)
    assert await dead("replaying")
    assert "Возвращается" in (await admin.get(HOME)).text
    again = await admin.send_form(f"{HOME}/messages/{uuid}/replay", {})
    assert again.status_code == 404
    async with working(hall):

        async def refused_again() -> bool:
            return await rows("select state from fondaco.dead_message order by id") == [
                ("replayed",),
                ("dead",),
            ]

        await until(refused_again)
    assert await rows("select action from fondaco.audit_entry where action like 'exchange.%'") == [
        ("exchange.replay",)
    ]


async def test_a_dead_letter_of_the_portal_is_delivered_again_by_one_press(
    ask: AskContext, admin: Client, owner: Any, rows: Any
) -> None:
    async with ask.act() as act:
        await act.emit(placed(1))
    await owner(
        "update fondaco.delivery set state = 'dead', error = 'ValueError: no', done_at = now()"
    )
    page = (await admin.get(HOME)).text
    assert "ValueError: no" in page
    [action] = re.findall(rf'action="({HOME}/deliveries/\d+/retry)"', page)
    await admin.send_form(action, {})
    assert await rows("select state, attempts from fondaco.delivery") == [("waiting", 0)]
    assert (await admin.send_form(action, {})).status_code == 404


async def test_a_day_shows_what_the_erp_has_not_confirmed_and_sends_the_chosen_again(
    hall: Hall, ask: AskContext, admin: Client, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async with ask.act() as act:
        for order in (1, 2, 3):
            await act.emit(placed(order))

    async def sent(times: int) -> bool:
        return await rows("select coalesce(sum(times), 0) from fondaco.sent_message") == [(times,)]

    async with working(hall):
        await until(lambda: sent(3))
        first = await asyncio.to_thread(broker.drain, OUT)
        async with ask.act() as act:
            await act.execute(
                text(
                    "update fondaco.sent_message set acknowledged_at = now() where message_id = :id"
                ),
                {"id": first[0][0].message_id},
            )
        today = (datetime.now(UTC) + timedelta(hours=3)).date()
        days = (await admin.get(f"{HOME}/days")).text
        figures = re.findall(r'<td class="num">(\d+|—)</td>', days)
        assert figures == ["3", "1", "2", "—"]
        page = (await admin.get(f"{HOME}/days?day={today}")).text
        ids = re.findall(r'name="message" value="([^"]+)"', page)
        assert sorted(ids) == sorted(properties.message_id for properties, _ in first[1:])
        await admin.send_form(f"{HOME}/days", {"day": str(today), "message": ids[:1]})
        await until(lambda: sent(4))
        again = await asyncio.to_thread(broker.drain, OUT)
    # The same message under the same id: whoever has it already knows it.
    assert [properties.message_id for properties, _ in again] == ids[:1]
    assert (await admin.get(f"{HOME}/days?day=never")).status_code == 404


async def test_only_those_who_look_after_imports_may_see_it(
    client: Client, wholesaler: Wholesaler
) -> None:
    await client.sign_in(await wholesaler.staff("manager"), PASSWORD)
    for address in (HOME, f"{HOME}/days", f"{HOME}/messages/{uuid4()}"):
        assert (await client.get(address)).status_code == 403


async def test_how_much_waits_in_the_queues_is_written_down(
    hall: Hall, broker: Broker, working: Any, until: Any, rows: Any
) -> None:
    async def measured() -> bool:
        found = dict(await rows("select queue, waiting from fondaco.exchange_lane"))
        return {OUT, WEIGHTS} <= found.keys()

    async with working(hall):
        await until(measured)
