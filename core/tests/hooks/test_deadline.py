"""The deadline of a hook: who is late is stopped, and nobody else is."""

import asyncio

import pytest

from fondaco.hooks.deadline import Deadlines

within = Deadlines().within


async def _answer_after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "answer"


async def _fail_after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    raise LookupError("no such thing")


async def _not_to_be_stopped() -> str:
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        await asyncio.sleep(0)
    return "answer"


@pytest.mark.parametrize("seconds", [0, 0.01])
async def test_in_time_it_is_as_if_there_were_no_deadline(seconds: float) -> None:
    assert await within(5, _answer_after(seconds)) == "answer"
    with pytest.raises(LookupError, match="no such thing"):
        await within(5, _fail_after(seconds))


async def test_who_is_late_is_stopped_and_the_task_goes_on() -> None:
    stopped = asyncio.Event()

    async def late() -> None:
        try:
            await asyncio.sleep(5)
        finally:
            stopped.set()

    with pytest.raises(TimeoutError):
        await within(0.01, late())
    assert stopped.is_set()
    await asyncio.sleep(0)
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]


async def test_an_answer_that_comes_all_the_same_is_taken() -> None:
    assert await within(0.01, _not_to_be_stopped()) == "answer"
    await asyncio.sleep(0)
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]


async def test_a_task_that_others_cancel_is_cancelled_not_late() -> None:
    task = asyncio.create_task(within(5, _answer_after(5)))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_deadlines_stand_within_deadlines() -> None:
    async def outer() -> str:
        with pytest.raises(TimeoutError):
            await within(0.01, _answer_after(5))
        return await within(5, _answer_after(0))

    assert await within(5, outer()) == "answer"
    with pytest.raises(TimeoutError):
        await within(0.01, within(5, _answer_after(5)))


async def test_many_waits_at_once_are_stopped_each_at_its_own_time() -> None:
    loop, started, stopped = asyncio.get_running_loop(), {}, {}

    async def late(seconds: float) -> None:
        started[seconds] = loop.time()
        with pytest.raises(TimeoutError):
            await within(seconds, _answer_after(5))
        stopped[seconds] = loop.time() - started[seconds]

    await asyncio.gather(late(0.05), late(0.2), late(0.4))
    assert all(seconds <= waited < seconds + 0.15 for seconds, waited in stopped.items())
