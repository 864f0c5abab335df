"""Beside an order: what of it is on credit, and until when to pay."""

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import CREDIT, KNOWN_BY_NUMBER
from fondaco_sdk.context import Ask, Subject
from fondaco_sdk.web import Fragment

# The order is in sight of whoever sees its page. What the ERP says of it comes first.
_ORDERS: TextClause = text(
    f"""
    select o.uuid, part.currency, coalesce(erp.amount + held.amount, part.amount) as amount,
           case when erp.amount is null then s.due_on else erp.due_on end as due_on
      from fondaco_api.order_v1 o
      join lateral (
           select p.currency, sum(p.amount - p.received) as amount
             from fondaco_api.payment_v1 p where p.order_id = o.id and p.way = :way
            group by p.currency
      ) part on true
      join lateral (
           select coalesce(sum(e.amount), 0) as amount
             from plugin_credit_limit.entry e where e.order_id = o.id
      ) held on true
      left join lateral (
           select sum(d.amount) as amount,
                  min(d.due_on) filter (where d.state = 'shipped') as due_on
             from plugin_credit_limit.debt d
            where d.legal_entity_id = o.legal_entity_id
              and (lower(trim(d.order_number)) = cast(o.uuid as text)
                   or lower(trim(d.order_number)) = lower(o.number) and {KNOWN_BY_NUMBER})
      ) erp on true
      left join plugin_credit_limit.shipped s on s.order_id = o.id
     where o.uuid = any(cast(:orders as uuid[])) and o.state <> 'cancelled'
    """
)


async def order_aside(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    """For orders with a part on credit. One statement."""
    keys = {subject.order_uuid: subject.key for subject in subjects if subject.order_uuid}
    rows = await ask.fetch(_ORDERS, {"orders": [str(uuid) for uuid in keys], "way": CREDIT})
    today = ask.now.astimezone(ask.zone).date()
    return {
        keys[row.uuid]: Fragment(
            "credit_limit/order_aside.html",
            {
                "left": max(row.amount, 0),
                "currency": row.currency,
                "due_on": row.due_on,
                "late": row.due_on is not None and row.due_on < today,
                "linked": ask.actor.may("credit.view"),
            },
        )
        for row in rows
    }
