"""The look-ups that pages wait for: by products, and by what a buyer typed; a statement each."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import ARRAY, BigInteger, Date, Integer, Text, TextClause, bindparam, text

from fondaco_sdk.article_key import article_key
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match, MatchRank
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.substitute import Substitute, SubstituteKind

_IN_FORCE = """r.ended_at is null
       and (r.starts_on is null or r.starts_on <= :today)
       and (r.ends_on is null or r.ends_on >= :today)"""

MOST_OF_ONE, LEAST_OF_ONE, MOST_TOGETHER = 200, 20, 10_000
"""So many references of one product are looked at, the best first: 200 for a product's page, fewer
where many products are asked for, so that they are some 10,000 together, and 20 at least. The
kernel prices ten of a product; the others leave room for what this customer may not order. A hub
with 20,000 references, a bolt of every engine, would otherwise take a page's time for what nobody
reads."""

# The best kind first, of one kind the surest: the order of the indexes `reference_best_idx` and
# `reference_back_idx`, so that a hub costs no more than its first rows.
_BEST = "array_position(array['full', 'upgrade', 'cheaper', 'limited'], r.kind), r.confidence desc"


def _of_one(side: str, other: str, where: str) -> str:
    return f"""
        (select r.{other} as id, r.kind, r.note_ru, r.note_en, r.confidence, r.source
           from plugin_analogues.reference r
           join fondaco_api.product_v1 p on p.id = r.{other} and p.active
          where r.{side} = wanted.id and {where} and {_IN_FORCE}
          order by {_BEST}, r.{other}
          limit :most)
    """


BY_PRODUCTS: TextClause = text(
    f"""
    select wanted.id, found.*
      from unnest(:products) as wanted (id)
     cross join lateral (
        select r.* from (
            {_of_one("product_id", "other_id", "r.other_id is not null")}
            union all
            {_of_one("other_id", "product_id", "r.both_ways")}
        ) r
        order by {_BEST}, r.id
        limit :most
     ) found
    """
).bindparams(
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("today", type_=Date),
    bindparam("most", type_=Integer),
)

BY_KEYS: TextClause = text(
    f"""
    select r.number_key, r.product_id, r.brand, r.number, r.kind, r.note_ru, r.note_en
      from plugin_analogues.reference r
     where r.number_key = any(:keys) and r.other_id is null and {_IN_FORCE}
    union all
    select r.branded_key, r.product_id, r.brand, r.number, r.kind, r.note_ru, r.note_en
      from plugin_analogues.reference r
     where r.branded_key = any(:keys) and r.branded_key <> '' and r.other_id is null
       and {_IN_FORCE}
    """
).bindparams(bindparam("keys", type_=ARRAY(Text)), bindparam("today", type_=Date))


async def substitutes_of(ask: Ask, products: Sequence[ProductId]) -> Sequence[Substitute]:
    """What is in force and on sale and stands in for the products; chains are not followed."""
    if not products:
        return ()
    most = max(LEAST_OF_ONE, min(MOST_OF_ONE, MOST_TOGETHER // len(products)))
    found = await ask.fetch(
        BY_PRODUCTS, {"products": list(products), "today": _today(ask), "most": most}
    )
    return [
        Substitute(
            ProductId(product),
            ProductId(other),
            SubstituteKind(kind),
            limit_of(kind, note_ru, note_en),
            Decimal(confidence),
            source,
        )
        for product, other, kind, note_ru, note_en, confidence, source in found
    ]


async def matches_of(ask: Ask, rows: Sequence[ArticleRow]) -> Sequence[Match]:
    """Rows that are a number of another brand, alone or with the brand before it."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for spelled in (row.article, *row.alternates):
            if key := article_key(spelled):
                wanted[key].add(row.row)
    if not wanted:
        return ()
    found = await ask.fetch(BY_KEYS, {"keys": list(wanted), "today": _today(ask)})
    matches = {
        (row, product): Match(
            row,
            ProductId(product),
            MatchRank.CROSS_REFERENCE,
            _stands_for(f"{brand} {number}".strip(), limit_of(kind, note_ru, note_en)),
        )
        for key, product, brand, number, kind, note_ru, note_en in found
        for row in wanted[key]
    }
    return list(matches.values())


def limit_of(kind: str, note_ru: str, note_en: str) -> Reason | None:
    """What a reference says beyond its kind, in both languages, though it was typed in one."""
    if not note_ru:
        return None
    if kind == SubstituteKind.LIMITED:
        return Reason("analogues.limit", f"Ограничение: {note_ru}", f"Limit: {note_en or note_ru}")
    return Reason("analogues.note", f"Примечание: {note_ru}", f"Note: {note_en or note_ru}")


def _stands_for(number: str, limit: Reason | None) -> Reason:
    ru, en = f"Аналог номера {number}", f"Stands in for {number}"
    if limit is not None:
        ru, en = f"{ru}. {limit.ru}", f"{en}. {limit.en}"
    return Reason("analogues.cross_reference", ru, en, {"number": number})


def _today(ask: Ask) -> object:
    return ask.now.astimezone(ask.zone).date()
