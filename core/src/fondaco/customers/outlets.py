"""The outlets of the acting company for which a person may order."""

from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.acting import MAY_CHOOSE
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import OutletId

_CHOOSABLE: TextClause = text(
    f"""
    select o.id, o.uuid, o.name, o.address from fondaco.outlet o
     where o.company_id = :company and {MAY_CHOOSE}
     order by o.name, o.id
    """
)


class Outlet(Struct, frozen=True):
    """Where goods may go."""

    id: OutletId
    uuid: UUID
    name: str
    address: str


async def choosable_outlets(ask: AskContext) -> tuple[Outlet, ...]:
    """By name; none of another company, none that the person is not bound to. One statement."""
    mine: dict[str, Any] = {"company": ask.scope.company_id or 0, "user": ask.actor.user_id}
    return tuple(Outlet(*row) for row in await ask.fetch(_CHOOSABLE, mine))
