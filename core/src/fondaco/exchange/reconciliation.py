"""What was sent to the ERP, what it has confirmed, and what it has not; chosen ones go once more.

A message is confirmed when the ERP answers it (a message whose correlation id is its id), or tells
of a state of its order afterwards.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.outbox import CHANNEL
from fondaco_sdk.context import Act, Ask

# The orders' tables stand above this room; only their steps are read.
_TOLD = """
    (m.acknowledged_at is not null or m.entity_kind = 'order' and exists (
        select from fondaco.customer_order co
          join fondaco.order_entry e on e.order_id = co.id
         where co.uuid = case when m.entity_id ~ '^[0-9a-f-]{36}$'
                              then cast(m.entity_id as uuid) end and e.kind like 'state.%'
           and e.user_id is null and e.at > m.sent_at))
"""
_DAYS = text(
    f"""
    select (m.sent_at at time zone cast(:zone as text))::date as day, count(*),
           count(*) filter (where {_TOLD}), sum(m.times - 1)
      from fondaco.sent_message m
     where m.sent_at > now() - make_interval(days => :days)
     group by 1 order by 1 desc
    """
)
_OPEN = text(
    f"""
    select m.message_id, m.type, m.entity_kind, m.entity_id, m.version, m.times, m.sent_at
      from fondaco.sent_message m
     where m.sent_at >= cast(:day as date)::timestamp at time zone cast(:zone as text)
       and m.sent_at < (cast(:day as date) + 1)::timestamp at time zone cast(:zone as text)
       and not {_TOLD}
     order by m.sent_at, m.message_id limit :most
    """
)
_AGAIN = text(
    """
    update fondaco.delivery d
       set state = 'waiting', attempts = 0, due_at = now(), done_at = null, error = ''
      from fondaco.sent_message m
     where m.message_id = any(cast(:ids as uuid[])) and d.id = m.delivery_id and d.state = 'done'
    """
)
_WAKE = text("select pg_notify(:channel, '')")


class Day(Struct, frozen=True):
    """A day of the site's zone: messages sent, confirmed by the ERP, and sent more than once."""

    day: date
    sent: int
    confirmed: int
    again: int

    @property
    def open(self) -> int:
        """How many are not confirmed."""
        return self.sent - self.confirmed


class Open(Struct, frozen=True):
    """A message that the ERP has not confirmed; `sent_at` is aware UTC."""

    message_id: UUID
    type: str
    entity_kind: str
    entity_id: str
    version: int
    times: int
    sent_at: datetime


async def days(ask: Ask, *, back: int = 31) -> Sequence[Day]:
    """The last days, newest first. One statement."""
    rows = await ask.fetch(_DAYS, {"zone": str(ask.zone), "days": back})
    return [Day(*row) for row in rows]


async def open_of(ask: Ask, day: date, *, most: int) -> Sequence[Open]:
    """What was sent on a day and is not confirmed. One statement."""
    values = {"zone": str(ask.zone), "day": day, "most": most}
    return [Open(*row) for row in await ask.fetch(_OPEN, values)]


async def send_again(act: Act, messages: Sequence[UUID]) -> int:
    """Let them leave once more, under their ids; how many events these are. Two statements."""
    number = await act.execute(_AGAIN, {"ids": list(messages)})
    await act.fetch(_WAKE, {"channel": CHANNEL})
    return number
