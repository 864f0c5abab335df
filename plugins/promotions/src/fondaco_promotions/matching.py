"""Which campaigns are for which lines: the SQL that prices, carts and the code field share."""

# `{chosen}` are the campaigns in question, aliased c; their goods are matched to `asked` products.
_MATCHED = """
with recursive chosen as materialized ({chosen}),
tree as (
    select c.id as campaign_id, x.category_id
      from chosen c, unnest(c.categories) as x(category_id)
    union
    select t.campaign_id, v.id
      from tree t join fondaco_api.category_v1 v on v.parent_id = t.category_id
),
asked as materialized (
    select a.line, p.id, p.brand, p.category_id
      from unnest(cast(:lines as bigint[]), cast(:products as bigint[])) as a(line, product_id)
      join fondaco_api.product_v1 p on p.id = a.product_id
)
select c.uuid, c.name_ru, c.name_en, c.level, c.percent, c.amount, c.stackable, c.by_code,
       c.starts_at, c.ends_at, c.min_total, c.code_uuid{more},
       coalesce((
           select array_agg(a.line)
             from asked a
            where (c.products = '{{}}' or a.id = any(c.products))
              and (c.brands = '{{}}' or a.brand = any(c.brands))
              and (c.categories = '{{}}' or exists (
                       select from tree t
                        where t.campaign_id = c.id and t.category_id = a.category_id))
       ), '{{}}') as lines
  from chosen c
 order by c.id
"""

_USED = "(select coalesce(sum(u.weight), 0) from plugin_promotions.use_entry u where {whose})"
USED = _USED.format(whose="u.campaign_id = c.id")
USED_BY_COMPANY = _USED.format(whose="u.campaign_id = c.id and u.company_id = :company")
USED_CODE = _USED.format(whose="u.code_id = d.id")

ROOM = f"""
    (c.limit_total is null or c.limit_total > {USED})
    and (c.limit_company is null or c.limit_company > {USED_BY_COMPANY})
    and (d.most is null or d.most > {USED_CODE})
"""
_IN_CART = """
    select d.* from plugin_promotions.cart_code k
      join plugin_promotions.code d on d.id = k.code_id
     where k.company_id = :company and k.user_id = :user
"""

# What holds now for this customer and still has room, automatic or by the code in the cart.
RUNNING = _MATCHED.format(
    more="",
    chosen=f"""
    select c.*, d.uuid as code_uuid
      from plugin_promotions.campaign c
      left join ({_IN_CART}) d on d.campaign_id = c.id and c.by_code
     where c.level = :level and c.removed_at is null and c.paused_at is null
       and c.starts_at <= :now and (c.ends_at is null or c.ends_at > :now)
       and (c.companies = '{{}}' or :company = any(c.companies))
       and (not c.by_code or d.id is not null)
       and {ROOM}
    """,
)

# The campaign of the code in the cart, in whatever state it is.
OF_CODE = _MATCHED.format(
    more=", c.label, c.paused_at, c.removed_at, c.has_room",
    chosen=f"""
    select c.*, d.uuid as code_uuid, d.label, ({ROOM}) as has_room
      from ({_IN_CART}) d
      join plugin_promotions.campaign c on c.id = d.campaign_id
    """,
)
