"""Puts goods and offers together: each product as it shall be, with all that it inherits.

Goods without variants are one product, and an offer of the same id speaks of it too. Goods with
variants (`goods#characteristic`) become a family: each variant is a product that has what it says
of itself (`product.said`) and inherits the rest from the goods. Those keep a product of their own
that is not on sale, so that a later import of either half finds the other.
"""

from collections.abc import Sequence

from fondaco.exchange.staging.known import PREFIX
from fondaco.exchange.staging.merging import Merging

_BY_ARTICLE = f"""
    select '{PREFIX}' || c.key as ref, min(p.external_id) as external_id,
           count(distinct p.id) as found
      from fondaco.product_code c join fondaco.product p on p.id = c.product_id
     where c.kind = 'sku' and p.active and p.external_id is not null
     group by c.key
"""
_NAMED_BY_ARTICLE = f"""
    select exists (select from fondaco.staging_product
                    where run_id = :run and external_id like '{PREFIX}%')
"""
_AMBIGUOUS = f"""
    select s.section, s.row_number, s.external_id as reference,
           jsonb_build_object('found', k.found::text) as params
      from fondaco.staging_product s join ({_BY_ARTICLE}) k on k.ref = s.external_id
     where s.run_id = :run and k.found > 1
"""
_DROP_AMBIGUOUS = f"""
    delete from fondaco.staging_product s using ({_BY_ARTICLE}) k
     where s.run_id = :run and k.ref = s.external_id and k.found > 1
"""
_RESOLVE = f"""
    update fondaco.staging_product s set external_id = k.external_id from ({_BY_ARTICLE}) k
     where s.run_id = :run and k.ref = s.external_id and k.found = 1
       and k.external_id <> s.external_id
       and not exists (select from fondaco.staging_product o
                        where o.run_id = :run and o.external_id = k.external_id)
"""

_CODE = """(select jsonb_build_array(value, key) from fondaco.product_code
             where product_id = p.id and kind = '{kind}' order by value limit 1)"""
_BARCODES = """(select jsonb_agg(jsonb_build_array(value, key) order by value)
                  from fondaco.product_code where product_id = p.id and kind = 'barcode')"""
_IMAGES = """(select jsonb_agg(source_path order by rank)
                from fondaco.product_image where product_id = p.id)"""
_CATEGORY = "(select external_id from fondaco.category where id = p.category_id)"

COLUMNS: Sequence[str] = (
    "name", "full_name", "sku", "sku_key", "code", "code_key", "barcodes", "description",
    "unit_code", "packs", "multiple", "vat", "brand", "country", "weight_kg",
    "length_cm", "width_cm", "height_cm", "category", "attributes", "images",
)  # fmt: skip
MEASURES: Sequence[str] = ("weight_kg", "length_cm", "width_cm", "height_cm")
_LISTED = ", ".join(COLUMNS)
_ALL = f"""run_id, external_id, goods, variant, product_id, known, old_hash, was_active, active,
           catalog_id, said, {_LISTED}"""
_HASH = f"sha256(convert_to(row(goods, variant, catalog_id, said, {_LISTED})::text, 'UTF8'))"


def _measure(name: str) -> str:
    """What goods weigh or measure: as before where nothing is said, 0 for "none"."""
    return f"case when g.{name} is null then p.{name} else nullif(g.{name}, 0) end"


_ID = "coalesce(p.id, nextval('fondaco.product_id_seq'))"

_GOODS = f"""
    insert into fondaco.staging_offer
           ({_ALL}, hash)
    select t.*, {_HASH}
      from (
    select cast(:run as bigint), m.id, m.id, false, {_ID},
           p.id is not null, p.content_hash, coalesce(p.active, false),
           not (coalesce(g.deleted, false) or coalesce(o.deleted, false))
             and (g.external_id is not null or p.active),
           coalesce(nullif(x.catalog_id, ''), p.catalog_id, ''), coalesce(p.said, '{{}}'),
           coalesce(o.said->>'name', g.name, p.name),
           coalesce(g.full_name, p.full_name, ''),
           coalesce(o.said->'sku'->>0, g.sku, p.sku, ''),
           coalesce(o.said->'sku'->>1, g.sku_key, {_CODE.format(kind="sku")}->>1, ''),
           coalesce(o.said->'code'->>0, g.code, {_CODE.format(kind="erp")}->>0, ''),
           coalesce(o.said->'code'->>1, g.code_key, {_CODE.format(kind="erp")}->>1, ''),
           coalesce(o.said->'barcodes', g.barcodes, {_BARCODES}, '[]'),
           coalesce(g.description, p.description, ''),
           coalesce(o.said->>'unit', g.unit_code, p.unit_code, '796'),
           coalesce(o.said->'packs', g.packs, p.packs, '[]'),
           coalesce((o.said->>'multiple')::numeric, g.multiple, p.multiple, 1)::numeric(15, 3),
           coalesce(g.vat, p.vat, '22'),
           coalesce(g.brand, p.brand, ''),
           coalesce(g.country, p.country, ''),
           {", ".join(_measure(name) for name in MEASURES)},
           coalesce(g.category, {_CATEGORY}, ''),
           coalesce(g.attributes, p.attributes, '{{}}')
             || coalesce(o.said->'attributes', '{{}}')
             || coalesce(o.said->'characteristics', '{{}}'),
           coalesce(g.images, {_IMAGES}, '[]')
      from (select external_id as id from fondaco.staging_product where run_id = :run
             union select goods from fondaco.staging_variant where run_id = :run) m
      left join fondaco.staging_product g on g.run_id = :run and g.external_id = m.id
      left join fondaco.staging_variant o
        on o.run_id = :run and o.external_id = m.id and o.goods = m.id
      left join fondaco.staging_section x on x.run_id = :run and x.number = g.section
      left join fondaco.product p on p.external_id = m.id
     where (g.external_id is not null or p.id is not null)
       and (p.id is not null or not coalesce(g.deleted, false))
    ) t ({_ALL})
"""
_VARIANTS = f"""
    insert into fondaco.staging_offer
           ({_ALL}, hash)
    select t.*, {_HASH}
      from (
    select cast(:run as bigint), m.id, m.goods, true, {_ID},
           p.id is not null, p.content_hash, coalesce(p.active, false),
           not coalesce(s.deleted, not p.active) and not coalesce(gs.deleted, false),
           g.catalog_id, o.said,
           case when o.said->>'label' <> '' and coalesce(o.said->>'name', g.name) = g.name
                then left(g.name || ' (' || (o.said->>'label') || ')', 300)
                else coalesce(o.said->>'name', g.name) end,
           g.full_name,
           coalesce(o.said->'sku'->>0, g.sku), coalesce(o.said->'sku'->>1, g.sku_key),
           coalesce(o.said->'code'->>0, g.code), coalesce(o.said->'code'->>1, g.code_key),
           coalesce(o.said->'barcodes', g.barcodes), g.description,
           coalesce(o.said->>'unit', g.unit_code), coalesce(o.said->'packs', g.packs),
           coalesce((o.said->>'multiple')::numeric, g.multiple)::numeric(15, 3),
           g.vat, g.brand, g.country,
           {", ".join(f"g.{name}" for name in MEASURES)}, g.category,
           g.attributes || coalesce(o.said->'attributes', '{{}}')
             || coalesce(o.said->'characteristics', '{{}}'),
           g.images
      from (select external_id as id, goods from fondaco.staging_variant
             where run_id = :run and external_id <> goods
             union
            select p.external_id, f.external_id
              from fondaco.product p
              join fondaco.family f on f.id = p.family_id
              join fondaco.staging_product g on g.run_id = :run and g.external_id = f.external_id
           ) m
      join fondaco.staging_offer g
        on g.run_id = :run and g.external_id = m.goods and not g.variant
      left join fondaco.staging_product gs on gs.run_id = :run and gs.external_id = m.goods
      left join fondaco.staging_variant s on s.run_id = :run and s.external_id = m.id
      left join fondaco.product p on p.external_id = m.id
     cross join lateral (select coalesce(p.said, '{{}}') || coalesce(s.said, '{{}}') as said) o
     where p.id is not null or not coalesce(s.deleted, false)
    ) t ({_ALL})
"""
_NO_GOODS = """
    select v.section, v.row_number, v.external_id as reference,
           jsonb_build_object('goods', v.goods) as params
      from fondaco.staging_variant v
     where v.run_id = :run and not v.deleted
       and not exists (select from fondaco.staging_offer g
                        where g.run_id = :run and g.external_id = v.goods and not g.variant)
"""
_NO_NAME = """
    select g.section, g.row_number, o.external_id as reference, '{}'::jsonb as params
      from fondaco.staging_offer o
      join fondaco.staging_product g on g.run_id = :run and g.external_id = o.external_id
     where o.run_id = :run and o.name is null
"""
_DROP_NAMELESS = "delete from fondaco.staging_offer where run_id = :run and name is null"
_FAMILIES_OFF_SALE = """
    update fondaco.staging_offer g set active = false
     where g.run_id = :run and not g.variant and g.active
       and (exists (select from fondaco.staging_offer v
                     where v.run_id = :run and v.goods = g.external_id and v.variant and v.active)
            or exists (select from fondaco.family f join fondaco.product p on p.family_id = f.id
                        where f.external_id = g.external_id and p.active
                          and not exists (select from fondaco.staging_offer v
                                           where v.run_id = :run
                                             and v.external_id = p.external_id)))
"""
_VARIANTS_GONE = """
    update fondaco.staging_offer o set active = false
     where o.run_id = :run and o.variant and o.active
       and not exists (select from fondaco.staging_variant v
                        where v.run_id = :run and v.external_id = o.external_id)
       and o.catalog_id in (
           select x.catalog_id from fondaco.staging_section x
            where x.run_id = :run and x.complete and x.kind = 'offers'
              and exists (select from fondaco.staging_variant v
                           where v.run_id = :run and v.section = x.number
                             and v.external_id <> v.goods))
"""


async def build_offers(merging: Merging) -> None:
    """Fill `staging_offer`; report offers without goods and new products without a name."""
    await merging.execute("delete from fondaco.staging_offer where run_id = :run")
    if await merging.scalar(_NAMED_BY_ARTICLE):
        await merging.refuse("product.ambiguous", _AMBIGUOUS)
        await merging.execute(_DROP_AMBIGUOUS)
        await merging.execute(_RESOLVE)
    await merging.execute(_GOODS)
    await merging.refuse("product.name_missing", _NO_NAME)
    await merging.execute(_DROP_NAMELESS)
    await merging.analyse("offer")
    await merging.refuse("offer.product_unknown", _NO_GOODS)
    await merging.execute(_VARIANTS)
    await merging.analyse("offer")
    await merging.execute(_VARIANTS_GONE)
    await merging.execute(_FAMILIES_OFF_SALE)
