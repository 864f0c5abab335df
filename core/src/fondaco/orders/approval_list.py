"""The orders that wait for the person who asks."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.orders.approvers import ANSWERS_FOR, LOOKS_AFTER, NOBODY_ELSE, staff_parameters
from fondaco.orders.queries import scope_parameters
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.reason import Reason

MOST = 200
_WAITING = """
    select w.uuid, w.number, w.placed_at, w.total, w.currency, c.name, coalesce(p.name, ''),
           a.reasons
      from fondaco.customer_order w
      join fondaco.order_approval a on a.order_id = w.id
      join fondaco.company c on c.id = w.company_id
      left join fondaco.user_account p on p.id = w.user_id
     where w.state = 'awaiting_approval' and w.user_id is distinct from :user
       and (cast(:everything as boolean) or w.company_id = cast(:company as bigint))
       and {whose}
     order by w.id limit :most
"""
_OF_COMPANY: TextClause = text(_WAITING.format(whose=ANSWERS_FOR.format(user=":user")))
_OF_STAFF: TextClause = text(_WAITING.format(whose=f"{NOBODY_ELSE} and {LOOKS_AFTER}"))


class Waiting(Struct, frozen=True, array_like=True):
    """An order that waits; `placed_at` is aware UTC, `total` includes VAT."""

    uuid: UUID
    number: str
    placed_at: datetime
    total: Decimal
    currency: str
    company: str
    buyer: str
    reasons: tuple[Reason, ...]


async def waiting_for(ask: AskContext) -> Sequence[Waiting]:
    """The orders the asker may decide, the oldest first. One statement.

    For staff those of their customers that nobody of the company may decide.
    """
    parameters = {**scope_parameters(ask.scope), **staff_parameters(ask), "most": MOST}
    if ask.actor.kind is ActorKind.STAFF:
        rows = await ask.fetch(_OF_STAFF, parameters)
    else:
        parameters.pop("all_customers")
        rows = await ask.fetch(_OF_COMPANY, parameters)
    return tuple(msgspec.convert(tuple(row), Waiting) for row in rows)
