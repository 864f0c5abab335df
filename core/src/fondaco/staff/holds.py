"""Who holds what: goods of orders, and of people at the checkout."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.web.routing import route
from fondaco_sdk.web import Page

MOST = 200

# The customer's data of a hold is in sight as its orders are: by the scope.
HOLDS: TextClause = text(
    """
    select p.uuid, p.sku, p.name, u.name, w.name, sum(r.quantity), c.name,
           o.number, o.uuid, a.name,
           extract(epoch from min(r.expires_at) - clock_timestamp())::double precision
      from fondaco.reservation r
      join fondaco.stock_row s on s.id = r.stock_id
      join fondaco.product p on p.id = s.product_id
      join fondaco.unit u on u.code = p.unit_code
      join fondaco.place w on w.id = s.place_id
      left join fondaco.order_line l on l.id = r.order_line_id
      left join fondaco.customer_order o on o.id = l.order_id
      left join fondaco.user_account a on a.id = r.user_id
      join fondaco.company c on c.id = coalesce(o.company_id, r.company_id)
     where r.state = 'held' and (r.expires_at is null or r.expires_at > clock_timestamp())
       and (:everything or c.id = :company)
       and (:wanted = '' or strpos(lower(p.sku), lower(:wanted)) > 0
            or strpos(lower(c.name), lower(:wanted)) > 0 or o.number = :wanted)
     group by p.uuid, p.sku, p.name, u.name, w.name, c.name, o.number, o.uuid, o.id, a.name
     order by min(r.expires_at) nulls last, o.id desc nulls last, p.sku
     limit :most
    """
)


class Line(Struct, frozen=True):
    """Goods of one place held by one order or person; `quantity` in base units.

    `seconds` are left by the database clock; None: until they are shipped.
    """

    product: UUID
    sku: str
    name: str
    unit: str
    place: str
    quantity: Decimal
    company: str
    order_number: str | None
    order: UUID | None
    person: str | None
    seconds: float | None


@route("GET", "/staff/holds", policy="stock.holds")
async def holds_page(ask: AskContext, q: str = "") -> Page:
    """Those that end first on top; `q` is a part of an article or a company, or an order's number.

    One statement.
    """
    wanted = q.strip()[:100]
    parameters: dict[str, Any] = {
        "wanted": wanted,
        "most": MOST + 1,
        "everything": ask.scope.everything,
        "company": ask.scope.company_id or 0,
    }
    found = [Line(*row) for row in await ask.fetch(HOLDS, parameters)]
    return Page(
        "staff/holds.html", {"lines": found[:MOST], "more": len(found) > MOST, "wanted": wanted}
    )
