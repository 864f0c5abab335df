"""The outbox: an event leaves if and only if the transaction that made it commits."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from fondaco_sdk.events import Event

CHANNEL = "fondaco_outbox"

_PUT = text(
    """
    with event as (
        insert into fondaco.outbox (uuid, type, lane, payload)
        values (:uuid, :type, :lane, cast(:payload as jsonb))
        returning id, lane
    ), deliveries as (
        insert into fondaco.delivery (event_id, subscriber, lane)
        select event.id, subscriber, event.lane
          from event, unnest(cast(:subscribers as text[])) as subscriber
    )
    select pg_notify(:channel, '')
    """
)


async def put_event(connection: AsyncConnection, event: Event, subscribers: Sequence[str]) -> None:
    """Write the event and a delivery for each subscriber, in one statement."""
    await connection.execute(
        _PUT,
        {
            "uuid": uuid7(),
            "type": event.type_name,
            "lane": event.key,
            "payload": msgspec.json.encode(event).decode(),
            "subscribers": list(subscribers),
            "channel": CHANNEL,
        },
    )
