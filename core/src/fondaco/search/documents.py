"""Search documents: what a product is found by, made from its codes, names and category."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.exchange.staging.merging import Merging

_WORDS = "translate(lower(concat_ws(' ', p.name, p.brand, f.name, c.name)), 'ё', 'е')"
_REBUILD = f"""
    insert into fondaco.search_document (product_id, codes, words, vector, changed_at)
    select p.id, coalesce(k.codes, ''), w.words, to_tsvector('russian', w.words), p.changed_at
      from fondaco.product p
      left join fondaco.family f on f.id = p.family_id
      left join fondaco.category c on c.id = p.category_id
     cross join lateral (select {_WORDS} as words) w
      left join lateral (select string_agg(distinct key, ' ' order by key) as codes
                           from fondaco.product_code where product_id = p.id) k on true
     where p.active and p.id = any(cast(:ids as bigint[]))
    on conflict (product_id) do update
       set codes = excluded.codes, words = excluded.words, vector = excluded.vector,
           changed_at = excluded.changed_at
"""
_DROP = """
    delete from fondaco.search_document d using fondaco.product p
     where d.product_id = any(cast(:ids as bigint[])) and p.id = d.product_id and not p.active
"""

_FORGET = "delete from fondaco.staging_document_change where run_id = :run"
_STALE = """
    insert into fondaco.staging_document_change (run_id, n, product_id)
    select :run, row_number() over (order by p.id), p.id
      from fondaco.product p left join fondaco.search_document d on d.product_id = p.id
     where case when p.active then d.changed_at is distinct from p.changed_at
                else d.product_id is not null end
"""
_SOME = """
    select product_id from fondaco.staging_document_change
     where run_id = :run and n between :first and :last
"""


async def rebuild(connection: AsyncConnection, product_ids: Sequence[int]) -> None:
    """Make the documents of these products anew; those off sale lose theirs. Two statements."""
    ids = {"ids": list(product_ids)}
    await connection.execute(text(_DROP), ids)
    await connection.execute(text(_REBUILD), ids)


async def find_stale(merging: Merging) -> int:
    """Number the products whose document is not of their last change; whoever changed them."""
    await merging.execute(_FORGET)
    return await merging.execute(_STALE)


async def rebuild_stale(merging: Merging, first: int, last: int) -> None:
    """Make the documents of the numbered products anew."""
    rows = await merging.rows(_SOME, first=first, last=last)
    await rebuild(merging.connection, [row[0] for row in rows])
