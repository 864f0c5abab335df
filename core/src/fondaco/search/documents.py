"""Search documents: what a product is found by, made from its codes, names and category."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco_sdk.context import AnyRow, Ask
from fondaco_sdk.providers.search import SearchDocument
from fondaco_sdk.types.ids import ProductId

_WORDS = (
    "translate(lower(concat_ws(' ', p.name, nullif(p.brand, ''), f.name, nullif(c.name, ''))),"
    " 'ё', 'е')"
)
_SIZED = (
    "regexp_replace(translate(w.words, 'авекмнорстух', 'abekmhopctyx'),"
    r" '(\d)\s*[x×*]\s*(?=\d)', '\1x', 'g')"
)
# Sizes and numbers as written and as one word: "DIN 933 М8 х 30" holds din933 and m8x30. The
# dearest part of a document, so what a piece holds is asked once for each piece.
_NUMBERED = rf"""
    select concat_ws(' ', string_agg(piece, ' ') filter (where digits and letters),
                     string_agg(piece || next, ' ')
                       filter (where (digits or length(piece) <= 4)
                                 and (digits or next_digits) and (letters or next_letters)))
      from (select piece, digits, letters, lead(piece) over () as next,
                   lead(digits) over () as next_digits, lead(letters) over () as next_letters
              from (select piece, piece ~ '\d' as digits, piece ~ '\D' as letters
                      from regexp_split_to_table({_SIZED}, '[^0-9a-zа-я]+')
                           as split (piece)) pieces) apart
"""
_REBUILD = f"""
    insert into fondaco.search_document (product_id, codes, words, vector, changed_at)
    select p.id, coalesce(k.codes, ''), w.words,
           to_tsvector('russian', w.words)
             || to_tsvector('simple', concat_ws(' ', n.numbered, lower(k.codes))),
           p.changed_at
      from fondaco.product p
      left join fondaco.family f on f.id = p.family_id
      left join fondaco.category c on c.id = p.category_id
     cross join lateral (select {_WORDS} as words) w
     cross join lateral ({_NUMBERED}) n (numbered)
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

_STALE = """
    select p.id
      from fondaco.product p
      left join fondaco.search_document d on d.product_id = p.id and d.product_id > :after
     where p.id > :after and p.id % :shares = :share
       and case when p.active then d.changed_at is distinct from p.changed_at
                else d.product_id is not null end
     order by p.id
     limit :most
"""
_READ = f"""
    select p.id, d.words, coalesce(n.numbered, ''), string_to_array(d.codes, ' '),
           coalesce(p.category_id, 0), p.brand, coalesce(p.cell_id, 0),
           array(select e.key || '~' || (v.value #>> '{{}}')
                   from jsonb_each(p.attributes) e
                  cross join lateral jsonb_path_query(e.value, '$[*]') v (value)
                  where jsonb_typeof(v.value) = 'string' order by 1)
      from fondaco.search_document d
      join fondaco.product p on p.id = d.product_id and p.active
     cross join lateral (select d.words) w
     cross join lateral ({_NUMBERED}) n (numbered)
"""
_READ_SOME = text(f"{_READ} where p.id = any(cast(:ids as bigint[])) order by p.id")
_READ_NEXT = text(f"{_READ} where p.id > :after order by p.id limit :most")


async def rebuild(connection: AsyncConnection, product_ids: Sequence[int]) -> None:
    """Make the documents of these products anew; those off sale lose theirs. Two statements."""
    ids = {"ids": list(product_ids)}
    await connection.execute(text(_DROP), ids)
    await connection.execute(text(_REBUILD), ids)


async def rebuild_stale(
    connection: AsyncConnection, after: int, most: int, *, share: int = 0, shares: int = 1
) -> int:
    """Make the next documents anew that are not of their product's last change, whoever made it.

    Takes up to `most` products with ids above `after`, of several who do so at the same time each
    its `share` (from 0); returns the last id, or 0 at the end.
    """
    wanted = {"after": after, "most": most, "share": share, "shares": shares}
    stale = await connection.execute(text(_STALE), wanted)
    ids = [row[0] for row in stale]
    if not ids:
        return 0
    await rebuild(connection, ids)
    return int(ids[-1])


async def documents_of(ask: Ask, ids: Sequence[int]) -> Sequence[SearchDocument]:
    """The documents of products as an engine outside takes them; none for what is off sale."""
    return [_document(row) for row in await ask.fetch(_READ_SOME, {"ids": list(ids)})]


async def documents_after(ask: Ask, after: int, most: int) -> Sequence[SearchDocument]:
    """The next documents in the order of their products' ids."""
    rows = await ask.fetch(_READ_NEXT, {"after": after, "most": most})
    return [_document(row) for row in rows]


def _document(row: AnyRow) -> SearchDocument:
    id, words, numbered, codes, category, brand, cell, values = row
    return SearchDocument(
        ProductId(id), words, numbered, tuple(codes), category, brand, cell, tuple(values)
    )
