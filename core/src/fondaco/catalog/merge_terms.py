"""Units, categories and attributes of an import: inserted, changed where they differ."""

from collections.abc import Sequence

from fondaco.exchange.staging.merging import UUID7, Merging

_UNITS = """
    insert into fondaco.unit as u (code, name, full_name, international)
    select code, name, full_name, international from fondaco.staging_unit where run_id = :run
    on conflict (code) do update
       set name = excluded.name,
           full_name = coalesce(nullif(excluded.full_name, ''), u.full_name),
           international = coalesce(nullif(excluded.international, ''), u.international)
     where (u.name, u.full_name, u.international) is distinct from
           (excluded.name, coalesce(nullif(excluded.full_name, ''), u.full_name),
            coalesce(nullif(excluded.international, ''), u.international))
"""

_PARENT_UNKNOWN = """
    select c.section, c.row_number, c.external_id as reference,
           jsonb_build_object('parent', c.parent) as params
      from fondaco.staging_category c
     where c.run_id = :run and c.parent <> ''
       and not exists (select from fondaco.staging_category o
                        where o.run_id = :run and o.external_id = c.parent)
       and not exists (select from fondaco.category o where o.external_id = c.parent)
"""
_CATEGORY_UNKNOWN = """
    select min(g.section) as section, min(g.row_number) as row_number, g.category as reference,
           jsonb_build_object('products', count(*)::text) as params
      from fondaco.staging_product g
     where g.run_id = :run and g.category <> ''
       and not exists (select from fondaco.staging_category o
                        where o.run_id = :run and o.external_id = g.category)
       and not exists (select from fondaco.category o where o.external_id = g.category)
     group by g.category
"""
_PLACEHOLDERS = f"""
    insert into fondaco.category (uuid, name, external_id, active)
    select {UUID7}, '', wanted, false
      from (select category as wanted from fondaco.staging_product
             where run_id = :run and category <> ''
             union select parent from fondaco.staging_category where run_id = :run and parent <> ''
             union select external_id from fondaco.staging_category
                    where run_id = :run and not deleted) w
     where not exists (select from fondaco.category c where c.external_id = w.wanted)
"""
_CATEGORIES = """
    update fondaco.category c
       set name = w.name, parent_id = w.parent_id, catalog_id = w.catalog_id, active = w.active
      from (select s.external_id, coalesce(s.name, c.name) as name, p.id as parent_id,
                   coalesce(nullif(x.catalog_id, ''), c.catalog_id) as catalog_id,
                   not s.deleted and coalesce(s.name, c.name) <> '' as active
              from fondaco.staging_category s
              join fondaco.category c on c.external_id = s.external_id
              left join fondaco.category p on p.external_id = s.parent
              left join fondaco.staging_section x on x.run_id = :run and x.number = s.section
             where s.run_id = :run) w
     where c.external_id = w.external_id
       and (c.name, c.parent_id, c.catalog_id, c.active) is distinct from
           (w.name, w.parent_id, w.catalog_id, w.active)
    returning c.external_id
"""
_GONE = """
    update fondaco.{table} c set active = false
     where c.active and c.catalog_id <> ''
       and c.catalog_id = any(select x.catalog_id from fondaco.staging_section x
                               where x.run_id = :run and x.complete and x.kind = 'classifier')
       and exists (select from fondaco.staging_{table} where run_id = :run)
       and not exists (select from fondaco.staging_{table} s
                        where s.run_id = :run and s.external_id = c.external_id)
    returning c.external_id
"""
_IN_A_LOOP = """
    with recursive up as (
        select id as start, id, parent_id, 0 as depth from fondaco.category
         where parent_id is not null
         union all
        select u.start, c.id, c.parent_id, u.depth + 1
          from up u join fondaco.category c on c.id = u.parent_id
         where c.parent_id is not null and u.depth < 100 and (u.depth = 0 or u.id <> u.start)
    )
    select distinct start from up where depth > 0 and id = start
"""
_LOOPS = f"""
    select s.section, s.row_number, s.external_id as reference, '{{}}'::jsonb as params
      from fondaco.staging_category s join fondaco.category c on c.external_id = s.external_id
     where s.run_id = :run and c.id in ({_IN_A_LOOP})
"""
_CUT_LOOPS = f"update fondaco.category set parent_id = null where id in ({_IN_A_LOOP})"

_ATTRIBUTES = """
    insert into fondaco.attribute as a (external_id, name, kind, options, catalog_id, active)
    select s.external_id, coalesce(s.name, k.name, s.external_id), s.kind, s.options,
           case when s.row_number = 0 then '' else coalesce(x.catalog_id, '') end, not s.deleted
      from fondaco.staging_attribute s
      left join fondaco.attribute k on k.external_id = s.external_id
      left join fondaco.staging_section x on x.run_id = :run and x.number = s.section
     where s.run_id = :run
    on conflict (external_id) do update
       set name = excluded.name, kind = excluded.kind, options = excluded.options,
           catalog_id = excluded.catalog_id, active = excluded.active
     where (a.name, a.kind, a.options, a.catalog_id, a.active) is distinct from
           (excluded.name, excluded.kind, excluded.options, excluded.catalog_id, excluded.active)
"""


async def merge_units(merging: Merging) -> int:
    """How many units were added or changed."""
    return await merging.count("units.changed", _UNITS)


async def merge_categories(merging: Merging) -> Sequence[str]:
    """The external ids of the categories that were added or changed.

    A category that goods or other categories name and no list has yet becomes a placeholder,
    without a name and not shown, so that the link holds once its name comes.
    """
    await merging.warn("category.parent_unknown", _PARENT_UNKNOWN)
    await merging.warn("category.unknown", _CATEGORY_UNKNOWN)
    await merging.execute(_PLACEHOLDERS)
    changed = [row[0] for row in await merging.rows(_CATEGORIES)]
    gone = [row[0] for row in await merging.rows(_GONE.format(table="category"))]
    if changed and await merging.warn("category.loop", _LOOPS):
        await merging.execute(_CUT_LOOPS)
    merging.tally["categories.changed"] += len(changed)
    merging.tally["categories.removed"] += len(gone)
    return [*changed, *gone]


async def merge_attributes(merging: Merging) -> int:
    """How many attributes were added, changed or taken away."""
    changed = await merging.count("attributes.changed", _ATTRIBUTES)
    return changed + await merging.count("attributes.removed", _GONE.format(table="attribute"))
