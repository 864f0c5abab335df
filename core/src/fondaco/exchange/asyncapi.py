"""What the portal and the ERP say to each other over the broker, as AsyncAPI 3.

Made from the manifests of the plugins at work: the queues with their routing keys, the messages
both ways with the schema of their payloads.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from fondaco.exchange.amqp.envelope import Entity, Incoming, Outgoing
from fondaco.hooks.registry import Registry
from fondaco.settings import Amqp
from fondaco_sdk.version import VERSION

_REF = "#/components/schemas/{name}"
_UNNAMED = re.compile(r"[^A-Za-z0-9_.-]+")


def describe(registry: Registry, settings: Amqp) -> Mapping[str, Any]:
    """The document, as plain values for JSON."""
    kinds = {
        kind.type: (kind, shape, publisher.handler.plugin)
        for publisher in registry.publishers.values()
        for kind, shape in publisher.kinds.values()
    }
    takes = {
        take.type: (queue, take)
        for queue, _ in registry.queues
        for take in queue.takes
        if not take.inbound or take.inbound in registry.inbound
    }
    shapes = [shape for _, shape, _ in kinds.values()]
    shapes += [registry.inbound[take.inbound][2] for _, take in takes.values() if take.inbound]
    _, schemas = msgspec.json.schema_components([Entity, *shapes], ref_template=_REF)
    messages: dict[str, Any] = {
        name: _message(name, kind.title.text("en"), {"$ref": _ref(shape)}, Outgoing)
        for name, (kind, shape, _) in kinds.items()
    }
    for name, (queue, take) in takes.items():
        payload: dict[str, Any] = {}
        title = queue.title.text("en")
        if take.inbound:
            inbound, _, shape = registry.inbound[take.inbound]
            record = {"$ref": _ref(shape)}
            payload = {"oneOf": [record, {"type": "array", "items": record, "minItems": 1}]}
            title = inbound.title.text("en")
        messages[name] = _message(name, title, payload, Incoming)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Exchange with the ERP over RabbitMQ",
            "version": VERSION,
            "description": (
                f"The portal declares the topic exchange {settings.exchange} and its queues; the"
                " ERP only uses them. Decimals are strings, moments have their time zone."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            **{_name(kind.routing_key): _channel(kind.routing_key, settings, [name])
               for name, (kind, _, _) in kinds.items()},
            **{_name(queue.name): _queue(queue, settings, takes) for queue, _ in registry.queues
               if queue.takes and any(take.type in takes for take in queue.takes)},
        },
        "operations": {
            **{f"send.{_name(kind.routing_key)}": _operation("send", _name(kind.routing_key))
               for kind, _, _ in kinds.values()},
            **{f"receive.{_name(queue.name)}": _operation("receive", _name(queue.name))
               for queue, _ in registry.queues
               if queue.takes and any(take.type in takes for take in queue.takes)},
        },
        "components": {"messages": messages, "schemas": schemas},
    }  # fmt: skip


def _message(name: str, title: str, payload: Mapping[str, Any], envelope: Any) -> Mapping[str, Any]:
    required = (
        ["id", "type", "payload"]
        if envelope is Incoming
        else list(envelope.__struct_encode_fields__)
    )
    return {
        "name": name,
        "title": title,
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/correlation_id"},
        "payload": {
            "type": "object",
            "required": required,
            "properties": {
                "id": {"type": "string", "maxLength": 255},
                "type": {"const": name},
                "source": {"type": "string"},
                "occurred_at": {"type": "string", "format": "date-time"},
                "entity": {"$ref": _REF.format(name="Entity")},
                "payload": payload,
            },
        },
    }  # fmt: skip


def _channel(key: str, settings: Amqp, messages: list[str]) -> Mapping[str, Any]:
    return {
        "address": key,
        "messages": {name: _of(name) for name in messages},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": settings.exchange, "type": "topic", "durable": True},
            }
        },
    }


def _queue(queue: Any, settings: Amqp, takes: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "address": queue.name,
        "title": queue.title.text("en"),
        "description": (
            f"Publish to {settings.exchange} by a routing key of: {', '.join(queue.bindings)}"
        ),
        "messages": {take.type: _of(take.type) for take in queue.takes if take.type in takes},
        "bindings": {"amqp": {"is": "queue", "queue": {"name": queue.name, "durable": True}}},
    }


def _operation(action: str, channel: str) -> Mapping[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _of(name: str) -> Mapping[str, str]:
    return {"$ref": f"#/components/messages/{name}"}


def _ref(shape: type) -> str:
    return _REF.format(name=shape.__name__)


def _name(address: str) -> str:
    return _UNNAMED.sub("_", address)
