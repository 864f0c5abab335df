"""What the page of an order shows beyond itself: names, links, and why a line is so."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.orders.queries import FORMER_OF, FROZEN_LINE, scope_parameters
from fondaco.orders.service import no_order
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.price import PriceStep
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply

NAMES: TextClause = text(
    """
    select c.name, e.name, e.tax_id, s.name, a.number, coalesce(u.name, ''),
           u.id is not null and u.company_id is null,
           array(select p.uuid
                   from fondaco.order_line l
                   join fondaco.product p on p.id = l.product_id
                  where l.order_id = o.id and l.quantity > 0
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


class Former(Struct, frozen=True):
    """What a line was promised until `at` (aware UTC), and why it was decided anew."""

    at: datetime
    promised: date | None
    supply: LineSupply
    why: Reason


class FrozenLine(Struct, frozen=True):
    """Why a line costs what it costs and comes from where it comes, as it was decided.

    `former` is what was decided before, the newest first.
    """

    steps: tuple[PriceStep, ...]
    supply: LineSupply
    unit_price: Decimal
    total: Decimal
    currency: str
    former: tuple[Former, ...]


async def names_of(ask: AskContext, order_id: OrderId) -> OrderNames:
    """The names of an order that the asker was found to see. One statement."""
    rows = await ask.fetch(NAMES, {"order": order_id})
    return msgspec.convert(tuple(rows[0]), OrderNames)


async def frozen_line(ask: AskContext, order: UUID, line: UUID, scope: Scope) -> FrozenLine:
    """A line's decisions. Raises `NotFound`, also for another company's. Two statements."""
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
        tuple(
            Former(
                at,
                promised,
                msgspec.convert(was, LineSupply),
                Reason("order.dates_moved", ru, en),
            )
            for at, promised, was, ru, en in await ask.fetch(FORMER_OF, {"line": line})
        ),
    )
