"""The worker finds assortments that nobody has settled, and leaves all others as they are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest_asyncio
from msgspec.structs import replace

from fondaco.assortments.settle import alone
from fondaco.assortments.settle_due import SETTLE_TASK
from fondaco.exchange.worker import run_worker
from fondaco.hooks.hall import Hall
from fondaco.tasks import KERNEL_TASKS

STATE = "select name, cells, xmin::text from fondaco.assortment order by name"
ROUNDS = (
    "select count(*) from fondaco.pgqueuer_log"
    " where entrypoint = 'assortments.settle' and status = 'successful'"
)


@asynccontextmanager
async def worker_of(hall: Hall) -> AsyncIterator[None]:
    """A worker that has the kernel's task, every second."""
    stop = asyncio.Event()
    task = replace(KERNEL_TASKS[SETTLE_TASK], cron="* * * * * *")
    working = asyncio.create_task(
        run_worker(hall, {SETTLE_TASK: task}, stop=stop, silence=timedelta(seconds=2))
    )
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await working


async def rounds(shop: Any, more: int = 2) -> None:
    """Wait until the task was done so many times more."""
    before = (await shop.sql(ROUNDS))[0][0]
    async with asyncio.timeout(20):
        while (await shop.sql(ROUNDS))[0][0] < before + more:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest_asyncio.fixture
async def assortments(shop: Any) -> None:
    """Two of brands of which there are no goods so far, both settled."""
    await shop.sql(
        "insert into fondaco.assortment (uuid, name)"
        " values (gen_random_uuid(), 'Бренд'), (gen_random_uuid(), 'Прочее')"
    )
    await shop.sql(
        "insert into fondaco.assortment_rule (uuid, assortment_id, excludes, brand)"
        " select gen_random_uuid(), id, false, case name when 'Бренд' then 'НОВЫЙ' else 'НЕТ' end"
        " from fondaco.assortment"
    )


async def test_what_was_missed_is_settled_and_nothing_else_is_written(
    shop: Any, assortments: None
) -> None:
    before = await shop.sql(STATE)
    assert [row.cells for row in before] == [b"", b""]
    async with worker_of(shop.hall):
        await rounds(shop)
        assert await shop.sql(STATE) == before
        await shop.sql(
            "insert into fondaco.product (uuid, sku, name, brand, unit_code)"
            " values (gen_random_uuid(), 'N-1', 'Новинка', 'НОВЫЙ', '796')"
        )
        await rounds(shop)
        settled = await shop.sql(STATE)
        assert settled[0].cells != b""
        assert settled[1] == before[1]
        await rounds(shop)
    assert await shop.sql(STATE) == settled


async def test_it_does_not_wait_for_who_changes_them(shop: Any, assortments: None) -> None:
    await shop.sql(
        "insert into fondaco.product (uuid, sku, name, brand, unit_code)"
        " values (gen_random_uuid(), 'N-1', 'Новинка', 'НОВЫЙ', '796')"
    )
    before = await shop.sql(STATE)
    async with worker_of(shop.hall):
        async with shop.hall.database.transaction() as connection:
            await alone(connection)
            await rounds(shop)
            assert await shop.sql(STATE) == before
        await rounds(shop)
    assert (await shop.sql(STATE))[0].cells != b""
