"""How the exchange with the outside stands: what pages show and whoever looks after it asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.amqp.outgoing import UNROUTABLE
from fondaco.exchange.peers import Peer, peers
from fondaco.hooks.context import AskContext
from fondaco.hooks.registry import PUBLISHED

_OUT = text(
    """
    select subscriber, count(*), min(o.created_at),
           count(*) filter (where d.error <> ''),
           count(*) filter (where starts_with(d.error, :sign))
      from fondaco.delivery d join fondaco.outbox o on o.id = d.event_id
     where d.state = 'waiting' and d.subscriber like 'amqp:%'
     group by subscriber order by subscriber
    """
)
_STUCK = text(
    """
    select o.uuid, o.type, d.lane, d.attempts, d.error, o.created_at
      from fondaco.delivery d join fondaco.outbox o on o.id = d.event_id
     where d.state = 'waiting' and d.subscriber like 'amqp:%' and d.error <> ''
     order by d.id limit :most
    """
)
_LANES = text("select queue, waiting, at from fondaco.exchange_lane order by queue")
_DEAD = text(
    "select (select count(*) from fondaco.dead_message where state in ('dead', 'replaying')),"
    " (select count(*) from fondaco.delivery where state = 'dead')"
)


class Outgoing(Struct, frozen=True):
    """What waits for the broker of one publication; `since` is the oldest of it, aware UTC."""

    name: str
    waiting: int
    since: datetime
    failing: int
    unroutable: int


class Stuck(Struct, frozen=True):
    """An event that did not leave at its last attempt, and why."""

    event: UUID
    type: str
    lane: str
    attempts: int
    error: str
    at: datetime

    @property
    def unroutable(self) -> bool:
        """Whether the broker had no queue for it."""
        return self.error.startswith(UNROUTABLE)


class Lane(Struct, frozen=True):
    """A queue of the broker, as a worker saw it at `at`, aware UTC; `title` is what it carries."""

    queue: str
    title: str
    waiting: int
    at: datetime
    ours: bool


class Overview(Struct, frozen=True):
    """The exchange now. `configured`: there is a broker in the settings."""

    configured: bool
    peers: Sequence[Peer]
    outgoing: Sequence[Outgoing]
    stuck: Sequence[Stuck]
    lanes: Sequence[Lane]
    dead_messages: int
    dead_deliveries: int

    @property
    def waiting(self) -> int:
        """How many events wait to leave."""
        return sum(one.waiting for one in self.outgoing)

    @property
    def since(self) -> datetime | None:
        """Since when the oldest of them does."""
        return min((one.since for one in self.outgoing), default=None)

    @property
    def unroutable(self) -> int:
        """How many have no queue."""
        return sum(one.unroutable for one in self.outgoing)


async def overview(ask: AskContext, *, most: int = 20) -> Overview:
    """Five statements, whatever waits."""
    registry = ask.hall.registry
    titles: Mapping[str, tuple[str, bool]] = {
        queue.name: (queue.title.text(ask.locale), bool(queue.takes))
        for queue, _ in registry.queues
    }
    lanes = [
        Lane(queue, titles[queue][0], waiting, at, titles[queue][1])
        for queue, waiting, at in await ask.fetch(_LANES)
        if queue in titles
    ]
    [(messages, deliveries)] = await ask.fetch(_DEAD)
    return Overview(
        configured=bool(ask.hall.settings.amqp_url),
        peers=await peers(ask),
        outgoing=[
            Outgoing(row[0].removeprefix(PUBLISHED), *row[1:])
            for row in await ask.fetch(_OUT, {"sign": UNROUTABLE})
        ],
        stuck=[Stuck(*row) for row in await ask.fetch(_STUCK, {"most": most})],
        lanes=lanes,
        dead_messages=messages,
        dead_deliveries=deliveries,
    )
