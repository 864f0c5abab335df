"""Events become messages: a publication is asked for a whole batch, and for each alone if it fails.

A message's id is made of the event's, so that one that leaves twice is known as the same; its
version is the number of the event, which grows with each word on an entity.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from msgspec import Struct

from fondaco.exchange.amqp import envelope
from fondaco.exchange.amqp.outgoing import Due, Sent
from fondaco.exchange.events import decode
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Publisher
from fondaco_sdk.errors import PluginFault
from fondaco_sdk.types.message import Message

log = logging.getLogger("fondaco.exchange")


class Ready(Struct, frozen=True):
    """A message with its bytes, and what is noted of it once it is confirmed."""

    note: Sent
    body: bytes


class Mapped(Struct):
    """Messages by delivery, in the order of the deliveries; and what went wrong, by delivery."""

    ready: dict[int, Sequence[Ready]]
    failed: dict[int, str]


async def messages_of(hall: Hall, found: Sequence[Due]) -> Mapped:
    """The messages of some deliveries; each publication is asked once, if nothing fails."""
    mapped = Mapped({}, {})
    by_publisher: dict[str, list[Due]] = defaultdict(list)
    for one in found:
        by_publisher[one.publisher].append(one)
    for name, deliveries in by_publisher.items():
        await _ask(hall, hall.registry.publishers[name], deliveries, mapped)
    mapped.ready = {one.id: mapped.ready[one.id] for one in found if one.id in mapped.ready}
    return mapped


async def _ask(hall: Hall, publisher: Publisher, found: Sequence[Due], mapped: Mapped) -> None:
    try:
        events = [decode(one.type, one.payload) for one in found]
        told = await publisher.handler.function(system_ask(hall), events)
        if len(told) != len(found):
            said = f"told of {len(told)} of {len(found)} events; answer for each, in their order"
            raise _fault(publisher, said)
        made = {
            one.id: [_ready(publisher, one, n, message) for n, message in enumerate(messages)]
            for one, messages in zip(found, told, strict=True)
        }
    except (OSError, ConnectionError):
        raise
    except Exception as failure:
        if len(found) > 1:
            for one in found:
                await _ask(hall, publisher, [one], mapped)
            return
        log.exception("%s failed on delivery %s", publisher.handler.plugin, found[0].id)
        mapped.failed[found[0].id] = f"{type(failure).__name__}: {failure}"
        return
    mapped.ready.update(made)


def _ready(publisher: Publisher, one: Due, place: int, message: Message) -> Ready:
    kind = publisher.kinds.get(message.type)
    if kind is None:
        raise _fault(publisher, f"made a message {message.type!r}, which it does not declare")
    if not isinstance(message.payload, kind[1]):
        raise _fault(publisher, f"{message.type!r} carries {type(message.payload).__name__}")
    message_id = message_id_of(one.event_uuid, one.publisher, place)
    entity = envelope.Entity(message.entity_kind, message.entity_id, one.event_id)
    body = envelope.encode(
        envelope.Outgoing(
            id=str(message_id),
            type=message.type,
            occurred_at=one.at,
            entity=entity,
            payload=message.payload,
        )
    )
    note = Sent(
        message_id, one.id, one.event_id, message.type, kind[0].routing_key, entity.kind, entity.id
    )
    return Ready(note, body)


def message_id_of(event: UUID, publisher: str, place: int) -> UUID:
    """The id of the message number `place` that a publication makes of an event."""
    return uuid5(event, f"{publisher}:{place}")


def _fault(publisher: Publisher, said: str) -> PluginFault:
    return PluginFault(publisher.handler.plugin, f"publication {publisher.publication.name}", said)


def lanes_of(found: Sequence[Due], mapped: Mapped) -> Mapping[tuple[str, str], Sequence[Due]]:
    """Deliveries with messages by their lanes; one that failed holds up what comes after it."""
    lanes: dict[tuple[str, str], list[Due]] = defaultdict(list)
    held = {(one.publisher, one.lane) for one in found if one.id in mapped.failed}
    begun: set[tuple[str, str]] = set()
    for one in found:
        lane = (one.publisher, one.lane)
        if one.id in mapped.failed:
            begun.add(lane)
        if not (lane in held and lane in begun):
            lanes[lane].append(one)
    return lanes
