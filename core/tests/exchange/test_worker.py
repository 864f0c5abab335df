"""The worker: wakes at once, survives the database, finishes what runs, tells that it is alive."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from exchange_parent import start_and_wait
from exchange_plugin import TROUBLE, Note, changed
from importlib_metadata import entry_points
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.cli.worker import worker_process
from fondaco.exchange import serving, worker
from fondaco.exchange.health import exchange_health
from fondaco.exchange.worker import Sweep
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import GROUP
from fondaco.settings import Settings
from fondaco.testing.databases import server_url
from fondaco_sdk.manifest import Task


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a site without any installed plugin: a process finds its plugins by itself."""
    names = tuple(entry.name for entry in entry_points(group=GROUP))
    return msgspec.structs.replace(settings, without=names)


CUT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"


async def test_events_and_tasks_are_taken_at_once_not_with_the_next_look(
    hall: Hall, ask: AskContext, effects: Any, working: Any, until: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(worker, "POLL", 30.0)
    monkeypatch.setattr(serving, "LOOK_EVERY", timedelta(seconds=30))

    async def all_three() -> bool:
        return len(await effects()) == 3

    async with working(hall):
        await asyncio.sleep(1)
        started = time.monotonic()
        async with ask.act() as act:
            await act.emit(changed(1, "a"))
            await act.enqueue("probe.write", Note("b"))
        await until(all_three)
        assert time.monotonic() - started < 2


async def test_stopping_finishes_the_running_job_and_takes_no_other(
    hall: Hall, ask: AskContext, effects: Any, working: Any, owner: Any
) -> None:
    TROUBLE.seconds = 0.7
    async with ask.act() as act:
        await act.enqueue("probe.hang", Note("running"))
    async with working(hall) as stop:
        await TROUBLE.started.wait()
        stop.set()
        async with ask.act() as act:
            await act.enqueue("probe.hang", Note("later"))
    assert await effects() == [("hang", 0, "running")]
    assert await owner("select status::text from fondaco.pgqueuer") == [("queued",)]
    assert await owner("select count(*) from fondaco.worker_heartbeat") == [(0,)]


async def test_the_worker_survives_a_restart_of_the_database(
    hall: Hall, ask: AskContext, effects: Any, working: Any, until: Any, database_url: str
) -> None:
    """All connections cut, and no new ones for a second, with a job and a delivery at work."""
    TROUBLE.seconds = 0.5
    async with ask.act() as act:
        await act.enqueue("probe.hang", Note("during"))
        await act.emit(changed(1, "during"))
    async with working(hall):
        await TROUBLE.started.wait()
        async with _database_away(database_url):
            await asyncio.sleep(1.5)
        before = time.monotonic()

        async def placed() -> bool:
            # The pool of the test lost its connections too; the first use of each finds out.
            with contextlib.suppress(DBAPIError):
                async with ask.act() as act:
                    await act.emit(changed(2, "after"))
                    await act.enqueue("probe.hang", Note("after"))
                return True
            return False

        async def everything() -> bool:
            with contextlib.suppress(DBAPIError):
                return len(set(await effects())) == 6
            return False

        await until(placed)
        await until(everything, 20)
        assert time.monotonic() - before < 10, "at work again within ten seconds"
    found = await effects()
    assert len([1 for who, _, _ in found if who in ("first", "second")]) == 4, "each once"


@asynccontextmanager
async def _database_away(url: str) -> AsyncIterator[None]:
    """Cut every connection of a database and let nobody in, until the block ends."""
    name = make_url(url).database
    engine = create_async_engine(server_url(), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"alter database {name} allow_connections false"))
            await connection.execute(text(CUT), {"name": name})
            yield
            await connection.execute(text(f"alter database {name} allow_connections true"))
    finally:
        await engine.dispose()


async def test_a_schedule_queues_its_task(
    hall: Hall, effects: Any, working: Any, until: Any
) -> None:
    task, handler, payload = hall.registry.tasks["probe.write"]
    every_second = Task(task.name, task.function, task.payload, cron="* * * * * *")
    hall.registry = msgspec.structs.replace(
        hall.registry, tasks={"probe.write": (every_second, handler, payload)}
    )

    async def ticked() -> bool:
        return len(await effects()) >= 2

    async with working(hall):
        await until(ticked)
    assert set(await effects()) == {("write", 0, "tick")}


async def test_a_sweep_goes_on_after_a_failure(hall: Hall, working: Any, until: Any) -> None:
    rounds: list[int] = []

    async def sweep(_hall: Hall) -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("the first round fails")

    async def thrice() -> bool:
        return len(rounds) >= 3

    async with working(hall, sweeps=(Sweep("sweep", 0.05, sweep),)):
        await until(thrice)


async def test_the_worker_process_tells_that_it_is_alive_and_stops_when_told(
    settings: Settings, database_url: str, ask: AskContext, until: Any
) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=worker_process, args=(settings, database_url)
    )
    process.start()
    try:

        async def alive() -> bool:
            health = await exchange_health(ask, subscribers=(), tasks=())
            return [one.alive for one in health.workers] == [True]

        await until(alive, 20)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        await asyncio.sleep(0.3)
        assert process.is_alive(), "Ctrl-C is for its parent"
        process.terminate()
        await asyncio.to_thread(process.join, 10)
        assert process.exitcode == 0
    finally:
        process.kill()


async def test_the_worker_process_leaves_with_its_parent(
    settings: Settings, database_url: str, ask: AskContext, until: Any, owner: Any
) -> None:
    parent = multiprocessing.get_context("spawn").Process(
        target=start_and_wait, args=(settings, database_url)
    )
    parent.start()

    async def workers() -> Any:
        return await owner("select worker from fondaco.worker_heartbeat")

    async def gone() -> bool:
        return not await workers()

    await until(workers, 20)
    [(name,)] = await workers()
    parent.kill()
    await until(gone, 10)
    pid = int(name.rpartition(":")[2])
    async with asyncio.timeout(5):
        while _exists(pid):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_another_worker_takes_over_the_job_of_a_silent_one(
    hall: Hall, ask: AskContext, effects: Any, working: Any, until: Any, owner: Any
) -> None:
    async with ask.act() as act:
        await act.enqueue("probe.write", Note("x"))
    await owner(
        "update fondaco.pgqueuer set status = 'picked', queue_manager_id = gen_random_uuid(),"
        " heartbeat = now() - interval '1 minute'"
    )
    async with working(hall, silence=timedelta(seconds=30)):
        await until(effects)
