"""Dead messages that a person sends round again go back to the queue in which they died."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.crash import crash_point
from fondaco.exchange.amqp.link import Link
from fondaco.exchange.amqp.publishing import Outcome, Parcel
from fondaco.hooks.hall import Hall

AT_ONCE = 100
_ASKED = text(
    """
    select id, queue, key, type, part, replay_id, body from fondaco.dead_message
     where state = 'replaying' order by id limit :most
    """
)
_DONE = text(
    "update fondaco.dead_message set state = 'replayed', replayed_at = now()"
    " where id = any(cast(:ids as bigint[])) and state = 'replaying'"
)


async def send_again(hall: Hall, connection: AsyncConnection, link: Link) -> None:
    """Publish what people asked for; what the broker does not take is asked for still."""
    rows = (await connection.execute(_ASKED, {"most": AT_ONCE})).all()
    if not rows:
        return
    parcels = {row.id: Parcel(_id_of(row), row.type, "", row.queue, _body_of(row)) for row in rows}
    outcomes = await link.publish([[parcel] for parcel in parcels.values()])
    crash_point("replay.confirmed")
    done = [id_ for id_, p in parcels.items() if outcomes.get(p.id) is Outcome.CONFIRMED]
    await connection.execute(_DONE, {"ids": done})


def _id_of(row: Any) -> str:
    """A whole message had no effect and keeps its id; of a part the id was taken with the rest."""
    return str(row.replay_id) if row.part else str(row.key)


def _body_of(row: Any) -> bytes:
    if not row.part:
        return bytes(row.body)
    return with_id(bytes(row.body), row.replay_id)


def with_id(body: bytes, message_id: UUID) -> bytes:
    """The same envelope under another id."""
    said = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({**said, "id": str(message_id)})
