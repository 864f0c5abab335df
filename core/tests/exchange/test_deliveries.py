"""Events after the commit: exactly once for each subscriber, or a dead letter."""

from typing import Any

import pytest
from exchange_plugin import TROUBLE, changed

from fondaco.exchange import deliveries
from fondaco.exchange.dead_letters import dead_letters, retry
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.health import exchange_health
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco_sdk.errors import NotFound

DUE_NOW = "update fondaco.delivery set due_at = now() where state = 'waiting'"


async def test_each_subscriber_gets_a_committed_event_once(
    hall: Hall, ask: AskContext, effects: Any
) -> None:
    async with ask.act() as act:
        await act.emit(changed(1, "a"))
    assert await deliver_due(hall) == 2
    assert await deliver_due(hall) == 0
    assert sorted(await effects()) == [("first", 1, "a"), ("second", 1, "a")]


async def test_an_event_that_was_rolled_back_never_arrives(
    hall: Hall, ask: AskContext, effects: Any
) -> None:
    with pytest.raises(RuntimeError):
        async with ask.act() as act:
            await act.emit(changed(1, "a"))
            raise RuntimeError("the order was refused")
    assert await deliver_due(hall) == 0
    assert await effects() == []


async def test_a_failing_handler_leaves_no_effect_and_is_tried_again_later(
    hall: Hall, ask: AskContext, effects: Any, owner: Any
) -> None:
    TROUBLE.poison = frozenset({"a"})
    async with ask.act() as act:
        await act.emit(changed(1, "a"))
    await deliver_due(hall)
    assert await effects() == [("second", 1, "a")]
    waiting = (
        "select attempts, error, due_at > now() + interval '0.5 s' from fondaco.delivery"
        " where state = 'waiting'"
    )
    assert await owner(waiting) == [(1, "RuntimeError: cannot digest a", True)]
    assert await deliver_due(hall) == 0, "it is not due yet"

    TROUBLE.reset()
    await owner(DUE_NOW)
    assert await deliver_due(hall) == 1
    assert await effects() == [("second", 1, "a"), ("first", 1, "a")]


async def test_pauses_grow_up_to_a_limit(hall: Hall, ask: AskContext, owner: Any) -> None:
    TROUBLE.poison = frozenset({"a"})
    async with ask.act() as act:
        await act.emit(changed(1, "a"))
    pauses = []
    for _ in range(deliveries.ATTEMPTS - 1):
        await owner(DUE_NOW)
        await deliver_due(hall)
        [(pause,)] = await owner(
            "select extract(epoch from due_at - now()) from fondaco.delivery"
            " where state = 'waiting'"
        )
        pauses.append(float(pause))
    for pause, about in zip(pauses, [1, 2, 4, 8, 16, 30, 30], strict=True):
        assert 0.75 * about - 0.5 < pause <= 1.25 * about


async def test_a_poison_event_becomes_a_dead_letter_and_the_others_go_on(
    hall: Hall, ask: AskContext, effects: Any, owner: Any
) -> None:
    TROUBLE.poison = frozenset({"bad"})
    async with ask.act() as act:
        for order, value in ((1, "one"), (1, "bad"), (1, "two"), (2, "three")):
            await act.emit(changed(order, value))
    await deliver_due(hall)
    done = [value for who, _, value in await effects() if who == "first"]
    assert sorted(done) == ["one", "three"], "its own lane waits, another does not"
    for _ in range(deliveries.ATTEMPTS):
        await owner(DUE_NOW)
        await deliver_due(hall)
    done = [value for who, _, value in await effects() if who == "first"]
    assert sorted(done) == ["one", "three", "two"], "a dead letter does not hold up its lane"

    [letter] = await dead_letters(ask)
    assert (letter.subscriber, letter.lane, letter.attempts) == ("probe:first", "order:1", 8)
    assert letter.error == "RuntimeError: cannot digest bad"
    assert '"bad"' in letter.payload

    TROUBLE.reset()
    async with ask.act() as act:
        await retry(act, letter.id)
    assert await deliver_due(hall) == 1, "one retry is one delivery"
    assert ("first", 1, "bad") in await effects()
    assert await dead_letters(ask) == []
    with pytest.raises(NotFound) as gone:
        async with ask.act() as act:
            await retry(act, letter.id)
    assert "Обновите список" in gone.value.reason.ru


async def test_a_handler_that_always_ends_its_process_becomes_a_dead_letter(
    hall: Hall, ask: AskContext, effects: Any, owner: Any
) -> None:
    async with ask.act() as act:
        await act.emit(changed(1, "a"))
        await act.emit(changed(1, "b"))
    # What eight workers leave behind that died in the handler of the first event.
    await owner(
        "update fondaco.delivery set attempts = 8 where id = (select min(id) from"
        " fondaco.delivery where subscriber = 'probe:first')"
    )
    for _ in range(2):
        await deliver_due(hall)
    [letter] = await dead_letters(ask)
    assert "end of its process" in letter.error
    assert [value for who, _, value in await effects() if who == "first"] == ["b"]


async def test_a_handler_that_does_not_end_is_stopped(
    hall: Hall, ask: AskContext, effects: Any, owner: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(deliveries, "DEADLINE", 0.1)
    TROUBLE.seconds = 5
    async with ask.act() as act:
        await act.emit(changed(1, "a"))
    await deliver_due(hall)
    assert await effects() == [("second", 1, "a")]
    assert await owner("select error from fondaco.delivery where state = 'waiting'") == [
        ("did not end within 0.1 s",)
    ]


async def test_an_unknown_event_is_an_error_of_its_delivery_only(
    hall: Hall, ask: AskContext, effects: Any, owner: Any
) -> None:
    async with ask.act() as act:
        await act.emit(changed(1, "old"))
        await act.emit(changed(2, "new"))
    await owner("update fondaco.outbox set type = 'order.gone.v1' where lane = 'order:1'")
    await deliver_due(hall)
    assert {value for _, _, value in await effects()} == {"new"}
    errors = await owner("select distinct error from fondaco.delivery where state = 'waiting'")
    assert "order.gone.v1" in errors[0][0]
    assert "unknown to this version" in errors[0][0]


async def test_deliveries_of_a_removed_plugin_wait_and_are_listed(
    hall: Hall, ask: AskContext, owner: Any
) -> None:
    async with ask.act() as act:
        await act.emit(changed(1, "a"))
    await owner(
        "update fondaco.delivery set subscriber = 'gone:handler' where subscriber = 'probe:second'"
    )
    assert await deliver_due(hall) == 1
    health = await exchange_health(
        ask, subscribers=deliveries.subscribers(hall.registry), tasks=hall.registry.tasks
    )
    assert health.orphan_deliveries == {"gone:handler": 1}
    assert health.waiting_deliveries == {"gone:handler": 1}
    assert health.late == 0, "what nobody waits for is not late"


async def test_a_delivery_costs_two_statements_besides_its_handler(
    hall: Hall, ask: AskContext, sql_budget: Any, owner: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(deliveries, "LOOK_AGAIN", 60)
    async with ask.act() as act:
        for order in range(20):
            await act.emit(changed(order, "a"))
    await owner("update fondaco.delivery set state = 'done' where subscriber = 'probe:second'")
    with sql_budget() as count:
        assert await deliver_due(hall) == 20
    claims = sum("with taken" in s for s in count.statements)
    marks = sum("set state = 'done'" in s for s in count.statements)
    assert marks == 20
    assert claims <= 41, "one that takes it, and one when it ends that may find nothing new"
