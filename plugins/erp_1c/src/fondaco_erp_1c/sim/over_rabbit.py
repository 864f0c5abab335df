"""1C over RabbitMQ, as its add-in would speak: it takes its queue in turns and publishes."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
import pika
from msgspec import Struct

from fondaco_erp_1c.http.meaning import together
from fondaco_erp_1c.rabbit.declared import INBOUND, QUEUES
from fondaco_erp_1c.rabbit.messages import OrderTold, PaymentTold
from fondaco_erp_1c.sim import letters, told
from fondaco_erp_1c.sim.books import Books, Kept
from fondaco_erp_1c.sim.letters import Letter
from fondaco_erp_1c.sim.play import Take
from fondaco_erp_1c.sim.told import Buyer, Line, Money, Told
from fondaco_sdk.types.order import OrderState

EXCHANGE = "b2b.events"
SENDER = "1c-erp-sim"
STATES, LINES = "erp.order_states", "erp_1c.order_lines"
_LINES_KEY = "1c.order.lines"
_OPEN = frozenset((OrderState.PLACED, OrderState.CONFIRMED, OrderState.PICKING))
_ANSWER, _ANSWER_KEY = "message.received.v1", "1c.order.received"
_ORDERS = frozenset(("order.created.v1", "order.changed.v1", "order.cancelled.v1"))
_MONEY = frozenset(("payment.received.v1", "payment.refunded.v1"))
_MOST_TAKEN = 500

# The type and the routing key of a record's inbound name, as the portal declares them.
_WAYS: Mapping[str, tuple[str, str]] = {
    take.inbound: (take.type, queue.bindings[0].replace("#", "changed"))
    for queue in QUEUES
    for take in queue.takes
    if take.inbound
}


class _Envelope(Struct, frozen=True):
    id: str
    type: str
    payload: msgspec.Raw = msgspec.Raw(b"null")


class RabbitLine:
    """`url` names the virtual host in which the portal declares its queues."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def fetch(self, take: Take) -> int:
        """Take what is in the queue; each message is answered and acknowledged once it is taken."""
        return await asyncio.to_thread(self._fetch, take)

    async def tell(
        self, books: Books, documents: Sequence[Kept], found: Sequence[Letter], now: datetime
    ) -> None:
        """The lines and states of orders, then the letters, a confirmed message each."""
        await asyncio.to_thread(self._tell, books, documents, found, now)

    def _channel(self) -> Any:
        channel = pika.BlockingConnection(pika.URLParameters(self._url)).channel()
        channel.confirm_delivery()
        return channel

    def _fetch(self, take: Take) -> int:
        channel = self._channel()
        fetched = 0
        with closing(channel.connection):
            for _ in range(_MOST_TAKEN):
                method, _properties, body = channel.basic_get(INBOUND)
                if method is None:
                    break
                message = msgspec.json.decode(body, type=_Envelope)
                fetched += _take(message, take)
                _publish(channel, _ANSWER_KEY, _answer(message), correlation=message.id)
                channel.basic_ack(method.delivery_tag)
        return fetched

    def _tell(
        self, books: Books, documents: Sequence[Kept], found: Sequence[Letter], now: datetime
    ) -> None:
        channel = self._channel()
        with closing(channel.connection):
            for key, message in (*_lines(books, documents, now), *_states(books, documents, now)):
                _publish(channel, key, message)
            books.told(documents)
            for one in found:
                type_name, key = _WAYS[one.name]
                entity = {"kind": one.name, "id": one.entity, "version": one.version}
                _publish(channel, key, _said(one.id, type_name, one.at, entity, one.record))
                letters.sent(books, [one], {})


def _take(message: _Envelope, take: Take) -> int:
    if message.type in _ORDERS:
        found = _documents(msgspec.json.decode(message.payload, type=OrderTold))
        take(found)
        return len(found)
    if message.type in _MONEY:
        money = msgspec.json.decode(message.payload, type=PaymentTold)
        take((), (Money(money.number, money.received),))
    return 0


def _documents(order: OrderTold) -> Sequence[Told]:
    return [
        Told(
            id=str(one.uuid),
            number=one.number,
            order=order.number,
            state=OrderState(order.state),
            currency=order.currency,
            before=sum((part.amount for part in order.payments if part.before), Decimal(0)),
            received=sum((part.received for part in order.payments), Decimal(0)),
            place=one.place,
            seller=one.seller.name,
            buyer=Buyer(
                order.buyer.id,
                order.buyer.name,
                order.buyer.tax_id,
                order.buyer.kpp,
                order.buyer.country,
            ),
            lines=tuple(
                Line(
                    line.product,
                    line.sku,
                    line.name,
                    line.unit,
                    line.quantity,
                    line.unit_price,
                    line.total,
                )
                for line in one.lines
            ),
        )
        for one in order.documents
    ]


def _lines(
    books: Books, documents: Sequence[Kept], now: datetime
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A message for each document whose lines 1C has changed, while they may still change."""
    type_name, _ = _WAYS[LINES]
    changed = told.amended_ones(books)
    for one in documents:
        known = told.of_document(books, one.id)
        if known is None or one.id not in changed or OrderState(one.state) not in _OPEN:
            continue
        lines = [
            {
                "product": line.product,
                "quantity": str(line.quantity),
                "unit_price": str(line.price),
                "total": str(line.total),
            }
            for line in known.lines
        ]
        record = {"document": one.id, "version": one.version, "lines": lines}
        entity = {"kind": "document", "id": one.id, "version": one.version}
        id = f"lines:{one.id}:{one.version}"
        yield _LINES_KEY, _said(id, type_name, now.isoformat(), entity, record)


def _states(
    books: Books, documents: Sequence[Kept], now: datetime
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A message an order: it is where the last of its documents is."""
    type_name, key = _WAYS[STATES]
    kept = {one.id: one for one in books.documents()}
    orders = dict.fromkeys(
        known.order for one in documents if (known := told.of_document(books, one.id)) is not None
    )
    for number in orders:
        parts = [kept[one.id] for one in told.of_order(books, number) if one.id in kept]
        state = together({one.serial: one.state for one in parts})
        version = sum(one.version for one in parts)
        if state is None:
            continue
        record = {
            "order": number,
            "state": state.value,
            "reason": f"Сообщила 1С, документ УТ-{parts[0].serial:06}",
        }
        entity = {"kind": "order", "id": number, "version": version}
        id = f"state:{number}:{version}"
        yield key, _said(id, type_name, now.isoformat(), entity, record)


def _answer(message: _Envelope) -> Mapping[str, Any]:
    return {"id": _uuid(f"answer:{message.id}"), "type": _ANSWER, "source": "1c", "payload": None}


def _said(
    id: str, type_name: str, at: str, entity: Mapping[str, Any], record: Mapping[str, Any]
) -> Mapping[str, Any]:
    return {
        "id": _uuid(id),
        "type": type_name,
        "source": "1c",
        "occurred_at": at,
        "entity": entity,
        "payload": record,
    }


def _uuid(id: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"erp-sim:{id}"))


def _publish(channel: Any, key: str, message: Mapping[str, Any], correlation: str = "") -> None:
    channel.basic_publish(
        EXCHANGE,
        key,
        msgspec.json.encode(message),
        pika.BasicProperties(
            message_id=message["id"],
            app_id=SENDER,
            type=message["type"],
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=correlation or None,
            delivery_mode=2,
        ),
        mandatory=True,
    )
