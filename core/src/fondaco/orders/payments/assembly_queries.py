"""What has to hold of an order that is picked by itself, in SQL."""

from sqlalchemy import ARRAY, BigInteger, Integer, Text, TextClause, bindparam, text

# Every line is held as a whole, and nothing of it is on its way.
_HELD_WHOLE = """
    (select coalesce(bool_and(coalesce(held.quantity, 0) >= l.quantity), false)
       from fondaco.order_line l
       left join lateral (
            select sum(r.quantity) as quantity
              from fondaco.reservation r join fondaco.stock_row s on s.id = r.stock_id
             where r.order_line_id = l.id and r.state = 'held' and s.arrives_on is null
       ) held on true
      where l.order_id = {order} and l.quantity > 0)
"""
# Neither a request of the buyer waits, nor a price of the ERP's for the buyer.
_NOBODY_ASKS = """
    not exists (select from fondaco.change_request q
                 where q.order_id = {order} and q.state = 'waiting')
    and not exists (select from fondaco.order_check c
                     where c.order_id = {order} and c.state = 'differs' and c.answer is null)
"""
ALL_THERE: TextClause = text(
    f"select {_HELD_WHOLE.format(order=':order')} and {_NOBODY_ASKS.format(order=':order')}"
)
# All money that has to come before is there, and some is to come afterwards. It is time so many
# minutes before the first cut-off, of the places where its goods are, at which it can be picked:
# the first after it was placed, and on no earlier day than is needed for the day it is wanted on.
ON_CREDIT: TextClause = text(
    f"""
    select o.id
      from fondaco.customer_order o
     where o.state = any(:states) and (:order is null or o.id = :order)
       and exists (select from fondaco.payment p
                    where p.order_id = o.id and not p.before and p.received < p.amount)
       and not exists (select from fondaco.payment p
                        where p.order_id = o.id and p.before and p.received < p.amount)
       and {_NOBODY_ASKS.format(order="o.id")}
       and {_HELD_WHOLE.format(order="o.id")}
       and (cast(:at_once as boolean) or exists (
            select from fondaco.order_line l
              join fondaco.shipment sh on sh.id = l.shipment_id
              join fondaco.reservation r on r.order_line_id = l.id and r.state = 'held'
              join fondaco.stock_row s on s.id = r.stock_id
              join fondaco.place c on c.id = s.place_id
              cross join lateral (select o.placed_at at time zone c.timezone as placed) local
             where l.order_id = o.id
               and (greatest(
                       cast(local.placed as date)
                         + case when cast(local.placed as time) >= c.cut_off then 1 else 0 end,
                       sh.wanted_on - c.pick_days) + c.cut_off) at time zone c.timezone
                   <= clock_timestamp() + make_interval(mins => :minutes)))
     order by o.id limit :most
    """
).bindparams(
    bindparam("order", type_=BigInteger),
    bindparam("states", type_=ARRAY(Text)),
    bindparam("minutes", type_=Integer),
)
