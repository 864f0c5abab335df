"""A deadline that costs nothing to an answer that is already there.

A hook is called some dozen times for a page, and `asyncio.timeout` would be most of a call.
"""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, answering: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns. Raises `TimeoutError` if it waits for longer than `seconds`.

    The clock starts when the coroutine waits for the first time.
    """
    steps = answering.__await__()
    try:
        awaited = next(steps)
    except StopIteration as done:
        answer: T = done.value
        return answer
    task = asyncio.current_task()
    assert task is not None
    others, passed = task.cancelling(), False

    def stop() -> None:
        nonlocal passed
        passed = True
        task.cancel()

    timer = asyncio.get_running_loop().call_later(seconds, stop)
    try:
        return await _resumed(steps, awaited)
    except asyncio.CancelledError:
        # Somebody else may have cancelled the task at the same time, and theirs goes on.
        if passed and task.cancelling() == others + 1:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        if passed:
            task.uncancel()


@types.coroutine
def _resumed(steps: Generator[Any, Any, T], awaited: Any) -> Generator[Any, Any, T]:
    """A coroutine that has come to its first wait, for `awaited`, as something to be awaited."""
    while True:
        try:
            yield awaited
        except BaseException as error:
            try:
                awaited = steps.throw(error)
            except StopIteration as done:
                answer: T = done.value
                return answer
        else:
            return (yield from steps)
