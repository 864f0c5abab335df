"""What the demo shows: goods of one category stand in for each other, and foreign numbers."""

from sqlalchemy import ARRAY, Text, bindparam, text

from fondaco_sdk.article_key import article_key
from fondaco_sdk.context import Act

_KNOWN = text("select 1 from plugin_analogues.reference limit 1")

# Goods of one category whose names begin alike: of another brand fully, of the same with a limit.
_PAIRS = text(
    """
    insert into plugin_analogues.reference
        (product_id, other_id, kind, both_ways, note_ru, note_en, confidence, source)
    select id, next_id, case when brand = next_brand then 'limited' else 'full' end, true,
           case when brand = next_brand then 'проверьте размеры по каталогу' else '' end,
           case when brand = next_brand then 'check the sizes in the catalogue' else '' end,
           0.9, 'demo'
      from (select id, brand, category_id,
                   lead(id) over by_name as next_id, lead(brand) over by_name as next_brand
              from fondaco_api.product_v1 where active and category_id is not null
            window by_name as (
                partition by category_id, split_part(name, ' ', 1), split_part(name, ' ', 2)
                order by name, id
            )) neighbours
     where next_id is not null
    """
)
_SOME = text("select id, sku from fondaco_api.product_v1 where active order by id limit 40")
_NUMBERS = text(
    """
    insert into plugin_analogues.reference
        (product_id, brand, number, number_key, branded_key, kind, source)
    select product_id, 'OEM', number, number_key, branded_key, 'full', 'demo'
      from unnest(cast(:products as bigint[]), :numbers, :keys, :branded)
           as added (product_id, number, number_key, branded_key)
    on conflict do nothing
    """
).bindparams(*(bindparam(name, type_=ARRAY(Text)) for name in ("numbers", "keys", "branded")))


async def furnish(act: Act) -> None:
    """Pairs of every category and numbers of another brand, unless the site has any."""
    if await act.fetch(_KNOWN):
        return
    await act.execute(_PAIRS)
    goods = await act.fetch(_SOME)
    numbers = [f"{90_000 + place * 37}-{sku[-3:]}" for place, (_, sku) in enumerate(goods)]
    await act.execute(
        _NUMBERS,
        {
            "products": [id for id, _ in goods],
            "numbers": numbers,
            "keys": [article_key(number) for number in numbers],
            "branded": [article_key(f"OEM{number}") for number in numbers],
        },
    )
