"""A broker to measure with, a copy of the house that speaks to it, and pika without anything."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pika
from msgspec.structs import replace

from benchmarks.house import House, copy_database, drop_database
from fondaco.db.engine import APP_ROLE
from fondaco.exchange.amqp.link import Link
from fondaco.exchange.amqp.topology import topology_of
from fondaco.hall import create_hall
from fondaco.hooks.hall import Hall
from fondaco.testing.broker import Broker, any_broker

WINDOW = 1000


@asynccontextmanager
async def with_broker(house: House, name: str) -> AsyncIterator[tuple[Hall, Broker]]:
    """A hall on a copy of the catalogue, so that nothing of it changes, and everything declared."""
    database = f"{house.database}_{name}"
    await copy_database(house, database, house.database)
    with tempfile.TemporaryDirectory() as folder:
        broker = await asyncio.to_thread(any_broker, Path(folder))
        settings = replace(house.settings, amqp_url=broker.url)
        url = house.server.url(database, APP_ROLE)
        hall = create_hall(settings, database_url=url, registry=house.registry)
        try:
            link = await open_link(hall)
            await link.close()
            yield hall, broker
        finally:
            await hall.close()
            await drop_database(house, database)
            await asyncio.to_thread(broker.stop)


async def open_link(hall: Hall) -> Link:
    """As a worker opens one."""
    topology = topology_of(hall.registry, hall.settings.amqp)
    return await Link.open(hall.settings.amqp_url, topology, heartbeat=30, name="bench")


async def publish_bare(url: str, exchange: str, key: str, bodies: Sequence[bytes]) -> None:
    """pika alone: the same bytes, persistent and confirmed, a thousand under way."""
    await asyncio.to_thread(_publish_bare, url, exchange, key, bodies)


def _publish_bare(url: str, exchange: str, key: str, bodies: Sequence[bytes]) -> None:
    waiting = iter(bodies)
    under_way: set[int] = set()
    properties = pika.BasicProperties(delivery_mode=2)
    state = {"tag": 0}

    def fill(channel: Any) -> None:
        while len(under_way) < WINDOW and (body := next(waiting, None)) is not None:
            state["tag"] += 1
            under_way.add(state["tag"])
            channel.basic_publish(exchange, key, body, properties, mandatory=True)
        if not under_way:
            channel.connection.close()

    def confirmed(channel: Any, frame: Any) -> None:
        tag = frame.method.delivery_tag
        gone = {one for one in under_way if one <= tag} if frame.method.multiple else {tag}
        under_way.difference_update(gone)
        fill(channel)

    def opened(channel: Any) -> None:
        channel.confirm_delivery(
            lambda frame: confirmed(channel, frame), callback=lambda _: fill(channel)
        )

    connection = pika.SelectConnection(
        pika.URLParameters(url),
        on_open_callback=lambda made: made.channel(on_open_callback=opened),
        on_close_callback=lambda made, _error: made.ioloop.stop(),
    )
    thread = Thread(target=connection.ioloop.start)
    thread.start()
    thread.join()
