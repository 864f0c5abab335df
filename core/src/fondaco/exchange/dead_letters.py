"""Deliveries that were given up: listed for staff, tried again when told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.outbox import CHANNEL
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason

_LIST = text(
    """
    select delivery.id, outbox.uuid, outbox.type, delivery.subscriber, delivery.lane,
           delivery.attempts, delivery.error, outbox.created_at, delivery.done_at,
           cast(outbox.payload as text)
      from fondaco.delivery join fondaco.outbox on outbox.id = delivery.event_id
     where delivery.state = 'dead'
     order by delivery.id desc
     limit :limit
    """
)
_RETRY = text(
    "update fondaco.delivery"
    " set state = 'waiting', attempts = 0, due_at = now(), done_at = null"
    " where id = :id and state = 'dead'"
)
_NOTIFY = text("select pg_notify(:channel, '')")


class DeadLetter(Struct, frozen=True):
    """A delivery given up after its last attempt. `payload` is the event's JSON; times are UTC."""

    id: int
    event_uuid: UUID
    type: str
    subscriber: str
    lane: str
    attempts: int
    error: str
    emitted_at: datetime
    given_up_at: datetime
    payload: str


async def dead_letters(ask: Ask, *, limit: int = 100) -> Sequence[DeadLetter]:
    """What was given up, newest first. One statement."""
    return [DeadLetter(*row) for row in await ask.fetch(_LIST, {"limit": limit})]


async def retry(act: Act, delivery_id: int) -> None:
    """Deliver a dead letter once more, with all its attempts anew.

    Raises `NotFound` when there is none with this number, or somebody has retried it already.
    """
    if not await act.execute(_RETRY, {"id": delivery_id}):
        raise NotFound(
            Reason(
                "exchange.no_dead_letter",
                f"Недоставленного события № {delivery_id} нет: возможно, его уже отправили"
                " повторно. Обновите список.",
                f"There is no dead letter {delivery_id}: it may have been retried already."
                " Reload the list.",
                {"delivery": str(delivery_id)},
            )
        )
    await act.execute(_NOTIFY, {"channel": CHANNEL})
    await act.audit("delivery.retry", f"delivery:{delivery_id}", {"state": "dead"}, {})
