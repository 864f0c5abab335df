"""From the outbox to the confirmed publish, in order per key, against pika with the same bytes."""

from collections.abc import Sequence
from time import perf_counter

from sqlalchemy import text

from benchmarks.brokers import open_link, publish_bare, with_broker
from benchmarks.figures import Figure, Limit, Sample
from benchmarks.house import House
from fondaco.exchange.amqp.relay import relay_due
from fondaco.hooks.hall import Hall

EVENTS = 10_000
ROUNDS = 5
AT_LEAST = 2_000
INBOUND = "1c.inbound"
PUBLISHER = "amqp:erp_1c:wishes"
# Five events of each of two thousand goods; each product is a key.
_EMIT = text(
    """
    with goods as (
        select id, row_number() over (order by id) as n from fondaco.product limit 2000
    ), event as (
        insert into fondaco.outbox (uuid, type, lane, payload)
        select gen_random_uuid(), 'analogue.wanted.v1', 'product:' || g.id,
               jsonb_build_object('product_id', g.id, 'company_id',
                                  (select min(id) from fondaco.company), 'at', now())
          from generate_series(1, :times) t, goods g order by t, g.n
        returning id, lane
    )
    insert into fondaco.delivery (event_id, subscriber, lane)
    select id, :publisher, lane from event
    """
)

_LEFT = text(
    "select state, error from fondaco.delivery"
    " where subscriber = :publisher and state <> 'done' limit 1"
)


async def measure(house: House) -> Sequence[Figure]:
    """Microseconds of an event."""
    async with with_broker(house, "relay") as (hall, broker):
        ours, floor, bodies = [], [], list[bytes]()
        for _ in range(ROUNDS + 1):
            await _emit(hall)
            ours.append(await _relay(hall) / EVENTS * 1e6)
            assert broker.count(INBOUND) == EVENTS
            bodies = bodies or [body for _, body in broker.drain(INBOUND)]
            broker.purge(INBOUND)
            started = perf_counter()
            exchange = hall.settings.amqp.exchange
            await publish_bare(broker.url, exchange, "portal.analogue.wanted", bodies)
            floor.append((perf_counter() - started) / EVENTS * 1e6)
            broker.purge(INBOUND)
    return (
        Figure(
            what=f"an event from the outbox to its confirm ({EVENTS:,} in 2,000 keys)",
            unit="µs",
            ours=Sample(tuple(ours[1:])),
            floor=Sample(tuple(floor[1:])),
            limit=Limit(plus=1e6 / AT_LEAST),
        ),
    )


async def _emit(hall: Hall) -> None:
    async with hall.database.transaction() as connection:
        values = {"times": EVENTS // 2_000, "publisher": PUBLISHER}
        await connection.execute(_EMIT, values)


async def _relay(hall: Hall) -> float:
    link = await open_link(hall)
    async with hall.database.reading.connect() as connection:
        started = perf_counter()
        while await relay_due(hall, connection, link):
            pass
        seconds = perf_counter() - started
        found = (await connection.execute(_LEFT, {"publisher": PUBLISHER})).first()
        assert found is None, found
    await link.close()
    return seconds
