"""D11: while prices, promotions, stock and the cart move, an order is the page it was pressed on.

Or it is refused with the differences, and nothing is written.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from d11_counter import PRODUCTS, Counter
from d11_ledger import Ledger, Snapshot
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from processes import app_processes, only_with
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

pytest.importorskip("fondaco_promotions", reason="the plugin is not installed")

pytestmark = [pytest.mark.plugins("promotions"), pytest.mark.timeout(3600)]

T = TypeVar("T")
SEED = 20261127
WITH_PROMOTIONS = only_with("promotions")
SMALL = pytest.param(6, 25, id="small")
FULL = pytest.param(40, 50, id="full", marks=pytest.mark.full)

PRODUCT = st.integers(1, PRODUCTS)
KOPECKS = st.integers(1, 20_000)
QUANTITY = st.integers(1, 40)
# What somebody else does meanwhile: the verb of the counter, and with what.
MOVE = st.one_of(
    st.tuples(st.just("agree_price"), PRODUCT, KOPECKS),
    st.tuples(st.just("import_price"), PRODUCT, KOPECKS),
    st.tuples(st.just("import_stock"), PRODUCT, st.integers(0, 120)),
    st.tuples(st.just("switch_promotion"), st.integers(0, 1), st.sampled_from(["pause", "resume"])),
    st.tuples(st.just("rival_orders"), PRODUCT, QUANTITY),
    st.tuples(st.just("put_in"), PRODUCT, QUANTITY),
    st.tuples(st.just("set_line"), st.integers(0, 4), st.integers(0, 40)),
)
Move = tuple[str, Any, Any]


class Buying(RuleBasedStateMachine):
    """A buyer with two tabs, and everybody else. Steps run on the loop of the test."""

    counter: Counter
    loop: asyncio.AbstractEventLoop
    steps: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.page = Snapshot.nothing()
        self._do("begin_anew", self.counter.begin_anew())

    def _do(self, what: str, work: Coroutine[Any, Any, T]) -> T:
        self.steps.append(what)
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    @rule(product=PRODUCT, quantity=QUANTITY)
    def puts_in_and_looks(self, product: int, quantity: int) -> None:
        """The first tab shows the checkout."""

        async def work() -> None:
            await self.counter.ours[0].put_in(product, quantity)
            self.page = await self.counter.ours[0].look()
            if not self.page.lines:
                await self._fill()

        self._do("look", work())

    @rule(move=MOVE)
    def something_moves(self, move: Move) -> None:
        """Between the look and the press."""
        self._do(str(move), self._move(move))

    @rule()
    def presses_alone(self) -> None:
        """Nobody else is at work: the order comes if and only if the page is still true."""

        async def work() -> None:
            ledger, page = self.counter.ledger, self.page
            if not page.lines:
                return
            now = await self.counter.ours[1].look()
            before, placed = await ledger.orders(), ledger.placed
            self.page = await self.counter.submit(self.counter.ours[0], page)
            ledger.expect(
                placed=ledger.placed > placed,
                snapshot=page,
                now=now,
                orders=await ledger.orders() - before,
            )

        self._do("press", work())

    @rule(moves=st.lists(MOVE, min_size=1, max_size=3), twice=st.booleans(), dice=st.integers(0))
    def presses_while_everything_moves(self, moves: Sequence[Move], twice: bool, dice: int) -> None:
        """At the same moment, from one tab or both."""

        async def work() -> None:
            pauses = random.Random(dice)
            if not self.page.lines:
                await self._fill()
            presses = [
                self.counter.submit(tab, self.page) for tab in self.counter.ours[: 1 + twice]
            ]
            shown, *_ = await asyncio.gather(
                *(_later(pauses.uniform(0, 0.03), press) for press in presses),
                *(_later(pauses.uniform(0, 0.06), self._move(move)) for move in moves),
            )
            self.page = shown

        self._do(f"storm {moves} twice={twice}", work())

    async def _fill(self) -> None:
        """Whoever wants more than there is begins again with less."""
        tab = self.counter.ours[0]
        await tab.begin_again()
        await tab.put_in(1, 3)
        await tab.put_in(2, 7)
        self.page = await tab.look()

    async def _move(self, move: Move) -> None:
        verb, first, second = move
        if verb == "put_in":
            await self.counter.ours[1].put_in(first, second)
        elif verb == "set_line":
            await self.counter.ours[1].set_line(self.page, first, second)
        else:
            act: Callable[[Any, Any], Awaitable[None]] = getattr(self.counter, verb)
            await act(first, second)


async def _later(seconds: float, work: Awaitable[T]) -> T:
    await asyncio.sleep(seconds)
    return await work


async def _buy(counter: Counter, examples: int, steps: int) -> list[str]:
    """Let Hypothesis drive; the ledger judges. A race cannot be played again, so none is shrunk."""
    print(f"seed {SEED}")

    class Run(Buying):
        pass

    Run.counter, Run.loop, Run.steps = counter, asyncio.get_running_loop(), []
    Run._hypothesis_internal_use_seed = SEED
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Run, settings=wanted)
    await counter.ledger.close_books()
    return Run.steps


@pytest.mark.parametrize(("examples", "steps"), [SMALL, FULL])
async def test_an_order_is_the_page_it_was_pressed_on(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    examples: int,
    steps: int,
) -> None:
    ledger = Ledger(database_url)
    counter = Counter(hall, wholesaler, ledger)
    with app_processes(database_url, tmp_path, environment=WITH_PROMOTIONS) as addresses:
        await counter.open(addresses)
        done = await _buy(counter, examples, steps)
        await counter.close()
    print(f"{len(done)} steps, {ledger.placed} orders, {ledger.refused} refused for differences")
    assert ledger.violations == [] and ledger.unknown == []
    assert len(done) > examples * steps * 0.8
    assert ledger.placed > examples and ledger.refused > examples


async def test_without_the_comparison_an_order_is_another_than_shown(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    ledger = Ledger(database_url)
    counter = Counter(hall, wholesaler, ledger)
    target = "unguarded:without_fingerprint"
    with app_processes(
        database_url, tmp_path, target=target, environment=WITH_PROMOTIONS
    ) as addresses:
        await counter.open(addresses)
        await _buy(counter, 3, 25)
        await counter.close()
    assert any(violation.startswith("ordered ") for violation in ledger.violations)


async def test_no_column_holds_money_or_quantity_as_a_float(hall: Hall) -> None:
    found = await system_ask(hall).fetch(
        text(
            "select table_schema || '.' || table_name || '.' || column_name"
            "  from information_schema.columns"
            " where (table_schema like 'fondaco%' or table_schema like 'plugin\\_%')"
            "   and data_type in ('real', 'double precision', 'money')"
        )
    )
    assert [row[0] for row in found] == []
