"""M01: whoever is killed wherever, each committed order has its effects exactly once.

The points that exist without a broker: the server before and after its commit; the worker after
marking a delivery, after its effect, after its commit, at the start of a task, between a task's
effect and its end; and anywhere at all. The control runs with effect and mark in two transactions.
"""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from msgspec import Struct

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import m01_server  # noqa: E402
import m01_worker  # noqa: E402
from m01_plugin import KINDS, PLUGIN, TABLES  # noqa: E402
from warm import FORKS  # noqa: E402

from fondaco.crash import EXIT_CODE  # noqa: E402
from fondaco.exchange.dead_letters import dead_letters, retry  # noqa: E402
from fondaco.exchange.held_tasks import held_tasks, retry_task  # noqa: E402
from fondaco.hooks.context import system_ask  # noqa: E402
from fondaco_sdk.manifest import Plugin  # noqa: E402

SERVER_POINTS = ("server.before_commit", "server.after_commit")
WORKER_POINTS = (
    "delivery.marked",
    "delivery.handled",
    "delivery.committed",
    "task.started",
    "task.ended",
)

# Processes of their own that need not import everything anew.


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The plugin of this promise."""
    return (PLUGIN,)


class Verdict(Struct):
    """What a connection of its own found in the ledgers."""

    placed: int
    forgotten: list[int]
    lost: list[tuple[str, int]]
    doubled: list[tuple[str, int]]

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return not (self.forgotten or self.lost or self.doubled)


class Run:
    """Servers and workers on one database, and what the servers acknowledged."""

    def __init__(self, url: str, acknowledged: Path) -> None:
        self.url = url
        self._acknowledged = acknowledged
        self._next = 1

    async def serve(self, count: int, crash_at: str = "", kill_after: float = 0) -> int:
        """A server that places `count` orders; its exit code."""
        first, self._next = self._next, self._next + count
        return await _process(
            m01_server.serve, kill_after, self.url, first, count, str(self._acknowledged), crash_at
        )

    async def work(self, guard_off: str = "", crash_at: str = "", kill_after: float = 0) -> int:
        """A worker that works until all is done; its exit code."""
        return await _process(m01_worker.work, kill_after, self.url, guard_off, crash_at)

    def acknowledged(self) -> set[int]:
        """The orders whose placing was confirmed."""
        return {int(line) for line in self._acknowledged.read_text().split()}

    async def retry_what_is_held(self) -> int:
        """What a person does about jobs and deliveries that were given up; how many there were."""
        hall = m01_server.m01_hall(self.url)
        ask = system_ask(hall)
        jobs, letters = await held_tasks(ask, limit=1000), await dead_letters(ask, limit=1000)
        async with ask.act() as act:
            for job in jobs:
                await retry_task(act, job.job_id)
            for letter in letters:
                await retry(act, letter.id)
        await hall.close()
        return len(jobs) + len(letters)

    async def verdict(self) -> Verdict:
        """Compare what was acknowledged and committed with the effects."""
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            placed = {row[0] for row in await connection.fetch("select order_id from m01.placed")}
            rows = await connection.fetch("select kind, order_id from m01.effect")
        finally:
            await connection.close()
        effects = Counter((row[0], row[1]) for row in rows)
        wanted = {(kind, order) for kind in KINDS for order in placed}
        return Verdict(
            placed=len(placed),
            forgotten=sorted(self.acknowledged() - placed),
            lost=sorted(wanted - effects.keys()),
            doubled=sorted(
                what for what, times in effects.items() if times > 1 or what not in wanted
            ),
        )


async def _process(target: Callable[..., None], kill_after: float, *arguments: object) -> int:
    process = FORKS.Process(target=target, args=arguments)
    process.start()
    if kill_after:
        await asyncio.to_thread(process.join, kill_after)
        process.kill()
    await asyncio.to_thread(process.join)
    assert process.exitcode is not None
    return process.exitcode


@pytest_asyncio.fixture
async def run(database_url: str, tmp_path: Path) -> Run:
    """A run on a database of its own."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    for statement in TABLES:
        await connection.execute(statement)
    await connection.close()
    return Run(database_url, tmp_path / "acknowledged")


async def test_killed_at_every_point_each_order_has_its_effects_once(run: Run) -> None:
    for point in SERVER_POINTS:
        assert await run.serve(8, crash_at=f"{point}:5") == EXIT_CODE
    assert await run.serve(8) == 0
    for point in WORKER_POINTS:
        assert await run.work(crash_at=f"{point}:2") == EXIT_CODE, f"{point} was not reached"
    assert await run.work() == 0
    verdict = await run.verdict()
    assert verdict.kept, verdict
    # Four and four before the crashes, one committed and not acknowledged, eight without any.
    assert (verdict.placed, len(run.acknowledged())) == (17, 16)


@pytest.mark.parametrize(
    ("guard_off", "point", "sign"),
    [
        ("effect-first", "delivery.handled", "doubled"),
        ("mark-first", "delivery.marked", "lost"),
        ("effect-first", "task.ended", "doubled"),
    ],
)
async def test_control_without_the_guard_the_same_kill_shows(
    run: Run, guard_off: str, point: str, sign: str
) -> None:
    assert await run.serve(3) == 0
    assert await run.work(guard_off, crash_at=point) == EXIT_CODE
    assert await run.work(guard_off) == 0
    verdict = await run.verdict()
    assert getattr(verdict, sign), verdict


@pytest.mark.full
@pytest.mark.timeout(3600)
async def test_full_twenty_kills_at_each_point_and_fifty_anywhere(run: Run) -> None:
    seed = int(os.environ.get("FONDACO_SEED", "0")) or random.randrange(1, 10**6)
    dice = random.Random(seed)
    print(f"FONDACO_SEED={seed}")
    kills: Counter[str] = Counter()
    for point in WORKER_POINTS:
        while kills[point] < 20:
            crash_at = f"{point}:{dice.randint(1, 6)}"
            server_point = SERVER_POINTS[kills[point] % 2]
            server, worker = await asyncio.gather(
                run.serve(10, crash_at=f"{server_point}:{dice.randint(2, 9)}"),
                run.work(crash_at=crash_at),
            )
            kills[point] += worker == EXIT_CODE
            kills[server_point] += server == EXIT_CODE
    while kills["anywhere"] < 50:
        ends = await asyncio.gather(
            run.serve(60, kill_after=dice.uniform(0.3, 1)),
            run.work(kill_after=dice.uniform(0.4, 1.5)),
            run.work(kill_after=dice.uniform(0.4, 1.5)),
        )
        kills["anywhere"] += sum(end == -signal.SIGKILL for end in ends)
    assert await run.serve(max(1, 1000 - (await run.verdict()).placed)) == 0
    assert await run.work() == 0
    held = await run.retry_what_is_held()
    assert await run.work() == 0
    verdict = await run.verdict()
    print(dict(kills), f"{verdict.placed} orders placed, {held} jobs and deliveries held")
    assert min(kills.values()) >= 20
    assert verdict.placed >= 1000
    assert verdict.kept, verdict


@pytest.mark.full
@pytest.mark.timeout(300)
async def test_full_what_always_kills_its_process_is_given_up(run: Run) -> None:
    """A job after five starts, a delivery after eight; the orders after it are served."""
    connection = await asyncpg.connect(run.url.replace("+asyncpg", ""))
    assert await run.serve(1) == 0
    for _ in range(5):
        assert await run.work(crash_at="task.started") == EXIT_CODE
    assert await run.work(crash_at="task.started") == 0, "the sixth start is refused"
    assert await connection.fetchval("select status from fondaco.pgqueuer") == "failed"

    await connection.execute("delete from fondaco.pgqueuer")
    assert await run.serve(1) == 0
    crashes = 0
    while await run.work(crash_at="delivery.handled") == EXIT_CODE:
        crashes += 1
    dead = await connection.fetchval("select count(*) from fondaco.delivery where state = 'dead'")
    await connection.close()
    assert dead == 2, "each subscriber's delivery of this order"
    assert crashes >= 8
