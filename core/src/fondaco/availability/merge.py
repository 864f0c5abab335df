"""Stock of an import: what differs is numbered first, then merged in batches in that order.

An offer is reported by place or in total. A total goes to the default place, and the own places of
the ERP then hold none of it; a report by place empties the default place. A full package sets to
nothing what it does not name, in the places that it names. Negative stock is kept and shows as
none.

A lot on its way has its day in the report, and is a row of its own. One that a complete package
does not name any more is taken off, unless some of it is held: that is remarked for a person.

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
    select s.*, k.product_id, k.found, p.id as place_id,
           coalesce(s.arrives_on < (now() at time zone p.timezone)::date, false) as past
      from fondaco.staging_stock s
      left join ({known}) k on k.ref = s.offer
      left join fondaco.place p on p.external_id = s.place
     where s.run_id = :run
"""
_REFUSED = """
    select case when found is null then 'stock.product_unknown'
                when found > 1 then 'stock.product_ambiguous'
                when place_id is null then 'stock.place_unknown'
                else 'stock.lot_past' end as code,
           false as warning, section, row_number, offer as reference,
           jsonb_strip_nulls(jsonb_build_object(
               'found', found::text, 'place', place, 'lot', lot,
               'day', to_char(arrives_on, 'DD.MM.YYYY'))) as params
      from ({placed}) p where (found = 1 and place_id is not null and not past) is not true
"""

_FORGET = "delete from fondaco.staging_stock_change where run_id = :run"
_PLAN = """
    with reported as materialized (
        select {distinct} product_id, place_id, lot, arrives_on, quantity, past,
               p.place = '{default}' as total
          from ({placed}) p
         where found = 1 and place_id is not null
         {order}
    ), wanted as (
        select product_id, place_id, lot, arrives_on, quantity from reported where not past
         union all
        select r.product_id, r.place_id, r.lot, r.arrives_on, 0
          from fondaco.stock_row r
          join fondaco.place p on p.id = r.place_id
         where r.on_hand <> 0
           and not exists (select from reported n
                            where n.product_id = r.product_id and n.place_id = r.place_id
                              and n.lot = r.lot)
           and (r.lot = '' and ({absent}) or {gone})
    )
    insert into fondaco.staging_stock_change
           (run_id, n, product_id, place_id, on_hand, lot, arrives_on, known)
    select :run, row_number() over (order by r.id nulls last, w.product_id, w.place_id, w.lot),
           w.product_id, w.place_id, w.quantity, w.lot, w.arrives_on, r.id is not null
      from wanted w
      left join fondaco.stock_row r
        on r.product_id = w.product_id and r.place_id = w.place_id and r.lot = w.lot
      left join ({correction}) k on k.stock_id = r.id
     where coalesce(r.on_hand, 0) <> w.quantity + coalesce(k.quantity, 0)
        or (r.arrives_on is distinct from w.arrives_on and (r.id is not null or w.quantity <> 0))
"""
_OTHER_WAY = f"""
    case when p.external_id = '{TOTAL}'
         then r.product_id in (select product_id from reported where not total and lot = '')
         else p.kind = 'own' and p.external_id is not null
              and r.product_id in (select product_id from reported where total) end
"""
_NOT_NAMED = """
    (coalesce(p.external_id, '') in (
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
# A snapshot that names no lots says nothing of them.
_GONE = f"""
    (r.arrives_on is not null and r.reserved = 0 and {_NOT_NAMED}
     and exists (select from fondaco.staging_stock s
                   join fondaco.staging_section x
                     on x.run_id = :run and x.number = s.section and x.complete
                  where s.run_id = :run and s.lot <> ''))
"""
_HELD = """
    select 0 as section, 0 as row_number, g.sku as reference,
           jsonb_build_object('lot', r.lot, 'held', trim_scale(r.reserved)::text) as params
      from fondaco.stock_row r
      join fondaco.place p on p.id = r.place_id
      join fondaco.product g on g.id = r.product_id
     where r.reserved <> 0 and {gone}
       and not exists (select from ({placed}) n
                        where n.product_id = r.product_id and n.place_id = r.place_id
                          and n.lot = r.lot)
"""
_COMPLETE = """
    select exists (select from fondaco.staging_section
                    where run_id = :run and complete and kind = 'offers')
"""
# In the order in which reservations lock them; those that are new are seen by nobody yet.
_LOCK = """
    select r.id from fondaco.staging_stock_change c
      join fondaco.stock_row r
        on r.product_id = c.product_id and r.place_id = c.place_id and r.lot = c.lot
     where c.run_id = :run and c.n between :first and :last and c.known
     order by r.id for update of r
"""
_WRITE = """
    insert into fondaco.stock_row (product_id, place_id, lot, on_hand, arrives_on)
    select c.product_id, c.place_id, c.lot, c.on_hand + coalesce(k.quantity, 0), c.arrives_on
      from fondaco.staging_stock_change c
      left join fondaco.stock_row r
        on r.product_id = c.product_id and r.place_id = c.place_id and r.lot = c.lot
      left join ({correction}) k on k.stock_id = r.id
     where c.run_id = :run and c.n between :first and :last
     order by c.n
    on conflict (product_id, place_id, lot) do update
       set on_hand = excluded.on_hand, arrives_on = excluded.arrives_on, reported_at = now()
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
    complete = await merging.scalar(_COMPLETE)
    plan = _PLAN.format(
        distinct="distinct on (product_id, place_id, lot)" if twice else "",
        order="order by product_id, place_id, lot, seq desc" if twice else "",
        placed=placed,
        default=TOTAL,
        absent=f"{_OTHER_WAY} or {_NOT_NAMED}" if complete else _OTHER_WAY,
        gone=_GONE if complete else "false",
        correction=correction(erp_reports),
    )
    if complete:
        held = _GONE.replace("r.reserved = 0 and ", "")
        await merging.warn("stock.lot_held", _HELD.format(gone=held, placed=placed))
    changed = await merging.execute(plan)
    await merging.analyse("stock_change")
    return changed


async def merge_stock(merging: Merging, first: int, last: int, *, erp_reports: str) -> None:
    """Write the numbered rows, locked in the order in which reservations lock them."""
    await merging.rows(_LOCK, first=first, last=last)
    write = _WRITE.format(correction=correction(erp_reports))
    await merging.count("stock.changed", write, first=first, last=last)
