"""A connection to the broker. Its I/O has a thread of its own, so heartbeats never wait for work.

    link = await Link.open(url, topology, heartbeat=30)
    outcomes = await link.publish([[first, second], [other]])
    inlet = await link.consume("portal.inbound.stock", 500)
    messages = await inlet.take(500)
    inlet.settle(messages, rejected)

A link that was lost stays lost: every call raises `BrokerAway`, and whoever works opens another.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial
from typing import Any, Self

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from fondaco.exchange.amqp.consuming import Inlet
from fondaco.exchange.amqp.publishing import Batch, Outcome, Parcel, Publisher, tell
from fondaco.exchange.amqp.topology import Topology
from fondaco_sdk.errors import Fault

PATIENCE = 20.0
CONFIRM_PATIENCE = 60.0
BLOCKED = 60


class BrokerAway(Exception):
    """The broker does not answer, or the connection was lost; open another link."""


class Link:
    """One connection; made by `open`. Methods are for the event loop that opened it."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._opened: Future[None] = Future()
        self._lost: Exception | None = None
        self._connection: Any = None
        self._publisher = Publisher()
        self._inlets: list[Inlet] = []
        self._thread: threading.Thread | None = None

    @classmethod
    async def open(cls, url: str, topology: Topology, *, heartbeat: int, name: str) -> Self:
        """Connect and declare everything.

        Raises `BrokerAway`, and `Fault` where a queue is there with other arguments.
        """
        link = cls(topology)
        parameters = pika.URLParameters(url)
        parameters.heartbeat = heartbeat
        parameters.blocked_connection_timeout = BLOCKED
        parameters.socket_timeout = parameters.stack_timeout = PATIENCE
        parameters.client_properties = {"connection_name": name}
        link._thread = threading.Thread(target=link._run, args=(parameters,), daemon=True)
        link._thread.start()
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.wrap_future(link._opened)
        except TimeoutError:
            await link.close()
            raise BrokerAway(f"the broker did not answer within {PATIENCE:g} s") from None
        except BaseException:
            await link.close()
            raise
        return link

    async def publish(self, lanes: Sequence[Sequence[Parcel]]) -> Mapping[str, Outcome]:
        """Publish each lane in its order; what became of each message, by its id.

        A lane ends with the first of its messages that was not confirmed. What is absent in the
        answer may or may not have come. Raises `BrokerAway` if the broker does not answer.
        """
        lanes = [lane for lane in lanes if lane]
        if not lanes:
            return {}
        batch = Batch(lanes)
        self._in_thread(partial(self._begin, batch, [deque(lane) for lane in lanes]))
        try:
            async with asyncio.timeout(CONFIRM_PATIENCE):
                return await asyncio.wrap_future(batch.done)
        except TimeoutError:
            await self.close()
            raise BrokerAway(f"no confirm within {CONFIRM_PATIENCE:g} s") from None

    async def consume(self, queue: str, prefetch: int) -> Inlet:
        """Begin to take messages of a queue, at most `prefetch` of them unsettled."""
        inlet = Inlet(queue, check=self.check, in_thread=self._in_thread)
        self._inlets.append(inlet)
        self._in_thread(partial(self._consume, inlet, prefetch))
        return inlet

    async def counts(self, queues: Sequence[str]) -> Mapping[str, int]:
        """How many messages of each queue are ready; those that are gone are absent.

        Raises `BrokerAway` if the broker does not answer.
        """
        found: dict[str, int] = {}
        for queue in queues:
            asked: Future[int] = Future()
            self._in_thread(partial(self._count, queue, asked))
            try:
                async with asyncio.timeout(PATIENCE):
                    waiting = await asyncio.wrap_future(asked)
            except TimeoutError:
                raise BrokerAway(f"no count within {PATIENCE:g} s") from None
            if waiting >= 0:
                found[queue] = waiting
        return found

    def check(self) -> None:
        """Raises `BrokerAway` if the link was lost."""
        if self._lost is not None:
            raise BrokerAway(str(self._lost)) from self._lost

    async def close(self) -> None:
        """Close the connection; unsettled messages go back to their queues."""
        connection = self._connection
        if connection is not None and self._lost is None:
            connection.ioloop.add_callback_threadsafe(self._close)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, PATIENCE)

    # What follows runs in the link's own thread.

    def _run(self, parameters: pika.URLParameters) -> None:
        try:
            self._connection = pika.SelectConnection(
                parameters,
                on_open_callback=self._on_open,
                on_open_error_callback=lambda _connection, error: self._lose(_plain(error)),
                on_close_callback=lambda _connection, error: self._lose(_plain(error)),
            )
            self._connection.ioloop.start()
        except Exception as broken:
            self._lose(broken)

    def _on_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        channel.add_on_close_callback(self._on_channel_closed)
        self._publisher.use(channel)
        self._declare(iter(_declarations(channel, self._topology)))

    def _declare(self, steps: Any, _answer: Any = None) -> None:
        step = next(steps, None)
        if step is not None:
            step(callback=partial(self._declare, steps))
            return
        self._publisher.confirm(self._on_ready)

    def _on_ready(self, _answer: Any) -> None:
        tell(self._opened, None)

    def _on_channel_closed(self, _channel: Any, error: Exception) -> None:
        self._lose(_explained(error))

    def _close(self) -> None:
        self._lose(BrokerAway("the link was closed"))

    def _lose(self, error: Exception) -> None:
        """Once and for all; whoever waits is told."""
        if self._lost is None:
            self._lost = error
            with suppress(InvalidStateError):
                fault = isinstance(error, Fault)
                self._opened.set_exception(error if fault else BrokerAway(str(error)))
            self._publisher.lost()
            for inlet in self._inlets:
                inlet.wake()
        connection = self._connection
        if connection is None:
            return
        if connection.is_open:
            connection.close()
        elif not connection.is_closing:
            connection.ioloop.stop()

    def _begin(self, batch: Batch, lanes: Sequence[deque[Parcel]]) -> None:
        if self._lost is not None:
            tell(batch.done, {})
            return
        self._publisher.begin(batch, lanes)

    def _consume(self, inlet: Inlet, prefetch: int) -> None:
        def deleted() -> None:
            self._lose(BrokerAway(f"queue {inlet.queue!r} was deleted"))

        if self._lost is None:
            closed = self._on_channel_closed
            inlet.begin(self._connection, prefetch, closed=closed, deleted=deleted)

    def _count(self, queue: str, asked: Future[int]) -> None:
        # On a channel of its own: asking for a queue that is gone closes it.
        def closed(_channel: Any, _error: Exception) -> None:
            tell(asked, -1)

        def answered(channel: Any, frame: Any) -> None:
            tell(asked, frame.method.message_count)
            channel.close()

        def opened(channel: Any) -> None:
            channel.add_on_close_callback(closed)
            channel.queue_declare(queue, passive=True, callback=partial(answered, channel))

        if self._lost is not None:
            tell(asked, -1)
        else:
            self._connection.channel(on_open_callback=opened)

    # And this in any.

    def _in_thread(self, work: Callable[[], None]) -> None:
        self.check()
        self._connection.ioloop.add_callback_threadsafe(work)


def _declarations(channel: Any, topology: Topology) -> Sequence[Any]:
    steps = [
        partial(channel.exchange_declare, name, exchange_type="topic", durable=True)
        for name in (topology.exchange, topology.dead)
    ]
    for queue in topology.queues:
        steps.append(
            partial(
                channel.queue_declare, queue.name, durable=True, arguments=dict(queue.arguments)
            )
        )
        steps += [partial(channel.queue_bind, queue.name, *binding) for binding in queue.bindings]
    return steps


def _explained(error: Exception) -> Exception:
    """A queue that is there with other arguments is a mistake of people, not of the network."""
    if isinstance(error, ChannelClosedByBroker) and "inequivalent arg" in error.reply_text:
        return Fault(
            f"the broker has this with other arguments: {error.reply_text}. The portal declares its"
            " exchange and queues: empty the old one, delete it, and start again"
        )
    return _plain(error)


def _plain(error: Any) -> Exception:
    """The broker's words without the address, which may hold a password."""
    text = str(error) or type(error).__name__
    if isinstance(error, AMQPError) and not str(error):
        text = repr(error)
    return BrokerAway(text)
