"""The deliveries of the acting person's cart, as they are stored."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.acting import MAY_CHOOSE
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import OutletId, PlaceId

_DELIVERIES: TextClause = text(
    f"""
    select d.id, d.uuid, d.outlet_id, d.place_id, d.wanted_on,
           coalesce(o.uuid, p.uuid) as target, coalesce(o.name, p.name) as name,
           coalesce(o.address, p.address) as address,
           case when o.id is null then p.active and p.pickup else {MAY_CHOOSE} end as open
      from fondaco.cart_delivery d
      join fondaco.cart c on c.id = d.cart_id
      left join fondaco.outlet o on o.id = d.outlet_id
      left join fondaco.place p on p.id = d.place_id
     where c.company_id = :company and c.user_id = :user
     order by d.id
    """
)


class Delivery(Struct, frozen=True):
    """A part of a cart that the buyer has put together: an outlet's address, or a place where it is
    fetched, and the day on which it is wanted at the earliest (None: as soon as it is ready).

    `target` is the uuid of the outlet or place; `open`: this person may still choose it.
    """

    id: int
    uuid: UUID
    outlet: OutletId | None
    place: PlaceId | None
    wanted_on: date | None
    target: UUID
    name: str
    address: str
    open: bool

    @property
    def value(self) -> str:
        """What a form posts for where it goes."""
        return f"{'outlet' if self.outlet else 'place'}:{self.target}"


async def stored_deliveries(ask: AskContext) -> Sequence[Delivery]:
    """In the order in which they were made. One statement."""
    mine = {"company": ask.scope.company_id or 0, "user": ask.actor.user_id}
    return tuple(Delivery(*row) for row in await ask.fetch(_DELIVERIES, mine))
