"""A deadline that costs nothing to an answer that is already there, and little to one that waits.

A hook is called some dozen times for a page; a timer for each would be most of a call.
"""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.02
"""Seconds by which something may be late before it is stopped."""


class _Wait:
    """A task that waits for an answer until `until`, on the loop's clock."""

    __slots__ = ("passed", "task", "until")

    def __init__(self, task: "asyncio.Task[Any]", until: float) -> None:
        self.task = task
        self.until = until
        self.passed = False


class Deadlines:
    """Looks now and then at all that wait, as long as something does, and stops who is late."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waits: set[_Wait] = set()
        self._looking = False

    async def within(self, seconds: float, answering: Coroutine[Any, Any, T]) -> T:
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
        others = task.cancelling()
        wait = self._watch(task, seconds)
        try:
            return await _resumed(steps, awaited)
        except asyncio.CancelledError:
            # Somebody else may have cancelled the task at the same time, and theirs goes on.
            if wait.passed and task.cancelling() == others + 1:
                raise TimeoutError from None
            raise
        finally:
            self._waits.discard(wait)
            if wait.passed:
                task.uncancel()

    def _watch(self, task: "asyncio.Task[Any]", seconds: float) -> _Wait:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._looking = loop, False
            self._waits.clear()
        wait = _Wait(task, loop.time() + seconds)
        self._waits.add(wait)
        if not self._looking:
            self._looking = True
            loop.call_later(LOOK_EVERY, self._look, loop)
        return wait

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is not self._loop:
            return
        now = loop.time()
        for wait in self._waits:
            if now >= wait.until and not wait.passed:
                wait.passed = True
                wait.task.cancel()
        self._looking = bool(self._waits)
        if self._looking:
            loop.call_later(LOOK_EVERY, self._look, loop)


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
