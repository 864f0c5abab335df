"""For which legal entity and outlet a person may work: their own company's, and no others."""

from uuid import UUID

from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason

# Whether a person bound to outlets may choose the outlet `o`; whoever is bound to none may always.
MAY_CHOOSE = """
    (not exists (select from fondaco.user_outlet b where b.user_id = :user)
     or exists (select from fondaco.user_outlet b where b.user_id = :user and b.outlet_id = o.id))
"""
_ENTITY: TextClause = text(
    """
    select e.id from fondaco.legal_entity e
     where e.uuid = :uuid and e.company_id = :company
       and exists (select from fondaco.agreement g where g.legal_entity_id = e.id and g.active)
    """
)
_OUTLET: TextClause = text(
    f"""
    select o.id from fondaco.outlet o
     where o.uuid = :uuid and o.company_id = :company and {MAY_CHOOSE}
    """
)


async def own_entity(ask: AskContext, typed: str) -> int:
    """A legal entity under an agreement, of the acting company. Raises `NotFound` for any other."""
    return await _own(ask, _ENTITY, typed, {})


async def own_outlet(ask: AskContext, typed: str) -> int:
    """An outlet that the person may order for. Raises `NotFound` for any other."""
    return await _own(ask, _OUTLET, typed, {"user": ask.actor.user_id})


async def _own(ask: AskContext, statement: TextClause, typed: str, more: dict[str, object]) -> int:
    try:
        uuid = UUID(typed)
    except ValueError:
        raise _absent() from None
    rows = await ask.fetch(statement, {"uuid": uuid, "company": ask.scope.company_id or 0, **more})
    if not rows:
        raise _absent()
    return int(rows[0].id)


def _absent() -> NotFound:
    return NotFound(Reason("not_found", "Такой страницы нет", "There is no such page"))
