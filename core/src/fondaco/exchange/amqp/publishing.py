"""Publishing over a link: what leaves, and what became of it. Runs in the link's own thread.

Messages stand in lanes; of each lane the next one leaves when the one before was confirmed.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from enum import StrEnum
from typing import Any, TypeVar

import pika
from msgspec import Struct

from fondaco.crash import crash_point

T = TypeVar("T")
MANDATORY = True
"""Without it the broker confirms what no queue takes, and forgets it."""


class Outcome(StrEnum):
    """What became of a message. No queue is bound for it: `UNROUTABLE`; one said no: `REFUSED`."""

    CONFIRMED = "confirmed"
    UNROUTABLE = "unroutable"
    REFUSED = "refused"


class Parcel(Struct, frozen=True):
    """A message to publish; `id` is unique among those under way."""

    id: str
    type: str
    exchange: str
    routing_key: str
    body: bytes


class Batch:
    """Lanes to publish: of each the next message leaves when the one before was confirmed."""

    def __init__(self, lanes: Sequence[Sequence[Parcel]]) -> None:
        self.done: Future[Mapping[str, Outcome]] = Future()
        self.outcomes: dict[str, Outcome] = {}
        self.open = len(lanes)


def tell(waiting: Future[T], value: T) -> None:
    """Answer whoever waits in another thread; it may have given up, which is its own affair."""
    with suppress(InvalidStateError):
        waiting.set_result(value)


class Publisher:
    """The publishing side of one link; `lost` ends whatever is under way."""

    def __init__(self) -> None:
        self._channel: Any = None
        self._next_tag = 0
        self._under_way: dict[int, tuple[Batch, deque[Parcel]]] = {}
        self._returned: set[str] = set()
        self._batches: set[Batch] = set()

    def use(self, channel: Any) -> None:
        """Publish over this channel; nothing leaves before `confirm`."""
        self._channel = channel
        channel.add_on_return_callback(self._on_returned)

    def confirm(self, ready: Callable[[Any], None]) -> None:
        """Have the broker confirm everything; `ready` is called once it has agreed."""
        self._channel.confirm_delivery(self._on_confirmed, callback=ready)

    def begin(self, batch: Batch, lanes: Sequence[deque[Parcel]]) -> None:
        """Send the first message of each lane."""
        self._batches.add(batch)
        for lane in lanes:
            self._send(batch, lane)
        crash_point("relay.published")

    def lost(self) -> None:
        """Whoever waits gets what is known."""
        for batch in self._batches:
            tell(batch.done, batch.outcomes)
        self._batches.clear()

    def _send(self, batch: Batch, lane: deque[Parcel]) -> None:
        parcel = lane[0]
        self._next_tag += 1
        self._under_way[self._next_tag] = (batch, lane)
        self._channel.basic_publish(
            parcel.exchange,
            parcel.routing_key,
            parcel.body,
            pika.BasicProperties(
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=parcel.id,
                type=parcel.type,
                app_id="portal",
            ),
            mandatory=MANDATORY,
        )

    def _on_returned(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        # The broker confirms it all the same, right after this.
        self._returned.add(properties.message_id)

    def _on_confirmed(self, frame: Any) -> None:
        tag, refused = frame.method.delivery_tag, isinstance(frame.method, pika.spec.Basic.Nack)
        tags = [tag]
        if frame.method.multiple:
            tags = [known for known in self._under_way if known <= tag]
        for one in tags:
            batch, lane = self._under_way.pop(one)
            self._settled(batch, lane, refused)

    def _settled(self, batch: Batch, lane: deque[Parcel], refused: bool) -> None:
        parcel = lane.popleft()
        outcome = Outcome.REFUSED if refused else Outcome.CONFIRMED
        if parcel.id in self._returned:
            self._returned.discard(parcel.id)
            outcome = Outcome.UNROUTABLE
        batch.outcomes[parcel.id] = outcome
        if outcome is Outcome.CONFIRMED and lane:
            self._send(batch, lane)
            return
        batch.open -= 1
        if not batch.open:
            self._batches.discard(batch)
            tell(batch.done, batch.outcomes)
