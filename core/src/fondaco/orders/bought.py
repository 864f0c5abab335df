"""What a company bought of a product before, on the portal and by the orders of the ERP."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import CompanyId, ProductId
from fondaco_sdk.types.order import OrderState

SHOWN = 5

# Lines of the ERP name goods by its id, else by an article that only one product on sale has.
_BOUGHT: TextClause = text(
    """
    with ours as (
        select false as earlier, o.uuid, o.number, o.placed_at, o.state, o.currency,
               sum(l.quantity) as quantity, sum(l.total) as total
          from fondaco.order_line l
          join fondaco.customer_order o on o.id = l.order_id
         where l.product_id = :product and o.company_id = :company and o.state <> 'cancelled'
           and l.quantity > 0
         group by o.id
    ), named as (
        select l.earlier_order_id, l.quantity, l.total
          from fondaco.product p
          join fondaco.earlier_order_line l on l.product_external_id = p.external_id
         where p.id = :product and p.external_id <> '' and l.product_external_id <> ''
        union all
        select l.earlier_order_id, l.quantity, l.total
          from fondaco.product_code k
          join fondaco.earlier_order_line l on l.sku_key = k.key and l.sku_key <> ''
         where k.product_id = :product and k.kind = 'sku'
           and not exists (select from fondaco.product g
                            where g.external_id = l.product_external_id
                              and l.product_external_id <> '')
           and not exists (select from fondaco.product_code other
                             join fondaco.product g on g.id = other.product_id and g.active
                            where other.kind = 'sku' and other.key = k.key
                              and other.product_id <> k.product_id)
    ), theirs as (
        select true as earlier, o.uuid, o.number, o.placed_at, o.state, o.currency,
               sum(n.quantity) as quantity, sum(n.total) as total
          from named n
          join fondaco.earlier_order o on o.id = n.earlier_order_id
         where o.company_id = :company and o.state <> 'cancelled'
         group by o.id
    )
    select *, count(*) over () as times, sum(quantity) over () as bought
      from (select * from ours union all select * from theirs) both_kinds
     order by placed_at desc, uuid desc
     limit :most
    """
)


class Purchase(Struct, frozen=True, array_like=True):
    """An order that held the product. `quantity` in base units, `total` with VAT in `currency`,
    after all discounts; `placed_at` is aware UTC. `earlier`: it came from the ERP."""

    earlier: bool
    uuid: UUID
    number: str
    placed_at: datetime
    state: OrderState
    currency: str
    quantity: Decimal
    total: Decimal

    @property
    def href(self) -> str:
        """Where the order is shown whole."""
        return f"/orders/{'earlier/' if self.earlier else ''}{self.uuid}"

    @property
    def unit_price(self) -> Decimal:
        """What one base unit came to."""
        return self.total / self.quantity


class Bought(Struct, frozen=True):
    """The newest purchases, and how many there were in all, of how much."""

    newest: Sequence[Purchase] = ()
    times: int = 0
    quantity: Decimal = Decimal(0)


async def bought_before(ask: AskContext, company: CompanyId, product: ProductId) -> Bought:
    """Orders of a company but cancelled ones, the newest first. One statement."""
    rows = await ask.fetch(_BOUGHT, {"company": company, "product": product, "most": SHOWN})
    if not rows:
        return Bought()
    newest = [msgspec.convert(tuple(row[:-2]), Purchase) for row in rows]
    return Bought(newest, rows[0].times, rows[0].bought)
