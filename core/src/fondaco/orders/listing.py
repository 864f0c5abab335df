"""The list of orders, of the portal and of the ERP, and how many new ones wait for staff."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import DateTime, TextClause, Uuid, bindparam, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.order import OrderState

# Orders of the portal and of the ERP by their day; each kind gives its newest by its own index.
_LISTED = """
    select o.earlier, o.uuid, o.number, o.placed_at, o.state, o.total, o.currency, c.name, e.name,
           o.customer_reference, o.lines, o.shipments, o.dates_moved
      from (
        (select false as earlier, o.uuid, o.number, o.placed_at, o.state, o.total, o.currency,
                o.company_id, o.legal_entity_id, o.customer_reference,
                (select count(*) from fondaco.order_line l
                  where l.order_id = o.id and l.quantity > 0) as lines,
                (select count(*) from fondaco.shipment s where s.order_id = o.id) as shipments,
                o.dates_moved
           from fondaco.customer_order o
          where {where} and (o.placed_at, o.uuid) < (:at, :uuid)
            and (strpos(o.number, :wanted) > 0
                 or strpos(lower(o.customer_reference), lower(:wanted)) > 0{customers})
          order by o.placed_at desc, o.uuid desc limit :most)
        union all
        (select true, o.uuid, o.number, o.placed_at, o.state, o.total, o.currency,
                o.company_id, o.legal_entity_id, '',
                (select count(*) from fondaco.earlier_order_line l
                  where l.earlier_order_id = o.id), 1, ''
           from fondaco.earlier_order o
          where {where} and (o.placed_at, o.uuid) < (:at, :uuid)
            and (strpos(o.number, :wanted) > 0{customers})
          order by o.placed_at desc, o.uuid desc limit :most)
      ) o
      join fondaco.company c on c.id = o.company_id
      join fondaco.legal_entity e on e.id = o.legal_entity_id
     order by o.placed_at desc, o.uuid desc
     limit :most
"""
_OF_COMPANY = "o.company_id = cast(:company as bigint)"
_IN_STATE = "o.state = :state"
_MANAGED = """
    select e.company_id from fondaco.agreement g
      join fondaco.legal_entity e on e.id = g.legal_entity_id
     where g.active and g.manager_id {is_given}
"""
# Of customers whose manager one is, and of those who have none.
_MINE = f"""
    (o.company_id in ({_MANAGED.format(is_given="= :user")})
     or o.company_id not in ({_MANAGED.format(is_given="is not null")}))
"""
# Both are read once and not for every order.
_CUSTOMERS = """
    or o.company_id = any(array(
        select c.id from fondaco.company c where strpos(lower(c.name), lower(:wanted)) > 0))
    or o.legal_entity_id = any(array(
        select e.id from fondaco.legal_entity e
         where strpos(lower(e.name), lower(:wanted)) > 0 or starts_with(e.tax_id, upper(:wanted))))
"""
# For the navigation. Where nobody ever confirms an order the newest thousand are enough to see it.
COUNT_PLACED = f"""
    (select count(*)
       from (select o.company_id from fondaco.customer_order o
              where o.state = 'placed' order by o.placed_at desc limit 1000) o
      where cast(:all_customers as boolean) or {_MINE})
"""


class Place(Struct, frozen=True):
    """Where a list of orders goes on: below this order. `placed_at` is aware UTC."""

    placed_at: datetime
    uuid: UUID


TOP = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


class Wanted(Struct, frozen=True):
    """Which orders. `text`: a part of the number or of the customer's reference.

    For staff it may be a part of the customer's name or the beginning of its tax id, and `mine` are
    those of customers whom the asker looks after.
    """

    text: str = ""
    state: OrderState | None = None
    mine: bool = False


class ListedOrder(Struct, frozen=True, array_like=True):
    """An order as a list shows it; `placed_at` is aware UTC, `total` includes VAT.

    `earlier`: it came from the ERP and was never placed on the portal. `dates_moved`: "later" or
    "sooner" until its buyer has seen it.
    """

    earlier: bool
    uuid: UUID
    number: str
    placed_at: datetime
    state: OrderState
    total: Decimal
    currency: str
    company: str
    legal_entity: str
    customer_reference: str
    lines: int
    shipments: int
    dates_moved: str = ""

    @property
    def href(self) -> str:
        """Where it is shown whole."""
        return f"/orders/{'earlier/' if self.earlier else ''}{self.uuid}"

    @property
    def place(self) -> Place:
        """Where the list goes on after it."""
        return Place(self.placed_at, self.uuid)


async def list_orders(
    ask: AskContext,
    scope: Scope,
    *,
    below: Place = TOP,
    wanted: Wanted = Wanted(),
    most: int = 50,
) -> Sequence[ListedOrder]:
    """Orders of the portal and earlier ones, newest first. One statement."""
    statement = _statement(
        of_company=not scope.everything,
        in_state=wanted.state is not None,
        mine=wanted.mine and scope.everything,
        by_customer=scope.everything and bool(wanted.text),
    )
    parameters = {
        "at": below.placed_at,
        "uuid": below.uuid,
        "wanted": wanted.text,
        "most": most,
        "company": scope.company_id or 0,
        "state": wanted.state,
        "user": ask.actor.user_id,
    }
    rows = await ask.fetch(statement, parameters)
    return tuple(msgspec.convert(tuple(row), ListedOrder) for row in rows)


@cache
def _statement(*, of_company: bool, in_state: bool, mine: bool, by_customer: bool) -> TextClause:
    """A statement for each way to ask, so that each has the plan of its own index."""
    asked = ((of_company, _OF_COMPANY), (in_state, _IN_STATE), (mine, _MINE))
    where = " and ".join(condition for wanted, condition in asked if wanted) or "true"
    return text(
        _LISTED.format(where=where, customers=_CUSTOMERS if by_customer else "")
    ).bindparams(bindparam("at", type_=DateTime(timezone=True)), bindparam("uuid", type_=Uuid))
