"""What a small answer is told apart by: typed attributes, prices and stock; and filters by these.

Prices are those of one list for the smallest quantity. A large answer is not looked through. An
attribute that is chosen is counted over what passes all other filters: of what stands `aside`, that
is, fails by one attribute alone, each row counts for that attribute.
"""

from sqlalchemy import TextClause, text

MOST_DETAILED = 2_000
MOST_ATTRIBUTES = 8
MOST_VALUES = 40

IS = "$[*] ? (@ == $values[*])"
WITHIN = "$[*] ? (@ >= $low && @ <= $high)"

_AVAILABLE = (
    "exists (select from fondaco.stock_row s join fondaco.place w on w.id = s.place_id"
    " and w.active where s.product_id = {product} and s.on_hand > s.reserved)"
)
_PRICE = (
    "select r.price from fondaco.price_row r where r.product_id = {product}"
    " and r.price_list_id = cast(:price_list as bigint) and r.min_quantity = 0"
)

IN_STOCK = text(_AVAILABLE.format(product="fondaco.product.id"))
PRICED = text(
    f"({_PRICE.format(product='fondaco.product.id')})"
    " between cast(:price_from as numeric) and cast(:price_to as numeric)"
)
_FAILED = """
      from unnest(cast(:attributes as text[]), cast(:paths as text[]),
                  cast(:wanted as text[])) as filter (attribute, path, wanted)
     where not coalesce(
        jsonb_path_exists({product}.attributes -> filter.attribute,
                          cast(filter.path as jsonpath), cast(filter.wanted as jsonb)),
        false)
"""

DESCRIBED = text(f"not exists (select {_FAILED.format(product='fondaco.product')})")
ALL_BUT_ONE = text(
    "(select min(filter.attribute) = max(filter.attribute)"
    f" {_FAILED.format(product='fondaco.product')})"
)

_FEW_ASIDE = f"(select count(*) from aside) <= {MOST_DETAILED}"
_ASIDE = f"""
    union all
    select missed.key, p.attributes -> missed.key
      from aside join fondaco.product p on p.id = aside.id
     cross join lateral (select min(filter.attribute) {_FAILED.format(product="p")}) missed (key)
     where {_FEW_ASIDE}
"""
_CHOSEN = "a.external_id = any(cast(:attributes as text[]))"
_PRICES = f"select ({_PRICE.format(product='found.id')}) as price from found"
_ATTRIBUTES = f"""
    select json_agg(json_build_array(external_id, name, low, high, named))
      from (select a.external_id, a.name,
                   case when a.kind = 'number' then cast(trim_scale(min(low)) as text) end as low,
                   case when a.kind = 'number' then cast(trim_scale(max(high)) as text) end as high,
                   case when a.kind <> 'number' then
                     json_agg(json_build_array(said.value, said.products)
                              order by said.products desc, said.value) end as named
              from (select held.key, v.value #>> '{{{{}}}}' as value, count(*) as products,
                           case when jsonb_typeof(v.value) = 'number'
                             then cast(v.value #>> '{{{{}}}}' as numeric) end as low,
                           case when jsonb_typeof(v.value) = 'number'
                             then cast(v.value #>> '{{{{}}}}' as numeric) end as high
                      from (select e.key, e.value
                              from found join fondaco.product p on p.id = found.id
                             cross join lateral jsonb_each(p.attributes) e
                             {{aside}}) held
                     cross join lateral jsonb_path_query(held.value, '$[*]') v (value)
                     group by held.key, v.value) said
              join fondaco.attribute a on a.external_id = said.key and a.active
             where (a.kind <> 'number' or said.low is not null) and ({{told}} or not {_CHOSEN})
             group by a.id
            having count(*) > 1 and (a.kind = 'number' or count(*) <= {MOST_VALUES})
             order by {_CHOSEN} desc, sum(said.products) desc, a.name
             limit {MOST_ATTRIBUTES}) offered
"""


def details(aside: bool) -> TextClause:
    """(attributes, price list, lowest, highest, how many in stock), or null for a large answer.

    Attributes that are chosen are told with what stands `aside`, and else not at all.
    """
    attributes = _ATTRIBUTES.format(
        aside=_ASIDE if aside else "", told=_FEW_ASIDE if aside else "false"
    )
    return text(
        f"""
        (select case when (select count(*) from found) <= {MOST_DETAILED} then json_build_array(
            ({attributes}),
            (select name from fondaco.price_list where id = cast(:price_list as bigint)),
            (select cast(trim_scale(min(price)) as text) from ({_PRICES}) lowest),
            (select cast(trim_scale(max(price)) as text) from ({_PRICES}) highest),
            (select count(*) from found where {_AVAILABLE.format(product="found.id")})
        ) end) as details
        """
    )
