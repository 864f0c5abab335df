"""Stock of an import: what differs is numbered first, then merged in batches in that order.

An offer is reported by place or in total. A total goes to the default place, and the own places of
the ERP then hold none of it; a report by place empties the default place. A full package sets to
nothing what it does not name, in the places that it names. Negative stock is kept and shows as
none.

What a report says is true of the moment at which it was made; `correction.py` brings it to now,
under the lock of the rows.
"""

from fondaco.availability.correction import correction
from fondaco.catalog.references import references
from fondaco.exchange.staging.merging import UUID7, Merging
from fondaco.exchange.staging.rows import TOTAL

_PLACES = f"""
    insert into fondaco.place as p (uuid, name, address, external_id, active)
    select {UUID7}, coalesce(s.name, k.name, s.external_id), coalesce(s.address, k.address, ''),
           s.external_id, not s.deleted
      from fondaco.staging_place s
      left join fondaco.place k on k.external_id = s.external_id
     where s.run_id = :run
    on conflict (external_id) do update
       set name = excluded.name, address = excluded.address, active = excluded.active
     where (p.name, p.address, p.active) is distinct from
           (excluded.name, excluded.address, excluded.active)
"""
_DEFAULT = f"""
    insert into fondaco.place (uuid, name, external_id)
    select {UUID7}, :title, '{TOTAL}'
     where exists (select from fondaco.staging_stock where run_id = :run and place = '{TOTAL}')
    on conflict (external_id) do nothing
"""
_REPORTED = """
    update fondaco.place set reported_at = now()
     where external_id in (select distinct place
                             from fondaco.staging_stock where run_id = :run)
"""

_PLACED = """
    select s.*, k.product_id, k.found, p.id as place_id
      from fondaco.staging_stock s
      left join ({known}) k on k.ref = s.offer
      left join fondaco.place p on p.external_id = s.place
     where s.run_id = :run
"""
_REFUSED = """
    select case when found is null then 'stock.product_unknown'
                when found > 1 then 'stock.product_ambiguous'
                else 'stock.place_unknown' end as code,
           false as warning, section, row_number, offer as reference,
           jsonb_strip_nulls(jsonb_build_object('found', found::text, 'place', place)) as params
      from ({placed}) p where (found = 1 and place_id is not null) is not true
"""

_FORGET = "delete from fondaco.staging_stock_change where run_id = :run"
_PLAN = """
    with reported as materialized (
        select {distinct} product_id, place_id, p.place = '{default}' as total, quantity
          from ({placed}) p
         where found = 1 and place_id is not null
         {order}
    ), wanted as (
        select product_id, place_id, quantity from reported
         union all
        select r.product_id, r.place_id, 0
          from fondaco.stock_row r
          join fondaco.place p on p.id = r.place_id
         where r.lot = '' and r.on_hand <> 0
           and not exists (select from reported n
                            where n.product_id = r.product_id and n.place_id = r.place_id)
           and ({absent})
    )
    insert into fondaco.staging_stock_change (run_id, n, product_id, place_id, on_hand)
    select :run, row_number() over (order by r.id nulls last, w.product_id, w.place_id),
           w.product_id, w.place_id, w.quantity
      from wanted w
      left join fondaco.stock_row r
        on r.product_id = w.product_id and r.place_id = w.place_id and r.lot = ''
      left join ({correction}) k on k.stock_id = r.id
     where coalesce(r.on_hand, 0) <> w.quantity + coalesce(k.quantity, 0)
"""
_OTHER_WAY = f"""
    case when p.external_id = '{TOTAL}'
         then r.product_id in (select product_id from reported where not total)
         else p.kind = 'own' and p.external_id is not null
              and r.product_id in (select product_id from reported where total) end
"""
_NOT_NAMED = """
    or (coalesce(p.external_id, '') in (
            select s.place from fondaco.staging_stock s
              join fondaco.staging_section x
                on x.run_id = :run and x.number = s.section and x.complete
             where s.run_id = :run
             union select s.external_id from fondaco.staging_place s where s.run_id = :run)
        and r.product_id in (
            select id from fondaco.product where catalog_id in (
                select x.catalog_id from fondaco.staging_section x
                 where x.run_id = :run and x.complete
                   and exists (select from fondaco.staging_stock s
                                where s.run_id = :run and s.section = x.number))))
"""
_COMPLETE = """
    select exists (select from fondaco.staging_section
                    where run_id = :run and complete and kind = 'offers')
"""
# In the order in which reservations lock them; those that are new are seen by nobody yet.
_LOCK = """
    select r.id from fondaco.staging_stock_change c
      join fondaco.stock_row r
        on r.product_id = c.product_id and r.place_id = c.place_id and r.lot = ''
     where c.run_id = :run and c.n between :first and :last
     order by r.id for update of r
"""
_WRITE = """
    insert into fondaco.stock_row (product_id, place_id, lot, on_hand)
    select c.product_id, c.place_id, '', c.on_hand + coalesce(k.quantity, 0)
      from fondaco.staging_stock_change c
      left join fondaco.stock_row r
        on r.product_id = c.product_id and r.place_id = c.place_id and r.lot = ''
      left join ({correction}) k on k.stock_id = r.id
     where c.run_id = :run and c.n between :first and :last
     order by c.n
    on conflict (product_id, place_id, lot) do update
       set on_hand = excluded.on_hand, reported_at = now()
"""


async def plan_stock(merging: Merging, *, erp_reports: str, default_name: str) -> int:
    """Merge the places, report what cannot be used, number what differs."""
    await merging.count("places.changed", _PLACES)
    await merging.execute(_FORGET)
    if not await merging.scalar(
        "select exists (select from fondaco.staging_stock where run_id = :run)"
    ):
        return 0
    await merging.count("places.changed", _DEFAULT, title=default_name)
    await merging.execute(_REPORTED)
    known = await references(merging, "staging_stock")
    placed = _PLACED.format(known=known)
    await merging.report(_REFUSED.format(placed=placed))
    twice = "union" in known
    plan = _PLAN.format(
        distinct="distinct on (product_id, place_id)" if twice else "",
        order="order by product_id, place_id, seq desc" if twice else "",
        placed=placed,
        default=TOTAL,
        absent=_OTHER_WAY + (_NOT_NAMED if await merging.scalar(_COMPLETE) else ""),
        correction=correction(erp_reports),
    )
    changed = await merging.execute(plan)
    await merging.analyse("stock_change")
    return changed


async def merge_stock(merging: Merging, first: int, last: int, *, erp_reports: str) -> None:
    """Write the numbered rows, locked in the order in which reservations lock them."""
    await merging.rows(_LOCK, first=first, last=last)
    write = _WRITE.format(correction=correction(erp_reports))
    await merging.count("stock.changed", write, first=first, last=last)
