"""Prices of an import: what differs is numbered first, then merged in batches in that order.

An offer that is named in a price list brings all its tiers of that list. A full package also
removes the prices that its offers no longer have in the lists it names; a partial one leaves them.
A list whose currency or VAT changes loses its prices at once: no price is better than a wrong one.
"""

from fondaco.catalog.references import references
from fondaco.exchange.staging.merging import UUID7, Merging

_CURRENCY_CHANGED = """
    select s.section, s.row_number, s.external_id as reference,
           jsonb_build_object('before', l.currency, 'after', s.currency) as params
      from fondaco.staging_price_list s
      join fondaco.price_list l on l.external_id = s.external_id
     where s.run_id = :run and l.currency <> s.currency
"""
_DROP_OLD = """
    delete from fondaco.price_row r using fondaco.staging_price_list s, fondaco.price_list l
     where s.run_id = :run and l.external_id = s.external_id and r.price_list_id = l.id
       and (l.currency <> s.currency or l.vat_included <> s.vat_included)
"""
_LISTS = f"""
    insert into fondaco.price_list as l (uuid, name, currency, vat_included, external_id, active)
    select {UUID7}, coalesce(s.name, k.name, s.external_id), s.currency,
           coalesce(s.vat_included, k.vat_included, true), s.external_id, not s.deleted
      from fondaco.staging_price_list s
      left join fondaco.price_list k on k.external_id = s.external_id
     where s.run_id = :run
    on conflict (external_id) do update
       set name = excluded.name, currency = excluded.currency,
           vat_included = excluded.vat_included, active = excluded.active
     where (l.name, l.currency, l.vat_included, l.active) is distinct from
           (excluded.name, excluded.currency, excluded.vat_included, excluded.active)
"""

_PLACED = """
    select s.*, k.product_id, k.found, l.id as list_id, l.currency as list_currency,
           l.vat_included as list_vat
      from fondaco.staging_price s
      left join ({known}) k on k.ref = s.offer
      left join fondaco.price_list l on l.external_id = s.price_list
     where s.run_id = :run
"""
_SOUND = """
    found = 1 and list_id is not null and (currency = '' or currency = list_currency)
    and coalesce(vat_included, list_vat) = list_vat
"""
_REFUSED = """
    select case when found is null then 'price.product_unknown'
                when found > 1 then 'price.product_ambiguous'
                when list_id is null then 'price.list_unknown'
                when currency <> '' and currency <> list_currency then 'price.currency_differs'
                else 'price.vat_differs' end as code,
           false as warning, section, row_number, offer as reference,
           jsonb_strip_nulls(jsonb_build_object(
               'list', price_list, 'found', found::text, 'currency', currency,
               'expected', list_currency)) as params
      from ({placed}) p where ({sound}) is not true
"""

_FORGET = "delete from fondaco.staging_price_change where run_id = :run"
_PLAN = """
    with wanted as materialized (
        select {distinct} product_id, list_id, min_quantity, price, section
          from ({placed}) p
         where {sound}
         {order}
    ), gone as (
        select r.product_id, r.price_list_id, r.min_quantity
          from fondaco.price_row r
         where exists (select from wanted w
                        where w.product_id = r.product_id and w.list_id = r.price_list_id)
           and not exists (select from wanted w
                            where w.product_id = r.product_id and w.list_id = r.price_list_id
                              and w.min_quantity = r.min_quantity)
        {of_lists}
    )
    insert into fondaco.staging_price_change
           (run_id, n, product_id, price_list_id, min_quantity, price)
    select :run, row_number() over (order by product_id, price_list_id, min_quantity),
           product_id, price_list_id, min_quantity, price
      from (select w.product_id, w.list_id as price_list_id, w.min_quantity, w.price
              from wanted w
              left join fondaco.price_row r
                on r.product_id = w.product_id and r.price_list_id = w.list_id
               and r.min_quantity = w.min_quantity
             where r.price is distinct from w.price
             union all
            select product_id, price_list_id, min_quantity, null from gone) c
"""
_ABSENT = """
         union
        select r.product_id, r.price_list_id, r.min_quantity
          from fondaco.price_row r
          join (select distinct k.product_id, x.number
                  from fondaco.staging_section x
                  join (select offer, section from fondaco.staging_price where run_id = :run
                         union select offer, section from fondaco.staging_stock
                                where run_id = :run
                         union select external_id, section from fondaco.staging_variant
                                where run_id = :run) o on o.section = x.number
                  join ({known}) k on k.ref = o.offer and k.found = 1
                 where x.run_id = :run and x.complete and x.kind = 'offers') named
            on named.product_id = r.product_id
         where r.price_list_id in (select list_id from wanted w
                                     join fondaco.staging_section x
                                       on x.run_id = :run and x.number = w.section and x.complete)
           and not exists (select from wanted w
                            where w.product_id = r.product_id and w.list_id = r.price_list_id)
"""
_COMPLETE = """
    select exists (select from fondaco.staging_section
                    where run_id = :run and complete and kind = 'offers')
"""

_REMOVE = """
    delete from fondaco.price_row r using fondaco.staging_price_change c
     where c.run_id = :run and c.n between :first and :last and c.price is null
       and r.product_id = c.product_id and r.price_list_id = c.price_list_id
       and r.min_quantity = c.min_quantity
"""
_WRITE = """
    insert into fondaco.price_row (product_id, price_list_id, min_quantity, price)
    select product_id, price_list_id, min_quantity, price
      from fondaco.staging_price_change
     where run_id = :run and n between :first and :last and price is not null
     order by n
    on conflict (product_id, price_list_id, min_quantity) do update
       set price = excluded.price, changed_at = now()
"""


async def plan_prices(merging: Merging) -> int:
    """Merge the price lists, report what cannot be used, number what differs."""
    await merging.warn("price_list.currency_changed", _CURRENCY_CHANGED)
    await merging.count("prices.removed", _DROP_OLD)
    await merging.count("price_lists.changed", _LISTS)
    await merging.execute(_FORGET)
    if not await merging.scalar(
        "select exists (select from fondaco.staging_price where run_id = :run)"
    ):
        return 0
    known = await references(merging, "staging_price")
    placed = _PLACED.format(known=known)
    await merging.report(_REFUSED.format(placed=placed, sound=_SOUND))
    complete = await merging.scalar(_COMPLETE)
    plan = _PLAN.format(
        distinct="distinct on (product_id, list_id, min_quantity)" if "union" in known else "",
        order="order by product_id, list_id, min_quantity, seq desc" if "union" in known else "",
        placed=placed,
        sound=_SOUND,
        of_lists=_ABSENT.format(known=known) if complete else "",
    )
    changed = await merging.execute(plan)
    await merging.analyse("price_change")
    return changed


async def merge_prices(merging: Merging, first: int, last: int) -> None:
    """Write the numbered rows."""
    some = {"first": first, "last": last}
    await merging.count("prices.removed", _REMOVE, **some)
    await merging.count("prices.changed", _WRITE, **some)
