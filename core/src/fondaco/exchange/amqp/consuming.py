"""Consuming over a link: messages of one queue, in their order, taken and settled."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from msgspec import Struct


class Arrived(Struct, frozen=True):
    """A message as it came. `count`: how often it was delivered in vain before."""

    tag: int
    body: bytes
    id: str
    sender: str
    correlation: str
    count: int
    died_in: str
    died_of: str


class Inlet:
    """Messages of one queue, in their order. Made by `Link.consume`.

    `check` raises once the link is lost, `in_thread` has something done in the link's thread.
    """

    def __init__(
        self,
        queue: str,
        *,
        check: Callable[[], None],
        in_thread: Callable[[Callable[[], None]], None],
    ) -> None:
        self.queue = queue
        self._check = check
        self._in_thread = in_thread
        self._loop = asyncio.get_running_loop()
        self._channel: Any = None
        self._waiting: deque[Arrived] = deque()
        self._come = asyncio.Event()

    async def take(self, most: int, most_bytes: int) -> Sequence[Arrived]:
        """What has come, at least one message; a large one comes alone. Raises `BrokerAway`."""
        while not self._waiting:
            self._check()
            self._come.clear()
            if not self._waiting:
                await self._come.wait()
        taken: list[Arrived] = []
        size = 0
        while self._waiting and len(taken) < most:
            size += len(self._waiting[0].body)
            if taken and size > most_bytes:
                break
            taken.append(self._waiting.popleft())
        return taken

    def settle(self, messages: Sequence[Arrived], rejected: Collection[int] = ()) -> None:
        """These are done with, the rejected go to the dead letters. Raises `BrokerAway`."""
        good = [message.tag for message in messages if message.tag not in rejected]
        self._in_thread(partial(self._settle, good[-1] if good else 0, tuple(rejected)))

    # What follows runs in the link's own thread.

    def begin(
        self,
        connection: Any,
        prefetch: int,
        *,
        closed: Callable[[Any, Exception], None],
        deleted: Callable[[], None],
    ) -> None:
        """Let messages come over a channel of its own; who is to hear that it ended, and why."""

        def on_open(channel: Any) -> None:
            self._channel = channel
            channel.add_on_close_callback(closed)
            channel.add_on_cancel_callback(lambda _frame: deleted())
            channel.basic_qos(prefetch_count=prefetch, callback=on_qos)

        def on_qos(_answer: Any) -> None:
            self._channel.basic_consume(self.queue, self._on_message)

        connection.channel(on_open_callback=on_open)

    def _settle(self, last_good: int, rejected: Collection[int]) -> None:
        if self._channel.is_open:
            for tag in rejected:
                self._channel.basic_nack(tag, requeue=False)
            if last_good:
                self._channel.basic_ack(last_good, multiple=True)

    def _on_message(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        headers = properties.headers or {}
        self._waiting.append(
            Arrived(
                method.delivery_tag,
                body,
                _words(properties.message_id),
                _words(properties.app_id),
                _words(properties.correlation_id),
                int(headers.get("x-delivery-count", 0)),
                str(headers.get("x-first-death-queue", "")),
                str(headers.get("x-first-death-reason", "")),
            )
        )
        # Looked at after it stands there: whoever takes may have emptied the deque meanwhile.
        if len(self._waiting) == 1:
            self.wake()

    def wake(self) -> None:
        """Whoever waits looks again."""
        self._loop.call_soon_threadsafe(self._come.set)


def _words(value: str | bytes | None) -> str:
    """What is no UTF-8 comes as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value or ""
