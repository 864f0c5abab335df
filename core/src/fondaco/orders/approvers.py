"""Who may approve an order: never its own buyer, each for the outlets they are bound to, and, where
nobody of the company may, the company's manager.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.identity.permissions import APPROVING_ROLES
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.ids import CompanyId, OrderId, UserId

ALL_CUSTOMERS = "customer.manage_all"
_ROLES = ", ".join(f"'{role}'" for role in APPROVING_ROLES)
# The person `u` answers for every outlet of the order `w`, or is bound to none.
ANSWERS_FOR = """
    (not exists (select from fondaco.user_outlet b where b.user_id = {user})
     or not exists (
         select from fondaco.order_approval_part p
          where p.order_id = w.id
            and not exists (select from fondaco.user_outlet b
                             where b.user_id = {user} and b.outlet_id = p.outlet_id)))
"""
_APPROVES = f"u.active and u.roles && array[{_ROLES}]::text[]"
# How many orders the person who asks may decide; for the navigation.
COUNT_WAITING = f"""
    (select count(*) from fondaco.customer_order w
      where w.company_id = :company and w.state = 'awaiting_approval'
        and w.user_id is distinct from :user and {ANSWERS_FOR.format(user=":user")})
"""
NOBODY_ELSE = f"""
    not exists (select from fondaco.user_account u
                 where u.company_id = w.company_id and {_APPROVES}
                   and u.id is distinct from w.user_id and {ANSWERS_FOR.format(user="u.id")})
"""
_MANAGERS = """
    array(select g.manager_id from fondaco.agreement g
            join fondaco.legal_entity e on e.id = g.legal_entity_id
           where e.company_id = {company} and g.active and g.manager_id is not null)
"""
# Its manager, or, where it has none, any; and whoever answers for all customers.
LOOKS_AFTER = f"""
    (cast(:all_customers as boolean) or :user = any({_MANAGERS.format(company="w.company_id")})
     or cardinality({_MANAGERS.format(company="w.company_id")}) = 0)
"""
# The same for staff: of customers they look after, what nobody of the company may decide.
COUNT_FOR_STAFF = f"""
    (select count(*) from fondaco.customer_order w
      where w.state = 'awaiting_approval' and w.user_id is distinct from :user
        and {NOBODY_ELSE} and {LOOKS_AFTER})
"""
_OF_ORDER: TextClause = text(
    f"""
    select u.id, u.name, u.email, u.locale
      from fondaco.customer_order w
      join fondaco.user_account u on u.company_id = w.company_id and {_APPROVES}
     where w.id = :order and u.id is distinct from w.user_id
       and {ANSWERS_FOR.format(user="u.id")}
     order by u.name, u.id
    """
)
_OF_SPENDING: TextClause = text(
    f"""
    select u.id, u.name, u.email, u.locale
      from fondaco.user_account u
     where u.company_id = :company and {_APPROVES} and u.id is distinct from :user
       and (not exists (select from fondaco.user_outlet b where b.user_id = u.id)
            or not exists (
                select from unnest(cast(:outlets as bigint[])) as wanted (outlet)
                 where not exists (select from fondaco.user_outlet b
                                    where b.user_id = u.id and b.outlet_id = wanted.outlet)))
     order by u.name, u.id
    """
)
_MANAGERS_OF: TextClause = text(
    f"""
    select u.id, u.name, u.email, u.locale from fondaco.user_account u
     where u.id = any({_MANAGERS.format(company=":company")}) and u.active
       and u.id is distinct from cast(:user as bigint)
     order by u.name, u.id
    """
)
_LOOKS_AFTER: TextClause = text(
    f"select {LOOKS_AFTER} from fondaco.customer_order w where w.id = :order"
)


class Approver(Struct, frozen=True, array_like=True):
    """Somebody who may approve; `locale` is the language they have chosen, if any."""

    id: UserId
    name: str
    email: str
    locale: str | None


async def approvers_of(ask: AskContext, order_id: OrderId) -> Sequence[Approver]:
    """The people of the company who may approve an order that waits. One statement."""
    return _people(await ask.fetch(_OF_ORDER, {"order": order_id}))


async def approvers_for(
    ask: AskContext, company: CompanyId, outlets: Iterable[int | None]
) -> Sequence[Approver]:
    """Those who might approve what the asker would order for these outlets. One statement."""
    return await approvers_but(ask, company, outlets, ask.actor.user_id)


async def approvers_but(
    ask: AskContext, company: CompanyId, outlets: Iterable[int | None], asker: UserId | None
) -> Sequence[Approver]:
    """Those who may approve what `asker` wants for these outlets. One statement."""
    parameters = {"company": company, "user": asker, "outlets": list(outlets)}
    return _people(await ask.fetch(_OF_SPENDING, parameters))


async def managers_of(ask: AskContext, company: CompanyId) -> Sequence[Approver]:
    """The company's managers on our side, without the asker. One statement."""
    return _people(await ask.fetch(_MANAGERS_OF, {"company": company, "user": ask.actor.user_id}))


async def looks_after(ask: AskContext, order_id: OrderId) -> bool:
    """Whether a member of staff answers for the customer of an order. One statement."""
    if ask.actor.kind is not ActorKind.STAFF or ask.on_behalf:
        return False
    rows = await ask.fetch(_LOOKS_AFTER, {"order": order_id, **staff_parameters(ask)})
    return bool(rows and rows[0][0])


def staff_parameters(ask: AskContext) -> dict[str, Any]:
    """What `LOOKS_AFTER` needs."""
    return {"user": ask.actor.user_id, "all_customers": ask.actor.may(ALL_CUSTOMERS)}


def _people(rows: Sequence[Any]) -> Sequence[Approver]:
    return tuple(msgspec.convert(tuple(row), Approver) for row in rows)
