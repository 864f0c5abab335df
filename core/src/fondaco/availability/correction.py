"""What has happened since a stock report was made, and what it had taken off already.

A report arrives later than it was made; meanwhile orders are confirmed, shipped and cancelled. So
that no reservation is counted twice and none is forgotten:

1. `erp_reports = "gross"`: the report knows of no reservation. What was shipped after it was made
   is still in it, and is taken off.
2. `"free"`: an order that the ERP had confirmed when the report was made is taken off in it. While
   we hold it, and where it was let go of since, that is added back. Of any other order the report
   knows nothing: our own reservation counts, and what was shipped since is taken off.

Only the ERP's own word counts: what our people confirmed it need not know. Goods that were moved to
another row are known to it there when it speaks of the order again. A report that does not say when
it was made is as old as its import.
"""

MADE = """
    (select least(i.started_at, min(x.made_at))
       from fondaco.import_run i
       left join fondaco.staging_section x on x.run_id = i.id
      where i.id = :run group by i.id)
"""
# The orders' tables stand above this room; only their steps are read, to know what the ERP knew.
_KNOWN = f"""
    (co.external_id is not null or sh.external_id is not null
     or exists (select from fondaco.order_entry e
                 where e.order_id = co.id and e.user_id is null
                   and e.kind in ('state.confirmed', 'state.picking')
                   and e.at <= {MADE} and (v.moved_at is null or v.moved_at <= e.at)))
"""
_GROSS = f"""
    select v.stock_id, -sum(v.quantity) as quantity
      from fondaco.reservation v
     where v.state = 'taken' and v.ended_at > {MADE}
     group by v.stock_id
"""
_FREE = f"""
    select v.stock_id, sum(case when v.state = 'taken' then -v.quantity else v.quantity end)
                           as quantity
      from fondaco.reservation v
      join fondaco.order_line ol on ol.id = v.order_line_id
      join fondaco.customer_order co on co.id = ol.order_id
      join fondaco.shipment sh on sh.id = ol.shipment_id
     where (v.state = 'held' or v.ended_at > {MADE})
       and (v.state <> 'taken') = {_KNOWN}
     group by v.stock_id
"""


def correction(erp_reports: str) -> str:
    """A query of `stock_id` and the `quantity` by which its report of this `:run` is corrected."""
    return _FREE if erp_reports == "free" else _GROSS
