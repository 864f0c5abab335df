"""A plugin that tells the broker of orders, and takes weights from it; it stumbles when told."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from msgspec import Struct
from sqlalchemy import text

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.events import OrderPlacedV1, OrderStateChangedV1
from fondaco_sdk.manifest import (
    Inbound,
    MessageKind,
    Plugin,
    Publication,
    Queue,
    Take,
    Text,
)
from fondaco_sdk.types.ids import CompanyId, LegalEntityId, OrderId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.message import Message
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

OUT, WEIGHTS, SLOW = "test.out", "portal.inbound.weights", "portal.inbound.slow"
_TEXT = Text("Проба", "Probe")

PLUGIN = Plugin(
    name="wire",
    version="0.1.0",
    title=_TEXT,
    publications=(
        Publication(
            name="orders",
            events=("order.placed.v1", "order.state_changed.v1"),
            function="amqp_plugin:tell",
            messages=(
                MessageKind("order.placed.v1", "portal.order.placed", "amqp_plugin:Told", _TEXT),
                MessageKind("order.state.v1", "portal.order.state", "amqp_plugin:Told", _TEXT),
                MessageKind("order.lost.v1", "nowhere.at.all", "amqp_plugin:Told", _TEXT),
            ),
        ),
    ),
    queues=(
        Queue(OUT, _TEXT, ("portal.#",)),
        Queue(
            WEIGHTS,
            _TEXT,
            ("1c.weight.#",),
            (Take("weight.v1", "wire.weights"), Take("alive.v1"), Take("gone.v1", "other.gone")),
        ),
        Queue(SLOW, _TEXT, ("1c.slow.#",), (Take("slow.v1", "wire.slow"),)),
    ),
    inbound=(
        Inbound("weights", "amqp_plugin:take", "amqp_plugin:Weight", _TEXT),
        Inbound("slow", "amqp_plugin:take_slowly", "amqp_plugin:Weight", _TEXT),
    ),
)
TABLE = (
    "create schema wire",
    "create table wire.weight (id bigserial primary key, name text, grams int, version bigint,"
    " at timestamptz)",
    "grant usage on schema wire to fondaco_app",
    "grant select, insert on wire.weight to fondaco_app",
    "grant usage on sequence wire.weight_id_seq to fondaco_app",
)
_WRITE = text(
    "insert into wire.weight (name, grams, version, at)"
    " select * from unnest(cast(:names as text[]), cast(:grams as int[]),"
    " cast(:versions as bigint[]), cast(:at as timestamptz[]))"
)
_SLEEP = text("select pg_sleep(3)")
_NAMESPACE = UUID("3b241101-e2bb-4255-8caf-4136c566a962")


class Told(Struct, frozen=True):
    """What is told of an order."""

    number: str
    state: str


class Weight(Struct, frozen=True):
    """What something weighs."""

    name: str
    grams: int
    version: int = 0
    at: datetime | None = None


async def tell(
    ask: Ask, events: Sequence[OrderPlacedV1 | OrderStateChangedV1]
) -> list[list[Message]]:
    """A message an event; "lost" goes where no queue is, "broken" breaks."""
    told = []
    for event in events:
        if event.number == "broken":
            raise ValueError("no message can be made of it")
        if event.number == "silent":
            told.append([])
            continue
        type_name, state = "order.placed.v1", "placed"
        if isinstance(event, OrderStateChangedV1):
            type_name, state = "order.state.v1", event.after.value
        if event.number == "lost":
            type_name = "order.lost.v1"
        told.append([Message(type_name, "order", str(event.order_uuid), Told(event.number, state))])
    return told


async def take(act: Act, records: Sequence[Weight]) -> Report:
    """Writes them down; nothing keeps a weight from being written twice."""
    unmatched = []
    for place, record in enumerate(records):
        if record.name == "poison":
            raise ValueError("this one is poison")
        if record.name == "deadly":
            os._exit(137)
        if record.name == "rude":
            raise UserError(Reason("wire.rude", "Грубо", "Rude"))
        if record.grams < 0:
            reason = Reason("wire.negative", "Вес меньше нуля", "A weight below zero")
            unmatched.append(Unmatched(place, record.name, reason))
    good = [r for r in records if r.grams >= 0]
    values = {
        "names": [r.name for r in good],
        "grams": [r.grams for r in good],
        "versions": [r.version for r in good],
        "at": [r.at for r in good],
    }
    await act.execute(_WRITE, values)
    return Report(len(good), tuple(unmatched))


async def take_slowly(act: Act, records: Sequence[Weight]) -> Report:
    """The same after three seconds."""
    await act.fetch(_SLEEP)
    return await take(act, records)


def placed(order: int, number: str = "") -> OrderPlacedV1:
    """An event of order number `order`."""
    return OrderPlacedV1(
        order_id=OrderId(order),
        order_uuid=uuid5(_NAMESPACE, str(order)),
        number=number or f"F-{order}",
        company_id=CompanyId(1),
        legal_entity_id=LegalEntityId(1),
        at=datetime.now(UTC),
        total=Decimal(100),
        currency="RUB",
    )


def moved(order: int, after: OrderState, number: str = "") -> OrderStateChangedV1:
    """A later event of the same order."""
    return OrderStateChangedV1(
        order_id=OrderId(order),
        order_uuid=uuid5(_NAMESPACE, str(order)),
        number=number or f"F-{order}",
        company_id=CompanyId(1),
        legal_entity_id=LegalEntityId(1),
        at=datetime.now(UTC),
        before=OrderState.PLACED,
        after=after,
    )
