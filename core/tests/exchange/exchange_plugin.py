"""A plugin for the tests of the exchange: it writes down what it was handed, and fails if told."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco_sdk.context import Act
from fondaco_sdk.events import OrderCancelledV1, OrderDatesChangedV1
from fondaco_sdk.manifest import On, Plugin, Task, Text
from fondaco_sdk.types.ids import CompanyId, LegalEntityId, OrderId

PLUGIN = Plugin(
    name="probe",
    version="0.1.0",
    title=Text("Проба", "Probe"),
    subscriptions=(
        On("order.dates_changed.v1", "exchange_plugin:first"),
        On("order.dates_changed.v1", "exchange_plugin:second"),
    ),
    tasks=(
        Task("write", "exchange_plugin:write", "exchange_plugin:Note", retries=2),
        Task("hang", "exchange_plugin:hang", "exchange_plugin:Note"),
        Task("both", "exchange_plugin:both", "exchange_plugin:Note", retries=0),
        Task("twice", "exchange_plugin:twice", "exchange_plugin:Note"),
    ),
)

TABLE = (
    "create schema probe",
    "create table probe.effect (id bigserial primary key, who text, lane bigint, value text)",
    "grant usage on schema probe to fondaco_app",
    "grant select, insert on probe.effect to fondaco_app",
    "grant usage on sequence probe.effect_id_seq to fondaco_app",
)
EFFECT = text("insert into probe.effect (who, lane, value) values (:who, :lane, :value)")
EFFECTS = text("select who, lane, value from probe.effect order by id")


class Note(Struct, frozen=True):
    """A payload with a default, so that it can be scheduled."""

    value: str = "tick"


class Trouble:
    """What goes wrong, and when; a test sets it."""

    def __init__(self) -> None:
        self.random = random.Random(0)
        self.reset()

    def reset(self) -> None:
        """Nothing goes wrong, and nothing was noticed yet."""
        self.poison: frozenset[str] = frozenset()
        self.chance = self.seconds = 0.0
        self.started = asyncio.Event()
        self.busy: Counter[object] = Counter()
        self.overlaps = 0

    async def meet(self, value: str, lane: object = None) -> None:
        """Fail or be slow, as the test wants it; notice another at work in the same lane."""
        self.started.set()
        self.overlaps += self.busy[lane] > 0
        self.busy[lane] += 1
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.busy[lane] -= 1
        if value in self.poison or self.random.random() < self.chance:
            raise RuntimeError(f"cannot digest {value}")


TROUBLE = Trouble()


def changed(order: int, value: str) -> OrderDatesChangedV1:
    """An event of the lane of `order`, recognised by its number."""
    return OrderDatesChangedV1(
        order_id=OrderId(order),
        order_uuid=UUID(int=order),
        number=value,
        company_id=CompanyId(1),
        legal_entity_id=LegalEntityId(1),
        at=datetime.now(UTC),
        lines=(),
    )


async def first(act: Act, event: OrderDatesChangedV1) -> None:
    """Write the effect, then meet the trouble: a failure must take the effect with it."""
    await act.execute(EFFECT, {"who": "first", "lane": event.order_id, "value": event.number})
    await TROUBLE.meet(event.number, event.order_id)


async def second(act: Act, event: OrderDatesChangedV1 | OrderCancelledV1) -> None:
    """A subscriber that never has trouble."""
    await act.execute(EFFECT, {"who": "second", "lane": event.order_id, "value": event.number})


async def write(job: JobContext, payload: Note) -> None:
    """Write the effect once, then meet the trouble."""
    async with job.act() as act:
        if await job.once(act):
            await act.execute(EFFECT, {"who": "write", "lane": 0, "value": payload.value})
    await TROUBLE.meet(payload.value)


async def hang(job: JobContext, payload: Note) -> None:
    """Be at work for as long as the test wants it, then write."""
    await TROUBLE.meet(payload.value)
    async with job.act() as act:
        await act.execute(EFFECT, {"who": "hang", "lane": 0, "value": payload.value})


async def both(job: JobContext, payload: Note) -> None:
    """Do what is forbidden: call outside with a transaction open."""
    async with job.act(), job.net() as net:
        await net.request("GET", "http://127.0.0.1:9/")


async def twice(job: JobContext, payload: Note) -> None:
    """Have an effect and then a failure, again and again."""
    async with job.act() as act:
        await act.execute(EFFECT, {"who": "twice", "lane": 0, "value": payload.value})
    raise RuntimeError("after the effect")
