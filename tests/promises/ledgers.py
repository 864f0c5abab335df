"""What the promises about the broker have in common: processes, the ERP's stub, the verdict."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import ledger_worker
from ledger_plugin import IN, KEY, OUT, TABLES, steps
from warm import FORKS

from fondaco.crash import EXIT_CODE
from fondaco.exchange.amqp.link import Link
from fondaco.exchange.amqp.topology import topology_of
from fondaco.hooks.context import system_ask
from fondaco.testing.broker import Broker

EXCHANGE = "b2b.events"
LONGEST_SECONDS = 110
STEPS = ["placed", "confirmed", "shipped"]


class Ledgers:
    """A portal and an ERP with a broker between them; `committed` are the orders of the portal."""

    def __init__(self, url: str, broker: Broker) -> None:
        self.url = url
        self.broker = broker
        self.committed: set[int] = set()
        self.heard: dict[str, Mapping[str, Any]] = {}
        self.arrivals: dict[int, list[str]] = defaultdict(list)

    async def open(self) -> None:
        """The tables of the plugin, and everything declared."""
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        for statement in TABLES:
            await connection.execute(statement)
        await connection.close()
        await self.declare()

    async def declare(self) -> None:
        """As a worker does when it starts."""
        hall = ledger_worker.ledger_hall(self.url, self.broker.url)
        topology = topology_of(hall.registry, hall.settings.amqp)
        link = await Link.open(self.broker.url, topology, heartbeat=4, name="declare")
        await link.close()
        await hall.close()

    async def order(self, first: int, count: int) -> None:
        """The portal commits orders of three steps each."""
        hall = ledger_worker.ledger_hall(self.url, self.broker.url)
        for number in range(first, first + count):
            async with system_ask(hall).act() as act:
                for event in steps(number):
                    await act.emit(event)
            self.committed.add(number)
        await hall.close()

    async def say(self, names: Iterable[str], **more: Any) -> None:
        """The ERP sends a message for each name, whose id is the name."""
        bodies = [(name, word(name, **more)) for name in names]
        await asyncio.to_thread(self.broker.send, bodies, exchange=EXCHANGE, routing_key=KEY)

    async def work(
        self, *, expected: int = 0, guard_off: str = "", crash_at: str = "", kill_after: float = 0
    ) -> int:
        """A worker; its exit code."""
        arguments = (self.url, self.broker.url, expected, guard_off, crash_at)
        process = FORKS.Process(target=ledger_worker.work, args=arguments)
        process.start()
        # One that never ends is a failure of its test, and not of all that come after it.
        await asyncio.to_thread(process.join, kill_after or LONGEST_SECONDS)
        ended = process.exitcode is not None
        if not ended:
            process.kill()
            await asyncio.to_thread(process.join)
        assert ended or kill_after, "the worker is not done"
        return process.exitcode or 0

    async def hear(self) -> None:
        """The ERP takes what is there; a message that it has already changes nothing."""
        for properties, body in await asyncio.to_thread(self.broker.drain, OUT):
            said = json.loads(body)
            assert properties.message_id == said["id"]
            if said["id"] not in self.heard:
                self.heard[said["id"]] = said
                self.arrivals[said["payload"]["order"]].append(said["payload"]["step"])

    async def rows(self, sql: str) -> list[Any]:
        """What a connection of its own reads."""
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    async def missing(self) -> list[int]:
        """Committed orders of which the ERP has not each step once and in their order."""
        await self.hear()
        assert self.arrivals.keys() <= self.committed
        return sorted(order for order in self.committed if self.arrivals[order] != STEPS)

    async def wrong_effects(self, names: Sequence[str]) -> Mapping[str, int]:
        """Messages of the ERP that have not exactly one effect."""
        found = Counter(row[0] for row in await self.rows("select name from ledger.effect"))
        return {name: found[name] for name in {*names, *found} if found[name] != (name in names)}

    def unsettled(self) -> int:
        """How many messages wait for the portal."""
        return self.broker.count(IN)


def word(name: str, *, id: str = "", value: int = 0, version: int = 0) -> bytes:
    """What the ERP says of a thing."""
    payload = {"name": name, "value": value, "version": version}
    return json.dumps({"id": id or name, "type": "word.v1", "payload": payload}).encode()


__all__ = ("EXIT_CODE", "Ledgers", "word")
