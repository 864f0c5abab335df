"""The plugin of the promises about the broker: tells of orders, and writes down what comes.

Nothing in `ledger.effect` keeps an effect from being written twice: a double is seen as a double.
`ledger.word` keeps the last word on a thing, by its version.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from msgspec import Struct
from sqlalchemy import text

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.events import OrderPlacedV1, OrderStateChangedV1
from fondaco_sdk.manifest import Inbound, MessageKind, Plugin, Publication, Queue, Take, Text
from fondaco_sdk.types.ids import CompanyId, LegalEntityId, OrderId
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.message import Message
from fondaco_sdk.types.order import OrderState

OUT, IN = "ledger.out", "ledger.in"
KEY = "erp.word"
_TITLE = Text("Обещания о брокере", "Promises about the broker")

PLUGIN = Plugin(
    name="ledger",
    version="0.1.0",
    title=_TITLE,
    publications=(
        Publication(
            name="orders",
            events=("order.placed.v1", "order.state_changed.v1"),
            function="ledger_plugin:tell",
            messages=(MessageKind("step.v1", "portal.step", "ledger_plugin:Step", _TITLE),),
        ),
    ),
    queues=(
        Queue(OUT, _TITLE, ("portal.#",)),
        Queue(IN, _TITLE, (KEY,), (Take("word.v1", "ledger.words"),)),
    ),
    inbound=(Inbound("words", "ledger_plugin:take", "ledger_plugin:Word", _TITLE),),
)
TABLES = (
    "create schema ledger",
    "create table ledger.effect (name text)",
    "create table ledger.word (name text primary key, value int, version bigint)",
    "grant usage on schema ledger to fondaco_app",
    "grant select, insert, update on all tables in schema ledger to fondaco_app",
)
_EFFECT = text("insert into ledger.effect select unnest(cast(:names as text[]))")
_WORD = """
    insert into ledger.word as w (name, value, version)
    select distinct on (name) * from unnest(cast(:names as text[]), cast(:values as int[]),
                                            cast(:versions as bigint[])) s (name, value, version)
     order by name, version desc
    on conflict (name) do update set value = excluded.value, version = excluded.version
"""
GUARDS = {"version": "where w.version < excluded.version"}
_NAMESPACE = UUID("3b241101-e2bb-4255-8caf-4136c566a962")


class Step(Struct, frozen=True):
    """A step of an order."""

    order: int
    step: str


class Word(Struct, frozen=True):
    """What the ERP says of a thing."""

    name: str
    value: int = 0
    version: int = 0


async def tell(
    ask: Ask, events: Sequence[OrderPlacedV1 | OrderStateChangedV1]
) -> list[list[Message]]:
    """One message for each step."""
    return [
        [
            Message(
                "step.v1",
                "order",
                str(event.order_uuid),
                Step(
                    event.order_id,
                    event.after.value if isinstance(event, OrderStateChangedV1) else "placed",
                ),
            )
        ]
        for event in events
    ]


async def take(act: Act, records: Sequence[Word]) -> Report:
    """An effect for each, and the last word."""
    if any(record.name == "poison" for record in records):
        raise ValueError("this one is poison")
    if any(record.name == "deadly" for record in records):
        os._exit(137)
    values = {
        "names": [record.name for record in records],
        "values": [record.value for record in records],
        "versions": [record.version for record in records],
    }
    await act.execute(_EFFECT, {"names": values["names"]})
    await act.execute(text(_WORD + GUARDS["version"]), values)
    return Report(len(records))


def steps(order: int) -> Sequence[OrderPlacedV1 | OrderStateChangedV1]:
    """Three steps of an order."""
    facts = {
        "order_id": OrderId(order),
        "order_uuid": uuid5(_NAMESPACE, str(order)),
        "number": f"F-{order}",
        "company_id": CompanyId(1),
        "legal_entity_id": LegalEntityId(1),
        "at": datetime.now(UTC),
    }
    return (
        OrderPlacedV1(total=Decimal(1), currency="RUB", **facts),
        OrderStateChangedV1(before=OrderState.PLACED, after=OrderState.CONFIRMED, **facts),
        OrderStateChangedV1(before=OrderState.CONFIRMED, after=OrderState.SHIPPED, **facts),
    )
