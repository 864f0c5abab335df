"""The customers for staff: found by name, tax id or e-mail, by their state, page by page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext

PER_PAGE = 50
MOST_PAGES = 10_000
STATES = ("applied", "active", "closed")

# `asked`: an application, or somebody who asks to join. A merged client is found by what it became.
_LIST: TextClause = text(
    f"""
    select c.uuid, c.name, c.state, c.created_at, r.asked,
           coalesce((select string_agg(concat_ws(', ', e.name, nullif(e.tax_id, '')), '; '
                                       order by e.id)
                       from fondaco.legal_entity e where e.company_id = c.id), ''),
           (select count(*) from fondaco.user_account u where u.company_id = c.id and u.active),
           (select count(*) from fondaco.outlet o where o.company_id = c.id),
           coalesce((select string_agg(distinct u.name, ', ')
                       from fondaco.agreement g
                       join fondaco.legal_entity e on e.id = g.legal_entity_id
                       join fondaco.user_account u on u.id = g.manager_id
                      where e.company_id = c.id and g.active), ''),
           greatest((select max(o.placed_at) from fondaco.customer_order o
                      where o.company_id = c.id),
                    (select max(o.placed_at) from fondaco.earlier_order o
                      where o.company_id = c.id)),
           c.external_id is not null
      from fondaco.company c
      cross join lateral (
          select count(*) as asked from fondaco.registration r
           where r.company_id = c.id and r.state = 'open') r
     where c.merged_into is null
       and (:state = '' or c.state = :state or (:state = 'applied' and r.asked > 0))
       and (:wanted = '' or strpos(lower(c.name), lower(:wanted)) > 0
            or exists (select from fondaco.legal_entity e
                        where e.company_id = c.id
                          and (strpos(lower(e.name), lower(:wanted)) > 0
                               or starts_with(e.tax_id, upper(:wanted))))
            or exists (select from fondaco.user_account u
                        where u.company_id = c.id and strpos(lower(u.email), lower(:wanted)) > 0)
            or exists (select from fondaco.registration q
                        where q.company_id = c.id and q.state = 'open'
                          and strpos(lower(q.email), lower(:wanted)) > 0))
     order by r.asked > 0 desc, translate(lower(c.name), 'ё', 'е'), c.id
     limit {PER_PAGE + 1} offset :skipped
    """
)
_COUNTS: TextClause = text(
    """
    select state, count(*) as number from fondaco.company where merged_into is null group by state
    union all
    select 'joins', count(*) from fondaco.registration where state = 'open' and joins
    """
)


class Listed(Struct, frozen=True, array_like=True):
    """A customer among others; `asked`: so many applications wait for an answer.

    `from_erp`: the ERP knows it.
    """

    uuid: UUID
    name: str
    state: str
    created_at: datetime
    asked: int
    entities: str
    people: int
    outlets: int
    managers: str
    last_order: datetime | None
    from_erp: bool


class Listing(Struct, frozen=True):
    """A page of the list."""

    rows: tuple[Listed, ...]
    more: bool
    counts: Mapping[str, int]


async def list_customers(ask: AskContext, wanted: str, state: str, page: int) -> Listing:
    """The customers whose name, tax id or e-mail holds `wanted`. Two statements."""
    parameters: dict[str, Any] = {
        "wanted": wanted,
        "state": state,
        "skipped": (page - 1) * PER_PAGE,
    }
    rows = await ask.fetch(_LIST, parameters)
    found = tuple(msgspec.convert(tuple(row), Listed) for row in rows)
    counts = {row.state: row.number for row in await ask.fetch(_COUNTS)}
    return Listing(found[:PER_PAGE], len(found) > PER_PAGE, counts)
