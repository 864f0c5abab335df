"""Beside an order: what of it is on credit, and until when to pay."""

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import CREDIT
from fondaco_sdk.context import Ask, Subject
from fondaco_sdk.web import Fragment

# The order is in sight of whoever sees its page.
_ORDERS: TextClause = text(
    """
    select o.uuid, p.amount, p.received, p.currency, s.due_on, o.state
      from fondaco_api.order_v1 o
      join fondaco_api.payment_v1 p on p.order_id = o.id and p.way = :way
      left join plugin_credit_limit.shipped s on s.order_id = o.id
     where o.uuid = any(cast(:orders as uuid[]))
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
                "left": max(row.amount - row.received, 0),
                "currency": row.currency,
                "due_on": row.due_on,
                "late": row.due_on is not None and row.due_on < today,
                "linked": ask.actor.may("credit.view"),
            },
        )
        for row in rows
        if row.state != "cancelled"
    }
