"""What the runner adds to an implementation: attribution, deadline, statement count, trace."""

from collections.abc import Sequence
from time import perf_counter

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


async def _answer_nothing(lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    return NOTHING


async def measure(_house: House) -> Sequence[Figure]:
    """Microseconds of a call, traced as in a request, against the implementation awaited."""
    implementation = Implementation("bench", _answer_nothing, ("lines",))
    found = {"price_moves": (implementation,)}
    runner = Runner(Registry((), frozenset(), found, {}, {}, {}, (), {}, {}, (), {}))
    ours, floor = [], []
    for _ in range(REPEATS):
        with Traces().request("bench", "GET", "/"):
            ours.append(await _through(runner))
        floor.append(await _direct())
    return (
        Figure(
            what="a call of a hook",
            unit="µs",
            ours=Sample(tuple(ours)),
            floor=Sample(tuple(floor)),
            limit=Limit(times=1, plus=10),
        ),
    )


async def _through(runner: Runner) -> float:
    started = perf_counter()
    for _ in range(CALLS):
        await runner.collect(price_moves, ask=None, lines=())  # type: ignore[arg-type]
    return (perf_counter() - started) / CALLS * 1e6


async def _direct() -> float:
    started = perf_counter()
    for _ in range(CALLS):
        await _answer_nothing(())
    return (perf_counter() - started) / CALLS * 1e6
