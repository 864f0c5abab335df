"""Lanes: in order and one at a time, with several workers, random failures and random load."""

import asyncio
import os
import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from exchange_plugin import TROUBLE, changed
from sqlalchemy import text

from fondaco.exchange import deliveries
from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall

LANES, EVENTS, WORKERS = 6, 60, 3


async def test_every_lane_keeps_its_order_under_failures_and_several_workers(
    hall: Hall, ask: AskContext, effects: Any, monkeypatch: Any
) -> None:
    sent = await _send_and_deliver(hall, ask, monkeypatch)
    for who in ("first", "second"):
        assert _by_lane(await effects(), who) == sent
    assert TROUBLE.overlaps == 0, "one at a time"


async def test_control_without_heads_the_order_is_lost(
    hall: Hall, ask: AskContext, effects: Any, monkeypatch: Any
) -> None:
    """The same run, taking any due delivery instead of the head of a lane."""
    headless = """
        with taken as (
            select id from fondaco.delivery
             where subscriber = any(:subscribers) and state = 'waiting' and due_at <= now()
             limit 1 for update skip locked
        ), counted as (
            update fondaco.delivery set attempts = attempts + 1,
                   due_at = now() + least(cast(:pause as interval), cast(:longest as interval))
              from taken where delivery.id = taken.id and :most > 0 and :never_ended <> ''
         returning delivery.id, event_id, subscriber, attempts
        )
        select counted.id, subscriber, attempts, type, cast(payload as text)
          from counted join fondaco.outbox on outbox.id = event_id
    """
    monkeypatch.setattr(deliveries, "_CLAIM", text(headless))
    sent = await _send_and_deliver(hall, ask, monkeypatch)
    found = _by_lane(await effects(), "first")
    assert {lane: sorted(values) for lane, values in found.items()} == sent, "each once, still"
    assert found != sent
    assert TROUBLE.overlaps > 0


async def test_a_slow_subscriber_does_not_hold_up_another(
    hall: Hall, ask: AskContext, effects: Any
) -> None:
    TROUBLE.seconds = 1.5
    async with ask.act() as act:
        for order in range(4):
            await act.emit(changed(order, "a"))
    delivering = asyncio.create_task(deliver_due(hall))
    await asyncio.sleep(0.7)
    async with ask.act() as act:
        await act.emit(changed(99, "late"))
    await asyncio.sleep(0.6)
    done = await effects()
    assert len([1 for who, _, _ in done if who == "second"]) == 5
    assert ("second", 99, "late") in done, "what comes while others are slow is taken as well"
    assert not [1 for who, _, _ in done if who == "first"]
    await delivering


@pytest.mark.parametrize("backlog", [2000])
async def test_a_long_lane_that_pauses_costs_nothing(
    hall: Hall, ask: AskContext, owner: Any, backlog: int
) -> None:
    async with ask.act() as act:
        await act.emit(changed(1, "a"))
    await owner(
        "insert into fondaco.outbox (uuid, type, lane, payload)"
        " select gen_random_uuid(), type, lane, payload from fondaco.outbox,"
        " generate_series(1, :n)",
        n=backlog,
    )
    await owner(
        "insert into fondaco.delivery (event_id, subscriber, lane)"
        " select id, 'probe:first', lane from fondaco.outbox on conflict do nothing"
    )
    await owner(
        "update fondaco.delivery set due_at = now() + interval '1 minute' where id ="
        " (select min(id) from fondaco.delivery where subscriber = 'probe:first')"
    )
    await owner("analyze fondaco.delivery")
    compiled = str(deliveries._CLAIM.compile()).replace(":subscribers", "'{probe:first}'")
    for name, value in (
        ("pause", "'1 s'"),
        ("longest", "'30 s'"),
        ("most", "8"),
        ("never_ended", "''"),
        ("room", "8"),
    ):
        compiled = compiled.replace(f":{name}", value)
    [(plan,)] = await owner(f"explain (analyze, buffers, format json) {compiled}")
    read = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    assert read < 50, f"{read} pages for a lane of {backlog} that pauses"


async def _send_and_deliver(hall: Hall, ask: AskContext, monkeypatch: Any) -> dict[int, list[str]]:
    """Random events into some lanes, delivered by several loops at once; what was sent."""
    seed = int(os.environ.get("FONDACO_SEED", "0")) or random.randrange(1, 10**6)
    print(f"FONDACO_SEED={seed}")
    dice = random.Random(seed)
    monkeypatch.setattr(deliveries, "FIRST_PAUSE", timedelta(milliseconds=5))
    monkeypatch.setattr(deliveries, "LONGEST_PAUSE", timedelta(milliseconds=20))
    monkeypatch.setattr(deliveries, "ATTEMPTS", 100)
    TROUBLE.chance, TROUBLE.random, TROUBLE.seconds = 0.3, dice, 0.001
    sent: dict[int, list[str]] = defaultdict(list)
    left = True

    async def worker() -> None:
        while left or await _waiting(ask):
            await deliver_due(hall, limit=dice.randrange(1, 20))
            await asyncio.sleep(dice.random() / 100)

    workers = [asyncio.create_task(worker()) for _ in range(WORKERS)]
    for number in range(EVENTS):
        lane = dice.randrange(LANES)
        async with ask.act() as act:
            await act.emit(changed(lane, f"{number:03}"))
        sent[lane].append(f"{number:03}")
    left = False
    async with asyncio.timeout(60):
        await asyncio.gather(*workers)
    return dict(sent)


async def _waiting(ask: AskContext) -> bool:
    return bool(await ask.fetch(text("select 1 from fondaco.delivery where state = 'waiting'")))


def _by_lane(effects: list[tuple[str, int, str]], who: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for name, lane, value in effects:
        if name == who:
            found[lane].append(value)
    return dict(found)
