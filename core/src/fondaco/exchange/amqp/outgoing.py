"""The outbox as the relay sees it: what waits for the broker, what was sent, what nobody takes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.exchange.deliveries import ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE

UNROUTABLE = "unroutable: "
"""How the error of a delivery begins for which no queue is bound."""

# Nobody overtakes: where the head of a lane pauses, the rest of it waits too.
_DUE = text(
    """
    select d.id, d.subscriber, d.lane, o.id, o.uuid, o.type, cast(o.payload as text), o.created_at
      from fondaco.delivery d join fondaco.outbox o on o.id = d.event_id
     where d.state = 'waiting' and d.subscriber like 'amqp:%'
       and d.subscriber = any(cast(:known as text[])) and d.due_at <= now()
       and not exists (select from fondaco.delivery e
                        where e.subscriber = d.subscriber and e.lane = d.lane
                          and e.state = 'waiting' and e.id < d.id and e.due_at > now())
     order by d.id limit :most
    """
)
_SENT = text(
    """
    with said as (
        select * from unnest(cast(:messages as uuid[]), cast(:deliveries as bigint[]),
                             cast(:versions as bigint[]), cast(:types as text[]),
                             cast(:keys as text[]), cast(:kinds as text[]), cast(:ids as text[]))
               as s (message_id, delivery_id, version, type, routing_key, entity_kind, entity_id)
    ), noted as (
        insert into fondaco.sent_message as m
               (message_id, delivery_id, version, type, routing_key, entity_kind, entity_id)
        select message_id, delivery_id, version, type, routing_key, entity_kind, entity_id
          from said
        on conflict (message_id) do update set sent_at = now(), times = m.times + 1
    )
    update fondaco.delivery set state = 'done', done_at = now(), error = ''
     where id = any(cast(:done as bigint[])) and state = 'waiting'
    """
)
# Never given up: the binding may come back after days.
_NOT_TAKEN = text(
    """
    update fondaco.delivery d
       set attempts = attempts + 1, error = s.error,
           due_at = now() + least(cast(:pause as interval) * power(2, least(attempts, 10)),
                                  cast(:longest as interval))
      from unnest(cast(:ids as bigint[]), cast(:errors as text[])) as s (id, error)
     where d.id = s.id and d.state = 'waiting'
    """
)
_FAILED = text(
    """
    update fondaco.delivery
       set attempts = attempts + 1, error = :error,
           due_at = now() + least(cast(:pause as interval) * power(2, attempts),
                                  cast(:longest as interval)),
           state = case when attempts + 1 < :most then 'waiting' else 'dead' end,
           done_at = case when attempts + 1 < :most then null else now() end
     where id = :id and state = 'waiting'
    """
)


class Due(Struct, frozen=True):
    """A delivery for the broker; `event_id` grows with each event, `at` is when it happened."""

    id: int
    publisher: str
    lane: str
    event_id: int
    event_uuid: UUID
    type: str
    payload: str
    at: datetime


class Sent(Struct, frozen=True):
    """A message that the broker has confirmed, and of which delivery it was."""

    message_id: UUID
    delivery_id: int
    version: int
    type: str
    routing_key: str
    entity_kind: str
    entity_id: str


async def due(connection: AsyncConnection, known: Sequence[str], most: int) -> Sequence[Due]:
    """What may leave now, oldest first. One statement."""
    rows = await connection.execute(_DUE, {"known": list(known), "most": most})
    return [Due(*row) for row in rows]


async def mark_sent(connection: AsyncConnection, sent: Sequence[Sent], done: Sequence[int]) -> None:
    """These messages were confirmed, and these deliveries with all of theirs. One statement."""
    await connection.execute(
        _SENT,
        {
            "messages": [one.message_id for one in sent],
            "deliveries": [one.delivery_id for one in sent],
            "versions": [one.version for one in sent],
            "types": [one.type for one in sent],
            "keys": [one.routing_key for one in sent],
            "kinds": [one.entity_kind for one in sent],
            "ids": [one.entity_id for one in sent],
            "done": list(done),
        },
    )


async def mark_not_taken(connection: AsyncConnection, errors: Mapping[int, str]) -> None:
    """The broker had no queue for these deliveries: they wait, longer each time."""
    values = {"ids": list(errors), "errors": list(errors.values()), **_pauses()}
    await connection.execute(_NOT_TAKEN, values)


async def mark_failed(connection: AsyncConnection, delivery: int, error: str) -> None:
    """No message could be made of this one; after the last attempt it is a dead letter."""
    values = {"id": delivery, "error": error[:2000], "most": ATTEMPTS, **_pauses()}
    await connection.execute(_FAILED, values)


def _pauses() -> Mapping[str, object]:
    return {"pause": FIRST_PAUSE, "longest": LONGEST_PAUSE}
