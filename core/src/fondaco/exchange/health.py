"""How the exchange is doing: for `fondaco doctor` and the status page."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import text

from fondaco_sdk.context import Ask

_WORKERS = text(
    "select worker, started_at, seen_at, seen_at > now() - interval '30 seconds'"
    " from fondaco.worker_heartbeat order by worker"
)
_DELIVERIES = text(
    """
    select subscriber, state, count(*),
           coalesce(extract(epoch from now() - min(due_at)), 0)::float8
      from fondaco.delivery
     where state in ('waiting', 'dead')
     group by subscriber, state
    """
)
_TASKS = text(
    """
    select entrypoint, status::text, count(*),
           coalesce(extract(epoch from now() - min(execute_after)), 0)::float8
      from fondaco.pgqueuer
     group by entrypoint, status
    """
)


class Worker(Struct, frozen=True):
    """A worker process. `alive`: it gave a sign in the last 30 seconds. Times are UTC."""

    name: str
    started_at: datetime
    seen_at: datetime
    alive: bool


class ExchangeHealth(Struct, frozen=True):
    """What waits and what has stopped, by subscriber (`plugin:function`) or task.

    `late` is by how many seconds the most overdue thing is late. Orphans wait for a subscriber or
    task that no plugin at work has: install the plugin again, or remove it for good.
    """

    workers: Sequence[Worker]
    waiting_deliveries: Mapping[str, int]
    dead_letters: Mapping[str, int]
    orphan_deliveries: Mapping[str, int]
    waiting_tasks: Mapping[str, int]
    held_tasks: Mapping[str, int]
    orphan_tasks: Mapping[str, int]
    late: float


async def exchange_health(
    ask: Ask, *, subscribers: Collection[str], tasks: Collection[str]
) -> ExchangeHealth:
    """The state of the exchange, given the names known to the plugins at work. Three statements."""
    workers = [Worker(*row) for row in await ask.fetch(_WORKERS)]
    deliveries = await ask.fetch(_DELIVERIES)
    jobs = await ask.fetch(_TASKS)
    late = [
        seconds
        for rows, known in ((deliveries, subscribers), (jobs, tasks))
        for name, state, _, seconds in rows
        if name in known and state in ("waiting", "queued")
    ]
    return ExchangeHealth(
        workers=workers,
        waiting_deliveries={n: c for n, s, c, _ in deliveries if s == "waiting"},
        dead_letters={n: c for n, s, c, _ in deliveries if s == "dead"},
        orphan_deliveries={
            n: c for n, s, c, _ in deliveries if s == "waiting" and n not in subscribers
        },
        waiting_tasks={n: c for n, s, c, _ in jobs if s == "queued"},
        held_tasks={n: c for n, s, c, _ in jobs if s == "failed"},
        orphan_tasks={n: c for n, s, c, _ in jobs if s != "failed" and n not in tasks},
        late=max(0.0, *late, 0.0),
    )
