"""An earlier order, as the ERP tells it: read whole, with the goods that the portal has today."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import DateTime, TextClause, Uuid, bindparam, text

from fondaco.hooks.context import AskContext
from fondaco.orders.listing import TOP, Place
from fondaco.orders.queries import scope_parameters
from fondaco.orders.service import no_order
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import CompanyId, ProductId
from fondaco_sdk.types.order import OrderState

_HEAD: TextClause = text(
    """
    select o.id, o.uuid, o.number, o.company_id, c.name, e.name, e.tax_id, o.state, o.currency,
           o.total, o.vat_total, o.comment, o.placed_at
      from fondaco.earlier_order o
      join fondaco.company c on c.id = o.company_id
      join fondaco.legal_entity e on e.id = o.legal_entity_id
     where o.uuid = :uuid
       and (cast(:everything as boolean) or o.company_id = cast(:company as bigint))
    """
)
# By the ERP's id of the goods, else by an article that only one of them has.
_LINES: TextClause = text(
    """
    select p.id, p.uuid, l.sku, l.name, l.unit, l.quantity, l.unit_price, l.total, l.vat_amount
      from fondaco.earlier_order_line l
      left join lateral (
          select coalesce(
              (select g.id from fondaco.product g
                where g.external_id = l.product_external_id and l.product_external_id <> ''),
              (select min(g.id) from fondaco.product_code k
                 join fondaco.product g on g.id = k.product_id and g.active
                where k.kind = 'sku' and k.key = l.sku_key and l.sku_key <> ''
               having count(distinct g.id) = 1)) as id
      ) found on true
      left join fondaco.product p on p.id = found.id
     where l.earlier_order_id = :id order by l.position
    """
)
# The order of the lists of pages, by the same index.
_LISTED: TextClause = text(
    """
    select o.uuid, o.number, e.name, e.tax_id, o.state, o.currency, o.total, o.vat_total,
           o.placed_at
      from fondaco.earlier_order o
      join fondaco.legal_entity e on e.id = o.legal_entity_id
     where (cast(:everything as boolean) or o.company_id = cast(:company as bigint))
       and (o.placed_at, o.uuid) < (:at, :uuid) and strpos(o.number, :wanted) > 0
     order by o.placed_at desc, o.uuid desc
     limit :most
    """
).bindparams(bindparam("at", type_=DateTime(timezone=True)), bindparam("uuid", type_=Uuid))


class ListedEarlier(Struct, frozen=True, array_like=True):
    """An order of the ERP in a list. Money in `currency`, VAT included; `placed_at` is aware UTC.

    `legal_entity` and `tax_id` are those of the customer who ordered.
    """

    uuid: UUID
    number: str
    legal_entity: str
    tax_id: str
    state: OrderState
    currency: str
    total: Decimal
    vat_total: Decimal
    placed_at: datetime

    @property
    def place(self) -> Place:
        """Where the list goes on after it."""
        return Place(self.placed_at, self.uuid)


class EarlierLine(Struct, frozen=True, array_like=True):
    """A line in the words of the ERP; `product_id` and `product` are None for goods that the portal
    does not have. Money in the order's currency, VAT included."""

    product_id: ProductId | None
    product: UUID | None
    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    vat_amount: Decimal


class EarlierOrder(Struct, frozen=True, array_like=True):
    """An order of the ERP. `placed_at` is aware UTC."""

    uuid: UUID
    number: str
    company_id: CompanyId
    company: str
    legal_entity: str
    tax_id: str
    state: OrderState
    currency: str
    total: Decimal
    vat_total: Decimal
    comment: str
    placed_at: datetime
    lines: Sequence[EarlierLine]

    @property
    def unknown(self) -> int:
        """How many lines name goods that the portal does not have."""
        return sum(line.product_id is None for line in self.lines)


async def earlier_orders(
    ask: AskContext, scope: Scope, *, below: Place = TOP, wanted: str = "", most: int = 50
) -> Sequence[ListedEarlier]:
    """They alone, newest first, whose number holds `wanted`. One statement."""
    rows = await ask.fetch(
        _LISTED,
        {
            "at": below.placed_at,
            "uuid": below.uuid,
            "wanted": wanted,
            "most": most,
            **scope_parameters(scope),
        },
    )
    return tuple(msgspec.convert(tuple(row), ListedEarlier) for row in rows)


async def earlier_order(ask: AskContext, uuid: UUID, scope: Scope) -> EarlierOrder:
    """One of them. Raises `NotFound`, also for another company's. Two statements."""
    heads = await ask.fetch(_HEAD, {"uuid": uuid, **scope_parameters(scope)})
    if not heads:
        raise no_order()
    rows = await ask.fetch(_LINES, {"id": heads[0].id})
    return msgspec.convert((*heads[0][1:], [tuple(row) for row in rows]), EarlierOrder)
