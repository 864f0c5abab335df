"""What the pages of orders show beyond an order itself: names, links, and why a line is so."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import DateTime, TextClause, Uuid, bindparam, text

from fondaco.hooks.context import AskContext
from fondaco.orders.queries import FROZEN_LINE, scope_parameters
from fondaco.orders.service import no_order
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.price import PriceStep
from fondaco_sdk.types.supply import LineSupply

# Orders of the portal and of the ERP by their day; each kind gives its newest by its own index.
_LISTED = """
    select o.earlier, o.uuid, o.number, o.placed_at, o.state, o.total, o.currency, c.name, e.name,
           o.customer_reference, o.lines, o.shipments
      from (
        (select false as earlier, o.uuid, o.number, o.placed_at, o.state, o.total, o.currency,
                o.company_id, o.legal_entity_id, o.customer_reference,
                (select count(*) from fondaco.order_line l where l.order_id = o.id) as lines,
                (select count(*) from fondaco.shipment s where s.order_id = o.id) as shipments
           from fondaco.customer_order o
          where {scope} and (o.placed_at, o.uuid) < (:at, :uuid)
            and (strpos(o.number, :wanted) > 0
                 or strpos(lower(o.customer_reference), lower(:wanted)) > 0)
          order by o.placed_at desc, o.uuid desc limit :most)
        union all
        (select true, o.uuid, o.number, o.placed_at, o.state, o.total, o.currency,
                o.company_id, o.legal_entity_id, '',
                (select count(*) from fondaco.earlier_order_line l
                  where l.earlier_order_id = o.id), 1
           from fondaco.earlier_order o
          where {scope} and (o.placed_at, o.uuid) < (:at, :uuid)
            and strpos(o.number, :wanted) > 0
          order by o.placed_at desc, o.uuid desc limit :most)
      ) o
      join fondaco.company c on c.id = o.company_id
      join fondaco.legal_entity e on e.id = o.legal_entity_id
     order by o.placed_at desc, o.uuid desc
     limit :most
"""
_OF_ALL, _OF_COMPANY = (
    text(_LISTED.format(scope=scope)).bindparams(
        bindparam("at", type_=DateTime(timezone=True)), bindparam("uuid", type_=Uuid)
    )
    for scope in ("true", "o.company_id = cast(:company as bigint)")
)
NAMES: TextClause = text(
    """
    select c.name, e.name, e.tax_id, s.name, a.number, coalesce(u.name, ''),
           u.id is not null and u.company_id is null,
           array(select p.uuid
                   from fondaco.order_line l
                   join fondaco.product p on p.id = l.product_id
                  where l.order_id = o.id
                  order by l.position)
      from fondaco.customer_order o
      join fondaco.company c on c.id = o.company_id
      join fondaco.legal_entity e on e.id = o.legal_entity_id
      join fondaco.seller s on s.id = o.seller_id
      join fondaco.agreement a on a.id = o.agreement_id
      left join fondaco.user_account u on u.id = o.user_id
     where o.id = :order
    """
)


class Place(Struct, frozen=True):
    """Where a list of orders goes on: below this order. `placed_at` is aware UTC."""

    placed_at: datetime
    uuid: UUID


TOP = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


class ListedOrder(Struct, frozen=True, array_like=True):
    """An order as a list shows it; `placed_at` is aware UTC, `total` includes VAT.

    `earlier`: it came from the ERP and was never placed on the portal.
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

    @property
    def href(self) -> str:
        """Where it is shown whole."""
        return f"/orders/{'earlier/' if self.earlier else ''}{self.uuid}"

    @property
    def place(self) -> Place:
        """Where the list goes on after it."""
        return Place(self.placed_at, self.uuid)


class OrderNames(Struct, frozen=True, array_like=True):
    """Who ordered from whom, under which agreement, and the product of every line.

    `on_behalf`: one of our own staff placed it for the customer.
    """

    company: str
    legal_entity: str
    tax_id: str
    seller: str
    agreement: str
    placed_by: str
    on_behalf: bool
    products: tuple[UUID, ...]


class FrozenLine(Struct, frozen=True):
    """Why a line costs what it costs and comes from where it comes, as it was decided."""

    steps: tuple[PriceStep, ...]
    supply: LineSupply
    unit_price: Decimal
    total: Decimal
    currency: str


async def list_orders(
    ask: AskContext, scope: Scope, *, below: Place = TOP, wanted: str = "", most: int = 50
) -> Sequence[ListedOrder]:
    """Orders of the portal and earlier ones, newest first, whose number or customer's reference
    holds `wanted`. One statement."""
    parameters = {"at": below.placed_at, "uuid": below.uuid, "wanted": wanted, "most": most}
    if scope.everything:
        rows = await ask.fetch(_OF_ALL, parameters)
    else:
        rows = await ask.fetch(_OF_COMPANY, {**parameters, "company": scope.company_id or 0})
    return tuple(msgspec.convert(tuple(row), ListedOrder) for row in rows)


async def names_of(ask: AskContext, order_id: OrderId) -> OrderNames:
    """The names of an order that the asker was found to see. One statement."""
    rows = await ask.fetch(NAMES, {"order": order_id})
    return msgspec.convert(tuple(rows[0]), OrderNames)


async def frozen_line(ask: AskContext, order: UUID, line: UUID, scope: Scope) -> FrozenLine:
    """A line's decisions. Raises `NotFound`, also for another company's."""
    parameters: Mapping[str, object] = {"uuid": order, "line": line, **scope_parameters(scope)}
    rows = await ask.fetch(FROZEN_LINE, parameters)
    if not rows:
        raise no_order()
    steps, supply, unit_price, total, currency = rows[0]
    return FrozenLine(
        msgspec.convert(steps, tuple[PriceStep, ...]),
        msgspec.convert(supply, LineSupply),
        unit_price,
        total,
        currency,
    )
