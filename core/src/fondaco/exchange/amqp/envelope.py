"""The envelope of every message, both ways: JSON of one version, read with a reason for refusal.

    {"id": "5f0c…", "type": "order.created.v1", "source": "portal",
     "occurred_at": "2026-03-01T09:58:12+03:00",
     "entity": {"kind": "order", "id": "019a…", "version": 3}, "payload": {…}}

`payload` of what comes in is one record, or a list of them.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw, Struct

from fondaco.exchange.misfit import misfit
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason

SOURCE = "portal"
LONGEST_ID = 255
MOST_RECORDS = 10_000


class Entity(Struct, frozen=True):
    """What a message speaks of; `version` grows with each word on it, 0: it has none."""

    kind: str
    id: str
    version: int = 0


class Outgoing(Struct, frozen=True, kw_only=True):
    """A message of ours; `occurred_at` is aware UTC."""

    id: str
    type: str
    occurred_at: datetime
    entity: Entity
    payload: Any
    source: str = SOURCE


class Incoming(Struct, frozen=True):
    """A message as it came; `payload` is read when it is known whose it is."""

    id: str
    type: str
    payload: Raw = Raw(b"null")
    source: str = ""
    occurred_at: datetime | None = None
    entity: Entity | None = None


_DECODER = msgspec.json.Decoder(Incoming)
encode = msgspec.json.Encoder().encode


def decode(body: bytes) -> Incoming:
    """The envelope of a message. Raises `UserError` saying what is wrong with it."""
    try:
        found = _DECODER.decode(body)
    except msgspec.ValidationError as wrong:
        raise UserError(misfit(wrong)) from wrong
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise UserError(_unreadable(str(wrong))) from wrong
    if not found.id.strip() or len(found.id) > LONGEST_ID:
        raise UserError(_NO_ID)
    if found.occurred_at is not None and found.occurred_at.tzinfo is None:
        raise UserError(_NO_ZONE)
    return found


def records_of(message: Incoming) -> list[Any]:
    """The records of the payload. Raises `UserError`."""
    try:
        payload = msgspec.json.decode(message.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise UserError(_unreadable(str(wrong))) from wrong
    records = payload if isinstance(payload, list) else [payload]
    if not records or len(records) > MOST_RECORDS:
        raise UserError(_RECORDS)
    return records


def _unreadable(error: str) -> Reason:
    return Reason(
        "amqp.unreadable",
        f"Сообщение не читается как JSON: {error}",
        f"The message does not read as JSON: {error}",
        {"error": error[:200]},
    )


def too_large(size: int, most: int) -> Reason:
    """A message above the limit of the settings."""
    return Reason(
        "amqp.too_large",
        f"Сообщение {size} байт, принимаются до {most}: разделите его или передайте"
        " пакетом по HTTP",
        f"The message has {size} bytes, at most {most} are taken: split it, or send a package over"
        " HTTP",
        {"size": str(size), "most": str(most)},
    )


def unknown_type(type_name: str, queue: str) -> Reason:
    """No plugin takes such messages from this queue."""
    return Reason(
        "amqp.type_unknown",
        f"Сообщения вида «{type_name}» в очереди «{queue}» никто не принимает: проверьте вид и"
        " установлен ли плагин",
        f"Nobody takes messages “{type_name}” from the queue “{queue}”: check the type, and whether"
        " its plugin is installed",
        {"type": type_name[:100], "queue": queue},
    )


_NO_ID = Reason(
    "amqp.no_id",
    f"У сообщения нет id, или он длиннее {LONGEST_ID} знаков: по нему узнаётся повтор",
    f"The message has no id, or one longer than {LONGEST_ID} characters: by it a repetition is"
    " known",
)
_NO_ZONE = Reason(
    "amqp.no_zone",
    "В occurred_at нет часового пояса, например 2026-03-01T09:58:12+03:00",
    "occurred_at has no time zone, for example 2026-03-01T09:58:12+03:00",
)
_RECORDS = Reason(
    "amqp.records",
    f"В сообщении должно быть от 1 до {MOST_RECORDS} записей",
    f"A message holds from 1 to {MOST_RECORDS} records",
)
