"""The runner: each failure policy, attribution, deadlines, statement budgets."""

import asyncio
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from fondaco.db.engine import Database
from fondaco.hooks.context import AskContext
from fondaco.hooks.registry import Implementation, Registry
from fondaco.hooks.runner import Runner
from fondaco.hooks.trace import Traces
from fondaco_sdk.errors import PluginFault, UserError
from fondaco_sdk.hooks.availability import supply_plans
from fondaco_sdk.hooks.cart import cart_checks
from fondaco_sdk.hooks.checkout import order_placing
from fondaco_sdk.hooks.pricing import price_moves
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.price import Discount, Offer, PriceLine, Stage
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Supply

LINES = [PriceLine(1, ProductId(1), Decimal(1))]


def _runner(hook: str, *implementations: tuple[str, Any, tuple[str, ...]]) -> Runner:
    found = tuple(Implementation(name, f, arguments) for name, f, arguments in implementations)
    registry = Registry((), frozenset(), {hook: found}, {}, {}, {}, (), {}, {}, (), {})
    return Runner(registry)


SUPPLY = Supply(1, StockId(1), PlaceId(1), Decimal(1), date(2026, 11, 27), Reason("x", "х", "x"))


async def _good(lines: Sequence[PriceLine]) -> Sequence[Discount]:
    return [Discount(1, Stage.PROMOTION, Reason("x", "х", "x"), Decimal(5))]


async def _broken(lines: Sequence[PriceLine]) -> Sequence[str]:
    raise ZeroDivisionError("oops")


async def test_a_strict_hook_names_the_plugin_that_broke() -> None:
    runner = _runner("price_moves", ("a", _good, ("lines",)), ("b", _broken, ("lines",)))
    with pytest.raises(PluginFault, match=r"'b'.*price_moves.*oops.*--without b"):
        await runner.collect(price_moves, ask=None, lines=LINES)  # type: ignore[arg-type]


async def test_degrade_goes_on_and_says_who_is_missing() -> None:
    async def good(wants: object) -> Sequence[Supply]:
        return [SUPPLY]

    async def broken(wants: object) -> Sequence[str]:
        raise ZeroDivisionError

    runner = _runner("supply_plans", ("a", good, ("wants",)), ("b", broken, ("wants",)))
    collected = await runner.collect(supply_plans, ask=None, wants=[], stock=[])  # type: ignore[arg-type]
    assert collected.proposals == (("a", SUPPLY),)
    assert collected.failed == ("b",)


async def test_a_check_that_is_late_is_reported_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cart_checks.__dict__, "fondaco_deadline", 0.01)

    async def slow(priced: object) -> Sequence[str]:
        await asyncio.sleep(5)
        return []

    runner = _runner("cart_checks", ("slow", slow, ("priced",)))
    collected = await runner.collect(cart_checks, ask=None, priced=None)  # type: ignore[arg-type]
    assert collected.failed == ("slow",)


async def test_an_answer_that_is_no_sequence_is_the_plugins_fault() -> None:
    async def none(lines: object) -> None:
        return None

    runner = _runner("price_moves", ("none", none, ("lines",)))
    with pytest.raises(PluginFault, match="answered NoneType"):
        await runner.collect(price_moves, ask=None, lines=LINES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("a text", "answered a str, not Offer or Discount or Bound"),
        ([SUPPLY], "answered a Supply"),
        ([{"line": 1}], "answered a dict"),
        ([Offer(1, Stage.LIST, Decimal(-1), "RUB", True, Reason("x", "х", "x"))], "proposed -1"),
        ([Offer(1, Stage.LIST, Decimal("nan"), "RUB", True, Reason("x", "х", "x"))], "NaN"),
    ],
)
async def test_what_is_no_proposal_is_the_plugins_fault(answer: object, said: str) -> None:
    async def wrong(lines: object) -> object:
        return answer

    runner = _runner("price_moves", ("wrong", wrong, ("lines",)))
    with pytest.raises(PluginFault, match=said):
        await runner.collect(price_moves, ask=None, lines=LINES)  # type: ignore[arg-type]


async def test_a_plugin_cannot_change_what_the_next_is_handed() -> None:
    handed: list[object] = []

    async def greedy(lines: Any) -> Sequence[Discount]:
        lines.clear()
        return []

    async def after(lines: Any) -> Sequence[Discount]:
        handed.extend(lines)
        return []

    runner = _runner("price_moves", ("after", after, ("lines",)), ("greedy", greedy, ("lines",)))
    with pytest.raises(PluginFault, match=r"'greedy'.*clear"):
        await runner.collect(price_moves, ask=None, lines=list(LINES))  # type: ignore[arg-type]
    assert handed == LINES


async def test_who_is_told_answers_nothing_and_stops_the_order_when_it_fails() -> None:
    told: list[str] = []

    async def first(order: object) -> None:
        told.append(f"first {order}")

    async def broken(order: object) -> None:
        raise ZeroDivisionError("oops")

    nothing: Any = None
    asked: Any = {"act": nothing, "order": "o1", "priced": nothing}
    await _runner("order_placing", ("a", first, ("order",))).tell(order_placing, **asked)
    assert told == ["first o1"]
    failing = _runner("order_placing", ("a", first, ("order",)), ("b", broken, ("order",)))
    with pytest.raises(PluginFault, match=r"'b'.*order_placing.*oops"):
        await failing.tell(order_placing, **asked)


async def test_a_users_mistake_passes_through() -> None:
    async def refuse(lines: object) -> Sequence[str]:
        raise UserError(Reason("x", "нельзя", "no"))

    runner = _runner("price_moves", ("refuse", refuse, ("lines",)))
    with pytest.raises(UserError):
        await runner.collect(price_moves, ask=None, lines=LINES)  # type: ignore[arg-type]


async def test_the_trace_tells_statements_and_who_is_over_budget(ask: AskContext) -> None:
    async def greedy(ask: AskContext, lines: object) -> Sequence[str]:
        for _ in range(3):
            await ask.fetch(text("select 1"))
        return []

    runner = _runner("price_moves", ("greedy", greedy, ("ask", "lines")))
    traces = Traces()
    with traces.request("r1", "GET", "/"):
        await runner.collect(price_moves, ask=ask, lines=LINES)
    (call,) = traces.recent()[0].calls
    assert (call.plugin, call.statements, call.over_budget) == ("greedy", 3, True)


async def test_the_program_cannot_change_the_schema_or_the_audit(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    for statement in (
        "create table fondaco.mine (x int)",
        "delete from fondaco.audit_entry",
        "update fondaco.audit_entry set action = ''",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with database.transaction() as connection:
                await connection.execute(text(statement))
    await database.close()
