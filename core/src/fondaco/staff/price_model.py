"""What the pages about prices show, each read by few statements."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Date, TextClause, bindparam, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.reason import Reason

MOST = 500
FOUND = 50

_TODAY = bindparam("today", type_=Date)
# The last day, or the day of the end that somebody made.
_LAST = "coalesce(cast({row}.ended_at at time zone :zone as date), {row}.valid_to)"
_LATELY = f"coalesce({_LAST}, 'infinity') >= greatest({{row}}.valid_from, :today - 30)"

CUSTOMERS: TextClause = text(
    f"""
    select c.uuid, c.name,
           coalesce((select string_agg(e.name || ', ' || e.tax_id, '; ' order by e.id)
                       from fondaco.legal_entity e where e.company_id = c.id), ''),
           (select count(*) from fondaco.individual_price i
             where i.company_id = c.id and i.ended_at is null
               and (i.valid_to is null or i.valid_to >= :today)),
           (select count(*) from fondaco.discount_rule r
             where r.company_id = c.id and r.ended_at is null
               and (r.valid_to is null or r.valid_to >= :today))
      from fondaco.company c
     where :wanted = '' or strpos(lower(c.name), lower(:wanted)) > 0
        or exists (select from fondaco.legal_entity e
                    where e.company_id = c.id
                      and (strpos(lower(e.name), lower(:wanted)) > 0
                           or starts_with(e.tax_id, :wanted)))
     order by translate(lower(c.name), 'ё', 'е'), c.id
     limit {FOUND}
    """
).bindparams(_TODAY)
CUSTOMER: TextClause = text(
    """
    select c.id, c.uuid, c.name,
           (select coalesce(json_agg(json_build_array(e.id, e.uuid, e.name) order by e.id), '[]')
              from fondaco.legal_entity e where e.company_id = c.id),
           (select coalesce(json_agg(json_build_array(
                       a.id, a.uuid, case when a.number = '' then e.name
                                          else a.number || ', ' || e.name end) order by a.id), '[]')
              from fondaco.agreement a join fondaco.legal_entity e on e.id = a.legal_entity_id
             where e.company_id = c.id and a.active)
      from fondaco.company c where c.uuid = :uuid
    """
)
PRICES: TextClause = text(
    f"""
    select i.uuid, p.uuid, p.sku, p.name, u.name, coalesce(e.name, ''), i.min_quantity, i.price,
           i.currency, i.vat_included, i.valid_from, {_LAST.format(row="i")},
           i.ended_at is not null
      from fondaco.individual_price i
      join fondaco.product p on p.id = i.product_id
      join fondaco.unit u on u.code = p.unit_code
      left join fondaco.legal_entity e on e.id = i.legal_entity_id
     where i.company_id = :company
       and {_LATELY.format(row="i")}
     order by p.sku, e.name nulls first, i.min_quantity, i.valid_from
     limit {MOST}
    """
).bindparams(_TODAY)
RULES: TextClause = text(
    f"""
    select r.uuid, coalesce(a.number, ''), r.agreement_id is not null, r.brand,
           coalesce(c.name, ''), r.price_group, r.percent, r.valid_from, {_LAST.format(row="r")},
           r.ended_at is not null
      from fondaco.discount_rule r
      left join fondaco.agreement a on a.id = r.agreement_id
      left join fondaco.category c on c.id = r.category_id
     where r.company_id = :company
       and {_LATELY.format(row="r")}
     order by r.agreement_id nulls last, r.brand, c.name, r.price_group, r.valid_from
     limit {MOST}
    """
).bindparams(_TODAY)
MARGINS: TextClause = text(
    """
    select m.uuid, coalesce(c.name, ''), m.price_group, m.min_percent, m.max_percent
      from fondaco.margin_rule m left join fondaco.category c on c.id = m.category_id
     where m.ended_at is null
     order by c.name nulls first, m.price_group
    """
)
GROUPS: TextClause = text(
    "select distinct price_group from fondaco.product_pricing where price_group <> ''"
    " order by price_group limit 200"
)
BRAND: TextClause = text(
    "select brand from fondaco.product where lower(brand) = lower(:brand) limit 1"
)

State = Literal["now", "ahead", "ended"]


class Listed(Struct, frozen=True, array_like=True):
    """A customer among others; counts are of conditions that have not ended."""

    uuid: UUID
    name: str
    entities: str
    prices: int
    rules: int


class Choice(Struct, frozen=True, array_like=True):
    """A legal entity or an agreement to choose."""

    id: int
    uuid: UUID
    name: str


class Customer(Struct, frozen=True, array_like=True):
    """The customer whose conditions are shown."""

    id: CompanyId
    uuid: UUID
    name: str
    entities: tuple[Choice, ...]
    agreements: tuple[Choice, ...]


class PriceRow(Struct, frozen=True, array_like=True):
    """An individual price; `entity` "" for the whole company. `ended`: somebody has ended it."""

    uuid: UUID
    product: UUID
    sku: str
    name: str
    unit: str
    entity: str
    min_quantity: Decimal
    price: Decimal
    currency: str
    vat_included: bool
    valid_from: date
    valid_to: date | None
    ended: bool

    def state(self, today: date) -> State:
        """Whether it counts today."""
        return "ended" if self.ended else _state(self.valid_from, self.valid_to, today)


class RuleRow(Struct, frozen=True, array_like=True):
    """A rule of the matrix; `own`: of the agreement `number`; "" names no goods."""

    uuid: UUID
    number: str
    own: bool
    brand: str
    category: str
    price_group: str
    percent: Decimal
    valid_from: date
    valid_to: date | None
    ended: bool

    def state(self, today: date) -> State:
        """Whether it counts today."""
        return "ended" if self.ended else _state(self.valid_from, self.valid_to, today)


class MarginRow(Struct, frozen=True, array_like=True):
    """A floor and a cap, in percent above the cost."""

    uuid: UUID
    category: str
    price_group: str
    low: Decimal | None
    high: Decimal | None


async def find_customers(ask: AskContext, wanted: str) -> Sequence[Listed]:
    """Customers whose name, or a legal entity's name or tax id, holds a text. One statement."""
    rows = await ask.fetch(CUSTOMERS, {"wanted": wanted, "today": today_of(ask)})
    return [msgspec.convert(tuple(row), Listed) for row in rows]


async def find_customer(ask: AskContext, uuid: UUID) -> Customer:
    """One customer. Raises `NotFound`."""
    for row in await ask.fetch(CUSTOMER, {"uuid": uuid}):
        return msgspec.convert(tuple(row), Customer)
    raise NotFound(Reason("customer.absent", "Такого клиента нет", "There is no such customer"))


async def prices_of(ask: AskContext, customer: Customer) -> Sequence[PriceRow]:
    """Individual prices of now, of later, and of the last 30 days. One statement."""
    rows = await ask.fetch(PRICES, _of_late(ask, customer))
    return [msgspec.convert(tuple(row), PriceRow) for row in rows]


async def rules_of(ask: AskContext, customer: Customer) -> Sequence[RuleRow]:
    """Rules of now, of later, and of the last 30 days. One statement."""
    rows = await ask.fetch(RULES, _of_late(ask, customer))
    return [msgspec.convert(tuple(row), RuleRow) for row in rows]


async def margins(ask: AskContext) -> Sequence[MarginRow]:
    """All floors and caps. One statement."""
    return [msgspec.convert(tuple(row), MarginRow) for row in await ask.fetch(MARGINS)]


async def price_groups(ask: AskContext) -> Sequence[str]:
    """The price groups that products are in. One statement."""
    return [row[0] for row in await ask.fetch(GROUPS)]


async def known_brand(ask: AskContext, typed: str) -> str:
    """A brand as the catalogue spells it; "" if there is none. One statement."""
    return next((row[0] for row in await ask.fetch(BRAND, {"brand": typed})), "")


def today_of(ask: AskContext) -> date:
    """Today, where the site is."""
    return ask.now.astimezone(ask.zone).date()


def _of_late(ask: AskContext, customer: Customer) -> Mapping[str, object]:
    return {"company": customer.id, "today": today_of(ask), "zone": str(ask.zone)}


def _state(start: date, end: date | None, today: date) -> State:
    if end is not None and end < today:
        return "ended"
    return "ahead" if start > today else "now"
