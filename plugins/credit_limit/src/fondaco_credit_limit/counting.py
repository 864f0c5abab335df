"""What the ERP counts of the portal's orders by its messages is not counted twice."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import CREDIT, KNOWN_BY_NUMBER, PARTS_ON_CREDIT, write
from fondaco_sdk.context import Act
from fondaco_sdk.types.ids import LegalEntityId


class Said(Struct, frozen=True):
    """Which orders a message about an account names, by number or UUID in lower case.

    `moment`, aware, is when its figures were true; None: now, and it knows all that is here.
    """

    entity: LegalEntityId
    moment: datetime | None
    names: frozenset[str]


# Orders of which something is held, or may be held later: what a message names of them, it counts.
_OPEN: TextClause = text(
    f"""
    with open as (
        select e.legal_entity_id, e.order_id, sum(e.amount) as held, o.number, o.uuid,
               greatest(sum(e.amount) filter (where e.kind = 'changed' and e.at > m.moment), 0)
                   as changed_since,
               greatest(sum(e.amount) filter (
                   where e.kind = 'paid' and e.amount > 0 and e.at > m.moment), 0)
                   as returned_since
          from unnest(cast(:entities as bigint[]), cast(:moments as timestamptz[]))
               as m (entity, moment)
          join plugin_credit_limit.entry e on e.legal_entity_id = m.entity
          join fondaco_api.order_v1 o on o.id = e.order_id
          left join plugin_credit_limit.counted c on c.order_id = e.order_id
         group by e.legal_entity_id, e.order_id, o.number, o.uuid, o.state, c.order_id
        having sum(e.amount) <> 0 or o.state not in ('completed', 'cancelled')
            or o.state = 'completed' and c.order_id is null
    )
    select o.*, s.completed_at, coalesce(part.amount, 0) as amount,
           coalesce(part.returned, 0) as returned, {KNOWN_BY_NUMBER} as known_by_number
      from open o
      left join plugin_credit_limit.shipped s on s.order_id = o.order_id
      left join ({PARTS_ON_CREDIT} and p.order_id in (select order_id from open)
                 group by p.order_id) part on part.order_id = o.order_id
    """
)
_COUNT: TextClause = text(
    """
    insert into plugin_credit_limit.counted (order_id, amount, returned)
    select * from unnest(cast(:orders as bigint[]), cast(:amounts as numeric[]),
                         cast(:returned as numeric[]))
        on conflict (order_id) do update
       set amount = excluded.amount, returned = excluded.returned
    """
)


async def take_over(act: Act, said: Sequence[Said]) -> None:
    """What the messages count is held no longer; the accounts are locked by the caller.

    Three statements at most.
    """
    by_entity = {one.entity: one for one in said}
    asked = {
        "entities": list(by_entity),
        "moments": [one.moment for one in by_entity.values()],
        "way": CREDIT,
    }
    rows = [
        row
        for row in await act.fetch(_OPEN, asked)
        if _counts(by_entity[LegalEntityId(row.legal_entity_id)], row)
    ]
    if not rows:
        return
    await write(
        act,
        [(row.legal_entity_id, row.order_id, "taken_over", _since(row) - row.held) for row in rows],
    )
    await act.execute(
        _COUNT,
        {
            "orders": [row.order_id for row in rows],
            "amounts": [row.amount - row.changed_since for row in rows],
            "returned": [row.returned - row.returned_since for row in rows],
        },
    )


def _counts(said: Said, row: Any) -> bool:
    if str(row.uuid) in said.names or (row.known_by_number and row.number.casefold() in said.names):
        return True
    if row.completed_at is None:
        return False
    return said.moment is None or bool(row.completed_at < said.moment)


def _since(row: Any) -> Decimal:
    since: Decimal = row.changed_since + row.returned_since
    return since
