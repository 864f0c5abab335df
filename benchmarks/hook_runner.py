"""What the runner adds to an implementation: attribution, deadline, statement count, trace."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import TypeAlias

from benchmarks.figures import Figure, Limit, Sample
from benchmarks.house import House
from fondaco.hooks.registry import Implementation, Registry
from fondaco.hooks.runner import Runner
from fondaco.hooks.trace import Traces
from fondaco_sdk.hooks.pricing import price_moves
from fondaco_sdk.types.price import PriceLine, PriceMove

CALLS = 2_000
REPEATS = 25
NOTHING: tuple[PriceMove, ...] = ()
Asked: TypeAlias = Callable[[Sequence[PriceLine]], Awaitable[Sequence[PriceMove]]]


async def _answer_nothing(lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    return NOTHING


async def _wait_and_answer_nothing(lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    await asyncio.sleep(0)
    return NOTHING


async def measure(_house: House) -> Sequence[Figure]:
    """Microseconds of a call, traced as in a request, against the implementation awaited."""
    return (
        await _figure("a call of a hook that has its answer", _answer_nothing),
        await _figure("a call of a hook that waits for it", _wait_and_answer_nothing),
    )


async def _figure(what: str, function: Asked) -> Figure:
    found = {"price_moves": (Implementation("bench", function, ("lines",)),)}
    runner = Runner(Registry((), frozenset(), found, {}, {}, {}, (), {}, {}, (), {}))
    ours, floor = [], []
    for _ in range(REPEATS):
        with Traces().request("bench", "GET", "/"):
            ours.append(await _through(runner))
        floor.append(await _direct(function))
    return Figure(
        what=what,
        unit="µs",
        ours=Sample(tuple(ours)),
        floor=Sample(tuple(floor)),
        limit=Limit(times=1, plus=10),
    )


async def _through(runner: Runner) -> float:
    started = perf_counter()
    for _ in range(CALLS):
        await runner.collect(price_moves, ask=None, lines=())  # type: ignore[arg-type]
    return (perf_counter() - started) / CALLS * 1e6


async def _direct(function: Asked) -> float:
    started = perf_counter()
    for _ in range(CALLS):
        await function(())
    return (perf_counter() - started) / CALLS * 1e6
