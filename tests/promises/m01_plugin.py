"""The plugin of M01: books each placed order, and hands it to a task that exports it.

Nothing in its table keeps an effect from being written twice: a double is seen as a double.
"""

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco_sdk.context import Act
from fondaco_sdk.events import OrderPlacedV1
from fondaco_sdk.manifest import On, Plugin, Task, Text

PLUGIN = Plugin(
    name="m01",
    version="0.1.0",
    title=Text("Обещание M01", "Promise M01"),
    subscriptions=(
        On("order.placed.v1", "m01_plugin:book"),
        On("order.placed.v1", "m01_plugin:hand_over"),
    ),
    tasks=(Task("export", "m01_plugin:export", "m01_plugin:Export"),),
)
KINDS = ("booked", "exported")
TABLES = (
    "create schema m01",
    "create table m01.placed (order_id bigint primary key)",
    "create table m01.effect (kind text, order_id bigint)",
    "grant usage on schema m01 to fondaco_app",
    "grant select, insert on all tables in schema m01 to fondaco_app",
)
_EFFECT = text("insert into m01.effect values (:kind, :order)")


class Export(Struct, frozen=True):
    """An order to export."""

    order: int


async def book(act: Act, event: OrderPlacedV1) -> None:
    """An effect in our own database."""
    await act.execute(_EFFECT, {"kind": "booked", "order": event.order_id})


async def hand_over(act: Act, event: OrderPlacedV1) -> None:
    """What goes further is queued with the delivery's own transaction."""
    await act.enqueue("m01.export", Export(event.order_id))


async def export(job: JobContext, payload: Export) -> None:
    """An effect of a task, once."""
    async with job.act() as act:
        if await job.once(act):
            await act.execute(_EFFECT, {"kind": "exported", "order": payload.order})
