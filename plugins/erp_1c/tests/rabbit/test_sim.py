"""The played 1C over RabbitMQ: it takes orders, answers messages, tells what it has done."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fondaco.exchange.reconciliation import days
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.broker import Broker
from fondaco.testing.shop import WorkingShop
from fondaco_erp_1c.manifest import plugin
from fondaco_erp_1c.sim import doing
from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.over_rabbit import RabbitLine
from fondaco_erp_1c.sim.play import Player, Round
from fondaco_sdk.manifest import Plugin

D = Decimal


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """1C, and the plugin that knows what a UPD is."""
    papers = pytest.importorskip("fondaco_documents_ru.manifest")
    return (plugin, papers.plugin)


async def test_an_order_goes_to_1c_and_comes_back_shipped_with_its_document(
    hall: Hall, shop: WorkingShop, broker: Broker, working: Any, until: Any, rows: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    await shop.run("update fondaco.legal_entity set tax_id = '7721581040', kpp = '772101001'")
    order = await shop.order(3, 2)
    books = Books(tmp_path / "books.db")
    now = datetime.now(UTC)

    def player() -> Player:
        # Each time as another process would begin, over the same books.
        return Player(Books(tmp_path / "books.db"), RabbitLine(broker.url), pace=10)

    async with working(hall):

        async def sent() -> bool:
            return await rows("select count(*) > 0 from fondaco.sent_message") == [(True,)]

        async def state_is(state: str) -> None:
            async def is_so() -> bool:
                return await rows("select state from fondaco.customer_order") == [(state,)]

            await until(is_so)

        await until(sent)
        assert (await player().round(now)).fetched == 1
        await player().round(now + timedelta(minutes=1))
        await state_is("confirmed")
        # It is paid beforehand, so nothing leaves before the money is there.
        await player().round(now + timedelta(minutes=5))
        assert [one.state for one in books.documents()] == ["confirmed"]
        doing.take_payment(books, order.number, None, now)
        for minutes in (6, 8, 10):
            await player().round(now + timedelta(minutes=minutes))
        await state_is("shipped")

        async def filed() -> bool:
            return bool(await rows("select 1 from fondaco.document where origin = 'erp'"))

        await until(filed)
        # The version of the document, not that of the letter.
        filed_as = "select kind, version from fondaco.document where origin = 'erp'"
        assert await rows(filed_as) == [("upd", 1)]
        [(amount,)] = await rows("select amount from fondaco.erp_payment")
        assert amount == order.total

        # What it did itself comes back to it, is answered, and moves nothing.
        async def nothing_open() -> bool:
            await player().round(now + timedelta(minutes=12))
            [day] = await days(system_ask(hall))
            return day.open == 0 and day.sent > 0

        await until(nothing_open)
        assert await player().round(now + timedelta(minutes=20)) == Round()
        assert await rows("select count(*) from fondaco.dead_message") == [(0,)]
    assert await asyncio.to_thread(broker.count, "1c.inbound") == 0


async def test_lines_that_1c_cuts_short_come_back_once(
    hall: Hall, shop: WorkingShop, broker: Broker, working: Any, until: Any, rows: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    await shop.run("update fondaco.legal_entity set tax_id = '7721581040', kpp = '772101001'")
    order = await shop.order(4, 3)
    books = Books(tmp_path / "books.db")
    now = datetime.now(UTC)
    player = Player(books, RabbitLine(broker.url), pace=10)
    lines = "select quantity, total from fondaco.order_line order by position"
    amended = "select count(*) from fondaco.outbox where type = 'order.amended.v1'"

    async with working(hall):

        async def sent() -> bool:
            return await rows("select count(*) > 0 from fondaco.sent_message") == [(True,)]

        await until(sent)
        await player.round(now)
        await player.round(now + timedelta(minutes=1))
        (kept,) = books.documents()
        changed = doing.cut_short(books, kept, now)
        await player.round(now + timedelta(minutes=1))

        async def shorter() -> bool:
            found = await rows(lines)
            return found == [(4, changed.lines[0].total), (1, changed.lines[1].total)]

        await until(shorter)
        assert await rows(amended) == [(1,)]
        # Told again, under whatever id: its version is not newer.
        (again,) = books.documents()
        line = RabbitLine(broker.url)
        with books.together() as base:
            base.execute("update document set sent = 0")
        await line.tell(books, [again], (), now)
        # What the portal says of it leaves the lines as 1C has them.
        doing.take_payment(books, order.number, None, now)
        for minutes in (6, 8, 10):
            await player.round(now + timedelta(minutes=minutes))

        async def shipped() -> bool:
            return await rows("select state from fondaco.customer_order") == [("shipped",)]

        await until(shipped)
        assert await rows(amended) == [(1,)]
        assert await shorter()
        assert await rows("select count(*) from fondaco.dead_message") == [(0,)]
