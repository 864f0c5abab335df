"""The inbox: what arrives five times, shuffled and at several consumers, has one effect."""

import asyncio
import random
from typing import Any

import pytest
from exchange_plugin import EFFECT

from fondaco.exchange.inbox import first_time
from fondaco.hooks.context import AskContext

MESSAGES, COPIES, CONSUMERS = 40, 5, 4


@pytest.mark.parametrize("guard", [True, False])
async def test_many_copies_one_effect(ask: AskContext, effects: Any, guard: bool) -> None:
    """Some transactions fail after the effect: those copies must not count as arrived."""
    seed = random.randrange(1, 10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    arriving = [str(number) for number in range(MESSAGES)] * COPIES
    dice.shuffle(arriving)
    failed: list[str] = []

    async def take(message: str, may_fail: bool) -> None:
        async with ask.act() as act:
            if not guard or await first_time(act, "erp", message):
                await act.execute(EFFECT, {"who": "erp", "lane": 0, "value": message})
            if may_fail and dice.random() < 0.2:
                raise RuntimeError("the connection was lost")

    async def consumer() -> None:
        while arriving:
            message = arriving.pop()
            try:
                await take(message, may_fail=True)
            except RuntimeError:
                failed.append(message)

    await asyncio.gather(*(consumer() for _ in range(CONSUMERS)))
    for message in failed:
        await take(message, may_fail=False)
    values = sorted(int(value) for _, _, value in await effects())
    assert (values == list(range(MESSAGES))) is guard
    assert set(values) == set(range(MESSAGES))
