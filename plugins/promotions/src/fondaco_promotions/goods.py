"""Goods and customers as people type them, and back: articles, brands, categories, tax ids."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Text, TextClause, bindparam, text

from fondaco_promotions.campaign import Campaign
from fondaco_sdk.context import Ask
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import FormReading

MOST_ROWS = 1000
MOST_CATEGORIES = 2000

_PRODUCTS: TextClause = text(
    "select upper(sku) as key, id from fondaco_api.product_v1 where upper(sku) = any(:keys)"
).bindparams(bindparam("keys", type_=ARRAY(Text)))
_BRANDS: TextClause = text(
    "select distinct upper(brand) as key, brand as id from fondaco_api.product_v1"
    " where upper(brand) = any(:keys)"
).bindparams(bindparam("keys", type_=ARRAY(Text)))
_COMPANIES: TextClause = text(
    """
    select tax_id as key, company_id as id from fondaco_api.legal_entity_v1
     where tax_id = any(:keys)
    union
    select upper(name), id from fondaco_api.company_v1 where upper(name) = any(:keys)
    """
).bindparams(bindparam("keys", type_=ARRAY(Text)))
_CATEGORIES: TextClause = text(
    """
    with recursive path as (
        select id, name from fondaco_api.category_v1 where parent_id is null and active
        union all
        select v.id, p.name || ' / ' || v.name
          from fondaco_api.category_v1 v join path p on p.id = v.parent_id where v.active
    )
    select id, name from path order by name, id limit :most
    """
)
_NAMES: TextClause = text(
    """
    select 'products', p.sku, p.name from fondaco_api.product_v1 p where p.id = any(:products)
    union all
    select 'categories', v.id::text, v.name from fondaco_api.category_v1 v
     where v.id = any(:categories)
    union all
    select 'companies', coalesce(min(e.tax_id), c.name), c.name
      from fondaco_api.company_v1 c
      left join fondaco_api.legal_entity_v1 e on e.company_id = c.id and e.tax_id <> ''
     where c.id = any(:companies) group by c.id, c.name
     order by 1, 2
    """
).bindparams(
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("categories", type_=ARRAY(BigInteger)),
    bindparam("companies", type_=ARRAY(BigInteger)),
)


class Named(Struct, frozen=True):
    """What a campaign is for, as it is typed and as it is called."""

    typed: str
    name: str


async def products_in(ask: Ask, reading: FormReading) -> tuple[int, ...]:
    """The products whose articles stand in the field, one a row."""
    return await _read(ask, reading, "products", _PRODUCTS)


async def brands_in(ask: Ask, reading: FormReading) -> tuple[str, ...]:
    """The brands of the field as the catalogue writes them."""
    return await _read(ask, reading, "brands", _BRANDS)


async def companies_in(ask: Ask, reading: FormReading) -> tuple[int, ...]:
    """The companies whose tax ids or names stand in the field."""
    return await _read(ask, reading, "companies", _COMPANIES)


async def categories_in(ask: Ask, reading: FormReading) -> tuple[int, ...]:
    """The chosen categories; what is none of them is refused."""
    chosen = [int(c) for c in reading.all("categories") if c.isascii() and c.isdigit()]
    known = {id_ for id_, _ in await categories(ask)}
    if any(c not in known for c in chosen):
        reading.refuse("categories", _NO_CATEGORY)
    return tuple(dict.fromkeys(chosen))


async def categories(ask: Ask) -> Sequence[tuple[int, str]]:
    """Every category with its path, in order."""
    return [(row.id, row.name) for row in await ask.fetch(_CATEGORIES, {"most": MOST_CATEGORIES})]


async def names_of(ask: Ask, campaign: Campaign) -> Mapping[str, Sequence[Named]]:
    """What a campaign is for. One statement."""
    rows = await ask.fetch(
        _NAMES,
        {
            "products": list(campaign.products),
            "categories": list(campaign.categories),
            "companies": list(campaign.companies),
        },
    )
    found: dict[str, list[Named]] = {
        "products": [],
        "brands": [Named(brand, brand) for brand in campaign.brands],
        "categories": [],
        "companies": [],
    }
    for kind, typed, name in rows:
        found[kind].append(Named(typed, name))
    return found


async def _read(
    ask: Ask, reading: FormReading, field: str, statement: TextClause
) -> tuple[Any, ...]:
    typed = [row.strip() for row in reading.text(field).splitlines() if row.strip()]
    if not typed:
        return ()
    if len(typed) > MOST_ROWS:
        reading.refuse(field, _MANY)
        return ()
    keys = {row.upper(): row for row in typed}
    found: dict[str, set[object]] = {}
    for row in await ask.fetch(statement, {"keys": list(keys)}):
        found.setdefault(row.key, set()).add(row.id)
    missing = [typed for key, typed in keys.items() if key not in found]
    several = [typed for key, typed in keys.items() if len(found.get(key, ())) > 1]
    if missing:
        reading.refuse(field, _unknown(missing))
    elif several:
        reading.refuse(field, _several(several))
    return tuple(sorted({one for ids in found.values() for one in ids}, key=str))


def _unknown(rows: Sequence[str]) -> Reason:
    said = ", ".join(f"«{row}»" for row in rows[:5])
    more = len(rows) - 5
    return Reason(
        "promotions.unknown_rows",
        f"Не нашли: {said}" + (f" и ещё {more}" if more > 0 else ""),
        f"Not found: {said}" + (f" and {more} more" if more > 0 else ""),
    )


def _several(rows: Sequence[str]) -> Reason:
    said = ", ".join(f"«{row}»" for row in rows[:5])
    return Reason(
        "promotions.several",
        f"Под это подходит несколько: {said}. Для компании укажите ИНН",
        f"These mean several: {said}. For a company type the tax id",
    )


_MANY = Reason("promotions.many", f"Не больше {MOST_ROWS} строк", f"At most {MOST_ROWS} rows")
_NO_CATEGORY = Reason(
    "promotions.no_category",
    "Одной из категорий больше нет, выберите заново",
    "One of the categories is gone, choose again",
)
