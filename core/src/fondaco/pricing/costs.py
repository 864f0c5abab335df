"""Costs and price groups of an import: what is said of an offer last counts, the rest stays."""

from fondaco.catalog.references import references
from fondaco.exchange.staging.merging import Merging

_SAID = "select exists (select from fondaco.staging_cost where run_id = :run)"
_REFUSED = """
    select case when k.found is null then 'cost.product_unknown'
                else 'cost.product_ambiguous' end as code,
           false as warning, s.section, s.row_number, s.offer as reference,
           jsonb_strip_nulls(jsonb_build_object('found', k.found::text)) as params
      from fondaco.staging_cost s left join ({known}) k on k.ref = s.offer
     where s.run_id = :run and k.found is distinct from 1
"""
REPLACE = """
    on conflict (product_id) do update
       set price_group = excluded.price_group, cost = excluded.cost,
           cost_currency = excluded.cost_currency,
           cost_vat_included = excluded.cost_vat_included, changed_at = now()
     where (x.price_group, x.cost, x.cost_currency, x.cost_vat_included) is distinct from
           (excluded.price_group, excluded.cost, excluded.cost_currency,
            excluded.cost_vat_included)
"""
"""How `insert into fondaco.product_pricing as x` ends, so that only what differs is written."""

# A cost and its currency are one word, the group is another.
_WRITE = f"""
    with placed as (
        select s.*, k.product_id from fondaco.staging_cost s
          join ({{known}}) k on k.ref = s.offer and k.found = 1
         where s.run_id = :run
    ), priced as (
        select distinct on (product_id) product_id, cost, currency, vat_included
          from placed where priced order by product_id, seq desc
    ), grouped as (
        select distinct on (product_id) product_id, price_group
          from placed where price_group is not null order by product_id, seq desc
    )
    insert into fondaco.product_pricing as x
        (product_id, price_group, cost, cost_currency, cost_vat_included)
    select w.product_id, coalesce(g.price_group, b.price_group, ''),
           case when p.product_id is null then b.cost else p.cost end,
           coalesce(nullif(p.currency, ''), b.cost_currency, cast(:site as text)),
           case when p.product_id is null then coalesce(b.cost_vat_included, false)
                else p.vat_included end
      from (select product_id from priced union select product_id from grouped) w
      left join priced p using (product_id)
      left join grouped g using (product_id)
      left join fondaco.product_pricing b using (product_id)
     order by w.product_id
    {REPLACE}
"""


async def merge_costs(merging: Merging, site_currency: str) -> None:
    """Write what has changed, report goods that are not there."""
    if not await merging.scalar(_SAID):
        return
    known = await references(merging, "staging_cost")
    await merging.report(_REFUSED.format(known=known))
    await merging.count("costs.changed", _WRITE.format(known=known), site=site_currency)
