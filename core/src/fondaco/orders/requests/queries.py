"""Requests in SQL; whoever asks for an order's has found it in its scope."""

from sqlalchemy import ARRAY, BigInteger, Date, Numeric, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID

LINES: TextClause = text(
    """
    select l.id, l.uuid::text, s.uuid::text, l.product_id, l.sku, l.name, l.unit, p.multiple,
           l.quantity, l.unit_price, l.total, s.outlet_id
      from fondaco.order_line l
      join fondaco.shipment s on s.id = l.shipment_id
      join fondaco.product p on p.id = l.product_id
     where l.order_id = :order order by s.id, l.position, l.id
    """
)
DAYS: TextClause = text(
    "select wanted_on from fondaco.shipment where order_id = :order order by id"
)
SET_DAY: TextClause = text(
    """
    update fondaco.shipment set wanted_on = :day
     where order_id = :order and wanted_on is distinct from :day
    """
).bindparams(bindparam("day", type_=Date))
FREE: TextClause = text(
    """
    select product_id, sum(greatest(on_hand - reserved, 0)) from fondaco.stock_row
     where product_id = any(cast(:products as bigint[])) and arrives_on is null
     group by product_id
    """
)
# Those of an order, whatever became of them, the last first.
NEWEST: TextClause = text(
    """
    select q.id, q.uuid, q.state, q.comment, q.wanted_on, q.asked_at, q.said, q.decided_at,
           q.user_id, coalesce(u.name, '') as person, q.decided_by, coalesce(d.name, '') as decider,
           q.approval, q.beyond, coalesce(a.name, '') as approver
      from fondaco.change_request q
      left join fondaco.user_account u on u.id = q.user_id
      left join fondaco.user_account d on d.id = q.decided_by
      left join fondaco.user_account a on a.id = q.approved_by
     where q.order_id = :order order by q.id desc limit :most
    """
)
LINES_OF_REQUESTS: TextClause = text(
    """
    select q.request_id, l.id, l.uuid::text, l.sku, l.name, l.unit, q.quantity_before,
           q.quantity_wanted, q.quantity_given, l.quantity
      from fondaco.change_request_line q join fondaco.order_line l on l.id = q.order_line_id
     where q.request_id = any(cast(:requests as bigint[])) order by l.position, l.id
    """
)
INSERT: TextClause = text(
    """
    insert into fondaco.change_request (uuid, order_id, user_id, comment, wanted_on)
    values (:uuid, :order, cast(:user as bigint), :comment, :day) returning id
    """
).bindparams(bindparam("uuid", type_=UUID(as_uuid=True)), bindparam("day", type_=Date))
INSERT_LINES: TextClause = text(
    """
    insert into fondaco.change_request_line
           (request_id, order_line_id, quantity_before, quantity_wanted)
    select :request, line, seen, wanted
      from unnest(:lines, :seen, :wanted) as w (line, seen, wanted)
    """
).bindparams(
    bindparam("request", type_=BigInteger),
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("seen", type_=ARRAY(Numeric(15, 3))),
    bindparam("wanted", type_=ARRAY(Numeric(15, 3))),
)
DECIDE: TextClause = text(
    """
    update fondaco.change_request
       set state = :state, said = :said, decided_by = cast(:user as bigint), decided_at = now()
     where id = :request and state = 'waiting'
    """
).bindparams(bindparam("state", type_=Text), bindparam("said", type_=Text))
BUYER: TextClause = text("select user_id from fondaco.customer_order where id = :order")
ASK_APPROVER: TextClause = text(
    """
    update fondaco.change_request set approval = 'asked', beyond = cast(:beyond as jsonb)
     where id = :request
    """
)
APPROVE: TextClause = text(
    """
    update fondaco.change_request set approval = 'given', approved_by = :user
     where id = :request and approval = 'asked'
    """
)
GIVE: TextClause = text(
    """
    update fondaco.change_request_line q set quantity_given = l.quantity
      from fondaco.order_line l where l.id = q.order_line_id and q.request_id = :request
    """
)
COUNT_REQUESTS = """
    (select count(*) from fondaco.change_request where state = 'waiting' and approval <> 'asked')
"""
# Of the person's company, by others, and for outlets they are bound to, or bound to none.
_TO_APPROVE = """
      from fondaco.change_request q
      join fondaco.customer_order o on o.id = q.order_id
     where q.state = 'waiting' and q.approval = 'asked' and o.company_id = :company
       and q.user_id is distinct from :user and o.user_id is distinct from :user
       and (not exists (select from fondaco.user_outlet b where b.user_id = :user)
            or not exists (
                select from fondaco.change_request_line w
                  join fondaco.order_line l on l.id = w.order_line_id
                  join fondaco.shipment s on s.id = l.shipment_id
                 where w.request_id = q.id and w.quantity_wanted > w.quantity_before
                   and not exists (select from fondaco.user_outlet b
                                    where b.user_id = :user and b.outlet_id = s.outlet_id)))
"""
COUNT_TO_APPROVE = f"(select count(*) {_TO_APPROVE})"
TO_APPROVE: TextClause = text(
    f"""
    select o.uuid as "order", o.number, o.total, o.currency, q.asked_at, q.beyond,
           coalesce((select name from fondaco.user_account where id = q.user_id), '') as person
      {_TO_APPROVE} order by q.id limit :most
    """
)
QUEUE: TextClause = text(
    """
    select o.uuid as "order", o.number, o.state, o.total, o.currency, c.name as company,
           coalesce(u.name, '') as person,
           q.asked_at, q.comment, q.wanted_on,
           (select count(*) from fondaco.change_request_line l where l.request_id = q.id)
             as lines
      from fondaco.change_request q
      join fondaco.customer_order o on o.id = q.order_id
      join fondaco.company c on c.id = o.company_id
      left join fondaco.user_account u on u.id = q.user_id
     where q.state = 'waiting' and q.approval <> 'asked'
       and (:everything or o.company_id = :company)
     order by q.id limit :most
    """
)
