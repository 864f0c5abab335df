"""Taking time: ours and the floor by turns, so that both meet the same neighbours."""

import gc
from collections.abc import Awaitable, Callable
from time import perf_counter

from benchmarks.figures import Sample

ROUNDS = 25
WARM = 5

Work = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """No preparation."""


async def milliseconds(work: Work, before: Work = nothing) -> float:
    """How long one piece of work takes; what comes `before` does not count."""
    await before()
    started = perf_counter()
    await work()
    return (perf_counter() - started) * 1000


async def by_turns(
    ours: Work,
    floor: Work,
    *,
    rounds: int = ROUNDS,
    warm: int = WARM,
    before_ours: Work = nothing,
    before_floor: Work = nothing,
) -> tuple[Sample, Sample]:
    """Milliseconds of both; the first `warm` rounds prepare statements and do not count."""
    # As a web process does when it is composed: what stands already is not collected again.
    gc.collect()
    gc.freeze()
    mine: list[float] = []
    bare: list[float] = []
    for _ in range(warm + rounds):
        mine.append(await milliseconds(ours, before_ours))
        bare.append(await milliseconds(floor, before_floor))
    return Sample(tuple(mine[warm:])), Sample(tuple(bare[warm:]))
