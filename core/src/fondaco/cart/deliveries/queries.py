"""Writing the deliveries of a cart: every statement takes all of them, or names one."""

from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID

from fondaco.db.columns import QUANTITY

_MINE = "(select id from fondaco.cart where company_id = :company and user_id = :user)"
ADD: TextClause = text(
    f"""
    insert into fondaco.cart_delivery (uuid, cart_id, outlet_id, place_id, wanted_on)
    select d.uuid, c.id, d.outlet_id, d.place_id, d.wanted_on
      from unnest(:uuids, :outlets, :places, :days) with ordinality
           as d (uuid, outlet_id, place_id, wanted_on, n)
      cross join {_MINE} c
     order by d.n
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("outlets", type_=ARRAY(BigInteger)),
    bindparam("places", type_=ARRAY(BigInteger)),
    bindparam("days", type_=ARRAY(Date)),
)
CHANGE: TextClause = text(
    f"""
    update fondaco.cart_delivery
       set outlet_id = :outlet, place_id = :place, wanted_on = :wanted_on
     where uuid = :uuid and cart_id = {_MINE}
    """
)
REMOVE: TextClause = text(
    f"delete from fondaco.cart_delivery where uuid = :uuid and cart_id = {_MINE}"
)
REMOVE_ALL: TextClause = text(f"delete from fondaco.cart_delivery where cart_id = {_MINE}")
PUT: TextClause = text(
    f"""
    with cells as (
        select l.id as line, d.id as delivery, cell.quantity
          from unnest(:lines, :deliveries, :quantities) as cell (line, delivery, quantity)
          join fondaco.cart_line l on l.uuid = cell.line and l.cart_id = {_MINE}
          join fondaco.cart_delivery d on d.uuid = cell.delivery and d.cart_id = l.cart_id
    ), gone as (
        delete from fondaco.cart_delivery_share
         where (cart_line_id, cart_delivery_id) in (
             select line, delivery from cells where quantity = 0)
    ), put as (
        insert into fondaco.cart_delivery_share (cart_line_id, cart_delivery_id, quantity)
        select line, delivery, quantity from cells where quantity > 0
        on conflict (cart_line_id, cart_delivery_id) do update set quantity = excluded.quantity
    )
    select count(*) from cells
    """
).bindparams(
    bindparam("lines", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("deliveries", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("quantities", type_=ARRAY(QUANTITY)),
)
# Another delivery moves the dates by itself: they are news only once the world moves them.
DATES_UNSEEN: TextClause = text(
    f"update fondaco.cart_line set seen_promised = null where cart_id = {_MINE}"
)
