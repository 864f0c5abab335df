"""Which customers a member of staff may deal with: all are seen, one's own are dealt with."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import Forbidden, NotFound
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.reason import Reason

VIEW = "customer.view"
MANAGE = "customer.manage"
ALL = "customer.manage_all"
_FIND: TextClause = text(
    """
    select c.id, c.uuid, c.name, c.state, c.state_reason, c.phone, c.created_at,
           (select t.uuid from fondaco.company t where t.id = c.merged_into) as merged_into,
           array(select distinct u.name from fondaco.user_account u where u.id = any(m.ids)),
           coalesce(:user = any(m.ids), false) or cardinality(m.ids) = 0,
           coalesce(c.external_id, '')
      from fondaco.company c
      cross join lateral (
          select array(select distinct g.manager_id
                         from fondaco.agreement g
                         join fondaco.legal_entity e on e.id = g.legal_entity_id
                        where e.company_id = c.id and g.active and g.manager_id is not null) as ids
      ) m
     where c.uuid = :uuid
    """
)


class Found(Struct, frozen=True, array_like=True):
    """A customer as staff found it; `mine`: the asker is its manager, or it has none.

    `external_id` is the ERP's id, "" where the ERP does not know it.
    """

    id: CompanyId
    uuid: UUID
    name: str
    state: str
    state_reason: str
    phone: str
    created_at: datetime
    merged_into: UUID | None
    managers: tuple[str, ...]
    mine: bool
    external_id: str

    def open_to(self, ask: AskContext) -> bool:
        """Whether the asker may deal with it."""
        return self.mine or ask.actor.may(ALL)


async def find_customer(ask: AskContext, uuid: UUID) -> Found:
    """A customer to look at. Raises `NotFound`. One statement."""
    rows = await ask.fetch(_FIND, {"uuid": uuid, "user": ask.actor.user_id})
    if not rows:
        raise NotFound(Reason("customer.absent", "Такого клиента нет", "There is no such customer"))
    return msgspec.convert(tuple(rows[0]), Found)


async def customer_for(ask: AskContext, uuid: UUID) -> Found:
    """A customer to deal with. Raises `NotFound`, and `Forbidden` for another manager's."""
    found = await find_customer(ask, uuid)
    if not found.open_to(ask):
        names = ", ".join(found.managers)
        raise Forbidden(
            Reason(
                "customer.other_manager",
                f"Этого клиента ведёт {names}. Обратитесь к этому менеджеру"
                " или к руководителю отдела продаж",
                f"This customer is {names}'s. Ask that manager or the head of sales",
            )
        )
    return found
