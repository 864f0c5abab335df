"""The documents by which an order was paid before its goods left: for row (5) of a UPD."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.orders.payments.queries import ONE_MONEY
from fondaco_sdk.types.paper import PaymentDocument

# Of an acquirer's payment the buyer has no document; of one of the ERP from before its number was
# kept nothing is known. What staff wrote down is the number and the day of its document.
PAID_BY: TextClause = text(
    f"""
    with came as (
         select e.source, min(e.reference) filter (where e.kind = 'received') as reference,
                min(e.paid_on) filter (where e.kind = 'received') as paid_on, min(e.id) as id
           from fondaco.payment_entry e join fondaco.payment p on p.id = e.payment_id
          where p.order_id = :order and e.source in ('statement', 'erp', 'staff')
          group by {ONE_MONEY}
         having sum(e.amount) > 0),
    named as (
         select came.*, coalesce(b.number, t.number, w.written[1]) as number,
                coalesce(b.day, t.day, cast(w.written[2] as date)) as day,
                coalesce(t.day, came.paid_on) as paid
           from came
           left join fondaco.bank_payment b
             on came.source = 'statement' and b.key = split_part(came.reference, '#', 1)
           left join fondaco.erp_payment t
             on came.source = 'erp' and t.order_id = :order and t.reference = came.reference
           left join lateral regexp_match(
                came.reference, '^(.+) (\\d{{4}}-\\d\\d-\\d\\d)(?:#\\d+)?$') as w (written)
             on came.source = 'staff')
    select number, day from named
     where number <> '' and day is not null and paid <= :shipped_on
     order by paid, id
    """
)


async def paid_by(ask: AskContext, order_id: int, shipped_on: date) -> Sequence[PaymentDocument]:
    """Those of the bank, of the ERP and of staff, the newest last. One statement."""
    rows = await ask.fetch(PAID_BY, {"order": order_id, "shipped_on": shipped_on})
    return tuple(PaymentDocument(row.number, row.day) for row in rows)
