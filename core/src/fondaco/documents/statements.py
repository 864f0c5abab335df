"""Reconciliation from the portal's books: shipments are debits of the buyer, payments credits."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import TextClause, text

from fondaco.documents.agreements import AgreementTerms
from fondaco.documents.parties import basis_of
from fondaco.hooks.context import AskContext
from fondaco.orders.payments.queries import ONE_MONEY
from fondaco_sdk.types.paper import Entry, Statement

# What was shipped, under the name of its first shipping document, or else of the order.
_SHIPPED = """
    select (e.at at time zone :zone)::date as day, sum(l.total) + s.delivery_price as amount,
           o.number as order_number, s.id as shipment_id
      from fondaco.customer_order o
      join fondaco.shipment s on s.order_id = o.id
      join fondaco.order_line l on l.shipment_id = s.id
      join lateral (select min(n.at) as at from fondaco.order_entry n
                     where n.order_id = o.id and n.kind = 'state.shipped') e on e.at is not null
     where o.legal_entity_id = :entity and s.seller_id = :seller and o.currency = :currency
       and o.state in ('shipped', 'completed')
     group by s.id, e.at, o.number
"""
SHIPPED: TextClause = text(
    f"""
    select x.day, x.amount, x.order_number, d.kind, d.number
      from ({_SHIPPED}) x
      left join lateral (
           select d.kind, d.number from fondaco.document d
            where d.shipment_id = x.shipment_id and d.kind = any(cast(:kinds as text[]))
            order by array_position(cast(:kinds as text[]), d.kind), d.id limit 1) d on true
     where x.day between :since and :until
     order by x.day, x.shipment_id
    """
)
SHIPPED_BEFORE: TextClause = text(
    f"select coalesce(sum(x.amount), 0) from ({_SHIPPED}) x where x.day < :since"
)
# What came, and, with a minus, what went back, by the day it was paid on: of the ERP's documents
# the one that it has told last. What was counted by mistake and struck was never paid.
_PAID = f"""
    select coalesce(min(coalesce(t.day, e.paid_on)) filter (where e.kind <> 'struck'),
                    min(e.paid_on)) as day,
           sum(e.amount) as amount, o.number as order_number, min(e.id) as id
      from fondaco.payment_entry e
      join fondaco.payment p on p.id = e.payment_id
      join fondaco.customer_order o on o.id = p.order_id
      left join fondaco.erp_payment t
        on e.source = 'erp' and t.order_id = o.id and t.reference = e.reference
     where o.legal_entity_id = :entity and o.seller_id = :seller and p.currency = :currency
     group by o.id, {ONE_MONEY}
    having sum(e.amount) <> 0
"""
PAID: TextClause = text(
    f"""
    select x.day, x.amount, x.order_number from ({_PAID}) x
     where x.day between :since and :until order by x.day, x.id
    """
)
PAID_BEFORE: TextClause = text(
    f"select coalesce(sum(x.amount), 0) from ({_PAID}) x where x.day < :since"
)


async def statement_of(
    ask: AskContext, terms: AgreementTerms, number: str, since: date, until: date, today: date
) -> Statement:
    """Both days included. Four statements, however many entries."""
    values = {
        "zone": ask.zone.key,
        "entity": terms.legal_entity_id,
        "seller": terms.seller_id,
        "currency": terms.currency,
        "since": since,
    }
    period = {**values, "until": until}
    kinds = _shipping_kinds(ask)
    titles = {name: kind.title for name, kind in ask.hall.registry.documents.items()}
    shipped = await ask.fetch(SHIPPED, {**period, "kinds": kinds})
    entries = [_shipped(row, titles, ask.locale) for row in shipped]
    opening: Decimal = (await ask.fetch(SHIPPED_BEFORE, values))[0][0]
    entries += [_paid(row, ask.locale) for row in await ask.fetch(PAID, period)]
    opening -= (await ask.fetch(PAID_BEFORE, values))[0][0]
    return Statement(
        number=number,
        date=today,
        since=since,
        until=until,
        seller=terms.seller,
        buyer=terms.buyer,
        opening=opening,
        entries=sorted(entries, key=lambda entry: entry.date),
        currency=terms.currency,
        basis=basis_of(terms.number, terms.signed_on, ask.locale),
    )


def _shipping_kinds(ask: AskContext) -> Sequence[str]:
    """The kinds issued at a shipment, in the order of the manifests."""
    found = ask.hall.registry.documents.values()
    return [kind.name for kind in found if kind.issued == "shipped"]


def _shipped(row: Any, titles: Mapping[str, Any], locale: str) -> Entry:
    sign = "№" if locale == "ru" else "No."
    if row.kind in titles:
        return Entry(row.day, f"{titles[row.kind].text(locale)} {sign} {row.number}", row.amount)
    words = f"Заказ № {row.order_number}" if locale == "ru" else f"Order No. {row.order_number}"
    return Entry(row.day, words, row.amount)


def _paid(row: Any, locale: str) -> Entry:
    order = row.order_number
    if row.amount < 0:
        words = f"Возврат по заказу № {order}" if locale == "ru" else f"Refund of order No. {order}"
        return Entry(row.day, words, debit=-row.amount)
    words = f"Оплата заказа № {order}" if locale == "ru" else f"Payment of order No. {order}"
    return Entry(row.day, words, credit=row.amount)
