"""The prices given by hand, as their list shows them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Date, TextClause, bindparam, text

from fondaco.hooks.context import AskContext
from fondaco.staff.price_model import today_of

MOST = 200

# Those for a line of somebody's cart go with it and are seen there.
_LIST: TextClause = text(
    """
    select m.uuid, c.uuid, c.name, p.uuid, p.sku, p.name, u.name, m.price, m.currency::text,
           m.reason, m.given_by, m.given_at, m.valid_to
      from fondaco.manual_price m
      join fondaco.company c on c.id = m.company_id
      join fondaco.product p on p.id = m.product_id
      join fondaco.unit u on u.code = p.unit_code
     where m.cart_line_id is null and m.ended_at is null and m.valid_to >= :today
       and (:wanted = '' or strpos(lower(p.sku), lower(:wanted)) > 0
            or strpos(lower(c.name), lower(:wanted)) > 0
            or strpos(lower(m.given_by), lower(:wanted)) > 0)
       and (cast(:company as bigint) is null or m.company_id = :company)
     order by m.valid_to, m.id
     limit :most
    """
).bindparams(bindparam("today", type_=Date))


class GivenRow(Struct, frozen=True, array_like=True):
    """A price of one base unit with VAT until the day `until`; `given_at` is aware UTC."""

    uuid: UUID
    company: UUID
    company_name: str
    product: UUID
    sku: str
    name: str
    unit: str
    price: Decimal
    currency: str
    reason: str
    given_by: str
    given_at: datetime
    until: date


async def given_list(
    ask: AskContext, wanted: str = "", company: int | None = None
) -> Sequence[GivenRow]:
    """Those in force, the first to end on top; `wanted` is part of an article or a name.

    One statement; one more than `MOST` at most.
    """
    rows = await ask.fetch(
        _LIST,
        {"today": today_of(ask), "wanted": wanted, "company": company, "most": MOST + 1},
    )
    return [msgspec.convert(tuple(row), GivenRow) for row in rows]
