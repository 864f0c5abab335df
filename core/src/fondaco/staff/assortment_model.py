"""What the pages about assortments show; the number of statements does not depend on the rows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.assortments.membership import as_number
from fondaco.assortments.service import no_assortment
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import CompanyId

MOST_REQUESTS = 200
MOST_SHOWN = 200

_LIST: TextClause = text(
    """
    select a.uuid, a.name, a.description, a.cells,
           (select count(*) from fondaco.assortment_rule r where r.assortment_id = a.id),
           (select count(distinct b.company_id) from fondaco.assortment_binding b
             where b.assortment_id = a.id),
           coalesce((select b.effect from fondaco.assortment_binding b
                      where b.assortment_id = a.id and b.company_id is null), '')
      from fondaco.assortment a
     where a.removed_at is null and (cast(:uuid as uuid) is null or a.uuid = :uuid)
     order by translate(lower(a.name), 'ё', 'е'), a.id
    """
)
_REMOVED: TextClause = text(
    "select name from fondaco.assortment where uuid = :uuid and removed_at is not null"
)
# How many products on sale stand in each cell.
_FILLED: TextClause = text(
    "select cell_id, count(*) from fondaco.product where active and cell_id is not null"
    " group by cell_id"
)
_RULES: TextClause = text(
    f"""
    select r.uuid, r.excludes, coalesce(c.uuid::text, ''), coalesce(c.name, ''), r.brand,
           coalesce(p.uuid::text, ''), coalesce(p.sku, ''), coalesce(p.name, '')
      from fondaco.assortment_rule r
      join fondaco.assortment a on a.id = r.assortment_id and a.uuid = :uuid
      left join fondaco.category c on c.id = r.category_id
      left join fondaco.product p on p.id = r.product_id
     order by r.excludes, r.product_id is not null, c.name, r.brand, p.sku
     limit {MOST_SHOWN}
    """
)
_BOUND_TO: TextClause = text(
    f"""
    select b.uuid, c.uuid, c.name, coalesce(o.name, ''), b.effect
      from fondaco.assortment_binding b
      join fondaco.assortment a on a.id = b.assortment_id and a.uuid = :uuid
      join fondaco.company c on c.id = b.company_id
      left join fondaco.outlet o on o.id = b.outlet_id
     order by translate(lower(c.name), 'ё', 'е'), c.id, o.name nulls first
     limit {MOST_SHOWN}
    """
)
_EVERYBODY: TextClause = text(
    """
    select b.uuid from fondaco.assortment_binding b
      join fondaco.assortment a on a.id = b.assortment_id and a.uuid = :uuid
     where b.company_id is null
    """
)
_REQUESTS: TextClause = text(
    f"""
    select r.uuid, c.uuid, c.name, p.uuid, p.sku, p.name, u.name, r.asked_at
      from fondaco.assortment_request r
      join fondaco.company c on c.id = r.company_id
      join fondaco.product p on p.id = r.product_id
      join fondaco.user_account u on u.id = r.user_id
     where r.state = 'open'
     order by r.id
     limit {MOST_REQUESTS}
    """
)
_OF_CUSTOMER: TextClause = text(
    """
    select b.uuid, a.uuid, a.name, coalesce(o.uuid::text, ''), coalesce(o.name, ''), b.effect
      from fondaco.assortment_binding b
      join fondaco.assortment a on a.id = b.assortment_id
      left join fondaco.outlet o on o.id = b.outlet_id
     where b.company_id = :company
     order by o.name nulls first, a.name
    """
)
_GRANTS: TextClause = text(
    f"""
    select p.uuid, p.sku, p.name, g.granted_at
      from fondaco.assortment_grant g join fondaco.product p on p.id = g.product_id
     where g.company_id = :company
     order by g.granted_at desc, p.sku
     limit {MOST_SHOWN}
    """
)


class Listed(Struct, frozen=True):
    """An assortment; `products` on sale are in it, of `of` altogether.

    `everybody`: its effect for customers who have none of their own, "" for no effect.
    """

    uuid: UUID
    name: str
    description: str
    products: int
    of: int
    rules: int
    companies: int
    everybody: str


class RuleRow(Struct, frozen=True, array_like=True):
    """A rule in words; `category`, `brand` and `product` are "" where it does not name one."""

    uuid: UUID
    excludes: bool
    category_uuid: str
    category: str
    brand: str
    product_uuid: str
    sku: str
    product: str


class BoundTo(Struct, frozen=True, array_like=True):
    """For whom an assortment counts; `outlet` "" for the whole company."""

    uuid: UUID
    company: UUID
    name: str
    outlet: str
    effect: str


class RequestRow(Struct, frozen=True, array_like=True):
    """Who asked for what; `asked_at` is aware UTC."""

    uuid: UUID
    company: UUID
    company_name: str
    product: UUID
    sku: str
    name: str
    person: str
    asked_at: datetime


class OfCustomer(Struct, frozen=True, array_like=True):
    """An assortment that counts for a customer, or for one outlet."""

    uuid: UUID
    assortment: UUID
    name: str
    outlet_uuid: str
    outlet: str
    effect: str


class GrantRow(Struct, frozen=True, array_like=True):
    """A single product that a customer may order whatever the assortments say."""

    product: UUID
    sku: str
    name: str
    granted_at: datetime


async def list_assortments(ask: AskContext, uuid: UUID | None = None) -> Sequence[Listed]:
    """All of them with what they hold, or the one of `uuid`. Two statements."""
    rows = await ask.fetch(_LIST, {"uuid": uuid})
    filled = [(1 << cell, number) for cell, number in await ask.fetch(_FILLED)]
    everything = sum(number for _, number in filled)
    return [
        Listed(one, name, said, _products(as_number(cells), filled), everything, *counts)
        for one, name, said, cells, *counts in rows
    ]


async def find_assortment(ask: AskContext, uuid: UUID) -> Listed:
    """One of them. Raises `NotFound`."""
    found = await list_assortments(ask, uuid)
    if not found:
        raise no_assortment()
    return found[0]


async def removed_name(ask: AskContext, uuid: UUID) -> str:
    """The name of one that can be brought back; "" if there is none."""
    return next((row.name for row in await ask.fetch(_REMOVED, {"uuid": uuid})), "")


async def rules_of(ask: AskContext, uuid: UUID) -> Sequence[RuleRow]:
    """The rules of an assortment: what belongs to it, then what does not."""
    return [msgspec.convert(tuple(row), RuleRow) for row in await ask.fetch(_RULES, {"uuid": uuid})]


async def bound_to(ask: AskContext, uuid: UUID) -> Sequence[BoundTo]:
    """The customers of an assortment."""
    rows = await ask.fetch(_BOUND_TO, {"uuid": uuid})
    return [msgspec.convert(tuple(row), BoundTo) for row in rows]


async def everybody_binding(ask: AskContext, uuid: UUID) -> UUID | None:
    """The binding by which it counts for everybody."""
    return next((row.uuid for row in await ask.fetch(_EVERYBODY, {"uuid": uuid})), None)


async def open_requests(ask: AskContext) -> Sequence[RequestRow]:
    """Requests without an answer, the oldest first."""
    return [msgspec.convert(tuple(row), RequestRow) for row in await ask.fetch(_REQUESTS)]


async def assortments_of(ask: AskContext, company: CompanyId) -> Sequence[OfCustomer]:
    """What counts for a customer and its outlets."""
    rows = await ask.fetch(_OF_CUSTOMER, {"company": company})
    return [msgspec.convert(tuple(row), OfCustomer) for row in rows]


async def grants_of(ask: AskContext, company: CompanyId) -> Sequence[GrantRow]:
    """What was granted to a customer, the newest first."""
    rows = await ask.fetch(_GRANTS, {"company": company})
    return [msgspec.convert(tuple(row), GrantRow) for row in rows]


def _products(cells: int, filled: Sequence[tuple[int, int]]) -> int:
    return sum(number for bit, number in filled if cells & bit)
