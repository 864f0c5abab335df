"""A message that came, opened: whose it is and what it says; or why it cannot be taken."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from fondaco.exchange.amqp import envelope
from fondaco.exchange.amqp.consuming import Arrived
from fondaco.exchange.amqp.envelope import LONGEST_ID, Incoming
from fondaco.exchange.storable import storable
from fondaco.hooks.registry import Registry
from fondaco_sdk.errors import UserError
from fondaco_sdk.manifest import Queue
from fondaco_sdk.types.reason import Reason

LONGEST_NAME = 200


class Opened(Struct, frozen=True):
    """`name` is the kind of its records (`<plugin>.<name>`); "": a sign of life."""

    arrived: Arrived
    message: Incoming
    name: str
    records: Sequence[Any]


class Unfit(Struct, frozen=True):
    """A message that nobody can take."""

    arrived: Arrived
    reason: Reason
    type: str = ""


def open_message(
    arrived: Arrived, queue: Queue, registry: Registry, most_bytes: int
) -> Opened | Unfit:
    """Read a message of `queue`."""
    if len(arrived.body) > most_bytes:
        return Unfit(arrived, envelope.too_large(len(arrived.body), most_bytes))
    type_name = ""
    try:
        message = envelope.decode(arrived.body)
        type_name = message.type
        takes: Mapping[str, str] = {take.type: take.inbound for take in queue.takes}
        name = takes.get(message.type)
        if name is None or (name and name not in registry.inbound):
            return Unfit(arrived, envelope.unknown_type(message.type, queue.name), type_name)
        return Opened(arrived, message, name, envelope.records_of(message) if name else ())
    except UserError as wrong:
        return Unfit(arrived, wrong.reason, type_name)


def sender_of(one: Opened) -> str:
    """Who has sent it, by the broker's word before its own."""
    return storable(one.arrived.sender or one.message.source, LONGEST_NAME)


def key_of(arrived: Arrived) -> str:
    """What a message is known by among the dead: its id, or a hash of its bytes."""
    return storable(arrived.id, LONGEST_ID) or hashlib.sha256(arrived.body).hexdigest()


def filled(record: Any, message: Incoming, at: datetime | None, fields: frozenset[str]) -> Any:
    """A record with what the envelope says and it does not: the version, and of when it is true."""
    if not isinstance(record, dict):
        return record
    more: dict[str, Any] = {}
    if "version" in fields and "version" not in record and message.entity is not None:
        more["version"] = message.entity.version
    if "at" in fields and "at" not in record and at is not None:
        more["at"] = at
    return {**record, **more} if more else record
