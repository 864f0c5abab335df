"""Writes what differs between the products as they are and as they shall be (`staging_offer`)."""

from collections.abc import Sequence

from fondaco.exchange.staging.merging import UUID7, Merging

_FAMILIES = f"""
    insert into fondaco.family as f (uuid, name, external_id)
    select {UUID7}, g.name, g.external_id
      from fondaco.staging_offer g
     where g.run_id = :run and not g.variant
       and exists (select from fondaco.staging_offer v
                    where v.run_id = :run and v.variant and v.goods = g.external_id)
    on conflict (external_id) do update set name = excluded.name where f.name <> excluded.name
    returning f.external_id
"""
_COLUMNS = (
    "family_id", "category_id", "sku", "name", "full_name", "description", "brand", "country",
    "unit_code", "multiple", "packs", "vat", "weight_kg", "length_cm", "width_cm", "height_cm",
    "attributes", "catalog_id", "said", "active", "content_hash",
)  # fmt: skip
_WANTED = """
    select o.product_id, o.external_id, o.known, o.was_active, o.variant,
           f.id as family_id, c.id as category_id, o.sku, o.name, o.full_name, o.description,
           o.brand, o.country, o.unit_code, o.multiple, o.packs, o.vat, o.weight_kg, o.length_cm,
           o.width_cm, o.height_cm, o.attributes, o.catalog_id, o.said, o.active,
           o.hash as content_hash
      from fondaco.staging_offer o
      left join fondaco.category c on c.external_id = o.category
      left join fondaco.family f on f.external_id = o.goods and o.variant
     where o.run_id = :run
"""
_CHANGE = f"""
    update fondaco.product p
       set {", ".join(f"{column} = w.{column}" for column in _COLUMNS)}, changed_at = now()
      from ({_WANTED} and o.known
                      and (o.hash is distinct from o.old_hash or o.active <> o.was_active)) w
     where p.id = w.product_id
"""
_ADD = f"""
    with added as (
        insert into fondaco.product (id, uuid, external_id, {", ".join(_COLUMNS)})
        select product_id, {UUID7}, external_id, {", ".join(_COLUMNS)}
          from ({_WANTED} and not o.known) w
        returning active)
    select count(*) from added where active
"""
_TAKE_OFF = """
    update fondaco.product p set active = false, changed_at = now()
     where p.active
       and p.catalog_id in (select catalog_id from fondaco.staging_section
                             where run_id = :run and complete and kind = 'catalog')
       and not exists (select from fondaco.staging_offer o
                        where o.run_id = :run and o.external_id = p.external_id)
"""
_HIDDEN = """
    select count(*) from fondaco.staging_offer
     where run_id = :run and known and was_active and not active
"""

_TOUCHED = """
    select * from fondaco.staging_offer
     where run_id = :run and hash is distinct from old_hash
"""
_DROP_CODES = f"""
    delete from fondaco.product_code c using ({_TOUCHED} and known) o
     where c.product_id = o.product_id
"""
_ADD_CODES = f"""
    insert into fondaco.product_code (product_id, kind, value, key)
    select product_id, 'sku', sku, sku_key from ({_TOUCHED} and sku_key <> '') o
     union all
    select product_id, 'erp', code, code_key from ({_TOUCHED} and code_key <> '') o
     union all
    select product_id, 'barcode', b.value->>0, b.value->>1
      from ({_TOUCHED}) o, jsonb_array_elements(barcodes) b where b.value->>1 <> ''
     order by 4
"""
_DROP_IMAGES = f"""
    delete from fondaco.product_image i using ({_TOUCHED} and known) o
     where i.product_id = o.product_id and i.rank >= jsonb_array_length(o.images)
"""
_ADD_IMAGES = f"""
    insert into fondaco.product_image as i (product_id, rank, source_path, file_id)
    select o.product_id, p.rank - 1, p.path,
           (select k.file_id from fondaco.product_image k
             where k.source_path = p.path and k.file_id is not null limit 1)
      from ({_TOUCHED}) o,
           jsonb_array_elements_text(o.images) with ordinality p (path, rank)
    on conflict (product_id, rank) do update
       set source_path = excluded.source_path, file_id = excluded.file_id
     where i.source_path <> excluded.source_path
"""


async def write_products(merging: Merging) -> Sequence[str]:
    """Families, products, codes, pictures. Returns the families that were added or renamed.

    A full catalogue takes off sale the products of the same catalogue that it does not name; what
    is off sale keeps its rows, since orders and lists speak of it.
    """
    families = [row[0] for row in await merging.rows(_FAMILIES)]
    merging.tally["families.changed"] += len(families)
    hidden = await merging.scalar(_HIDDEN)
    merging.tally["products.removed"] += hidden + await merging.execute(_TAKE_OFF)
    merging.tally["products.changed"] += await merging.execute(_CHANGE) - hidden
    merging.tally["products.added"] += await merging.scalar(_ADD)
    await merging.execute(_DROP_CODES)
    await merging.execute(_ADD_CODES)
    await merging.execute(_ADD_IMAGES)
    await merging.execute(_DROP_IMAGES)
    return families
