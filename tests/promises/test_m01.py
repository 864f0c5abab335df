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
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from msgspec import Struct

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from m01_plugin import KINDS, PLUGIN, TABLES  # noqa: E402

from fondaco.testing.crash import EXIT_CODE, VARIABLE  # noqa: E402
from fondaco_sdk.manifest import Plugin  # noqa: E402

SERVER_POINTS = ("server.before_commit", "server.after_commit")
WORKER_POINTS = (
    "delivery.marked",
    "delivery.handled",
    "delivery.committed",
    "task.started",
    "task.ended",
)


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

    def __init__(self, url: str) -> None:
        self.url = url
        self.acknowledged: list[int] = []
        self._numbers: Iterator[int] = iter(range(1, 10**9))

    async def start(self, script: str, *arguments: str, crash_at: str = "") -> Process:
        """Start a process of this run."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / script),
            self.url,
            *arguments,
            stdout=PIPE if "server" in script else DEVNULL,
            stderr=DEVNULL,
            env={**os.environ, VARIABLE: crash_at},
        )

    async def serve(self, count: int, crash_at: str = "", kill_after: float = 0) -> int:
        """A server that places `count` orders; its exit code."""
        first = [next(self._numbers) for _ in range(count)][0]
        server = await self.start("m01_server.py", str(first), str(count), crash_at=crash_at)
        return await self._end(server, kill_after)

    async def work(self, guard: str = "", crash_at: str = "", kill_after: float = 0) -> int:
        """A worker that works until all is done; its exit code."""
        arguments = (guard,) if guard else ()
        worker = await self.start("m01_worker.py", *arguments, crash_at=crash_at)
        return await self._end(worker, kill_after)

    async def _end(self, process: Process, kill_after: float) -> int:
        if kill_after:
            asyncio.get_running_loop().call_later(kill_after, _kill, process)
        output, _ = await process.communicate()
        self.acknowledged += [int(line) for line in (output or b"").split()]
        assert process.returncode is not None
        return process.returncode

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
            forgotten=sorted(set(self.acknowledged) - placed),
            lost=sorted(wanted - effects.keys()),
            doubled=sorted(
                what for what, times in effects.items() if times > 1 or what not in wanted
            ),
        )


def _kill(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)


@pytest_asyncio.fixture
async def run(database_url: str) -> Run:
    """A run on a database of its own."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    for statement in TABLES:
        await connection.execute(statement)
    await connection.close()
    return Run(database_url)


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
    assert (verdict.placed, len(run.acknowledged)) == (17, 16)


@pytest.mark.parametrize(
    ("guard", "point", "sign"),
    [
        ("effect-first", "delivery.handled", "doubled"),
        ("mark-first", "delivery.marked", "lost"),
        ("effect-first", "task.ended", "doubled"),
    ],
)
async def test_control_without_the_guard_the_same_kill_shows(
    run: Run, guard: str, point: str, sign: str
) -> None:
    assert await run.serve(3) == 0
    assert await run.work(guard, crash_at=point) == EXIT_CODE
    assert await run.work(guard) == 0
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
            run.serve(20, kill_after=dice.uniform(1, 4)),
            run.work(kill_after=dice.uniform(1, 4)),
            run.work(kill_after=dice.uniform(1, 4)),
        )
        kills["anywhere"] += sum(end == -signal.SIGKILL for end in ends)
    assert await run.serve(max(1, 1000 - (await run.verdict()).placed)) == 0
    assert await run.work() == 0
    verdict = await run.verdict()
    print(dict(kills), f"{verdict.placed} orders placed")
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
