"""Accounts in the database: read, locked, and written by journal."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from sqlalchemy import TextClause, text

from fondaco_credit_limit.rule import Counted, OnCredit, OverdueRule, Standing, Status, weighs
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.types.ids import LegalEntityId, OrderId
from fondaco_sdk.types.order import OrderState

Kind: TypeAlias = Literal["held", "changed", "released", "paid", "taken_over"]

CREDIT = "credit_limit"
"""The code of the way to pay."""

# Debts that are due: the ERP's, and orders of the portal that it has not taken over.
_STANDINGS: TextClause = text(
    """
    select a.legal_entity_id, a.currency, a.limit_amount, a.days, a.rule, a.tolerance_days,
           a.status, a.balance + a.erp_exposure, coalesce(sum(due.amount), 0), min(due.due_on),
           a.reported_at
      from plugin_credit_limit.account a
      left join lateral (
           select d.amount, d.due_on from plugin_credit_limit.debt d
            where d.legal_entity_id = a.legal_entity_id and d.state = 'shipped'
              and d.due_on + a.tolerance_days < cast(:today as date)
           union all
           select sum(e.amount), s.due_on
             from plugin_credit_limit.entry e
             join plugin_credit_limit.shipped s on s.order_id = e.order_id
            where e.legal_entity_id = a.legal_entity_id
              and s.due_on + a.tolerance_days < cast(:today as date)
            group by e.order_id, s.due_on having sum(e.amount) > 0
      ) due on true
     where a.legal_entity_id = any(cast(:entities as bigint[]))
     group by a.legal_entity_id
    """
)
_LOCK: TextClause = text(
    """
    select legal_entity_id from plugin_credit_limit.account
     where legal_entity_id = any(cast(:entities as bigint[]))
     order by legal_entity_id for update
    """
)
_WRITE: TextClause = text(
    """
    with added as (
        insert into plugin_credit_limit.entry (legal_entity_id, order_id, kind, amount)
        select * from unnest(cast(:entities as bigint[]), cast(:orders as bigint[]),
                             cast(:kinds as text[]), cast(:amounts as numeric[]))
        returning legal_entity_id, amount
    ), sums as (
        select legal_entity_id, sum(amount) as amount from added group by legal_entity_id
    )
    update plugin_credit_limit.account a set balance = a.balance + sums.amount
      from sums where a.legal_entity_id = sums.legal_entity_id
    """
)
PARTS_ON_CREDIT = """
    select p.order_id, sum(p.amount) as amount, sum(p.received) as received,
           coalesce(-sum(back.amount), 0) as returned
      from fondaco_api.payment_v1 p
      left join lateral (
           select sum(e.amount) as amount from fondaco_api.payment_entry_v1 e
            where e.payment_id = p.id and e.amount < 0
      ) back on true
     where p.way = :way
"""
"""What of orders is on credit by now: to be narrowed and grouped by `p.order_id`."""

# Numbers are given by seller.
KNOWN_BY_NUMBER = """
    (select count(*) from fondaco_api.order_v1 twin
      where twin.legal_entity_id = o.legal_entity_id and twin.number = o.number) = 1
"""
"""Whether the number of `o` names no other order of its legal entity."""

# An order as it is paid now, as the ERP counts it, and what is held of it.
_WEIGHED: TextClause = text(
    f"""
    select coalesce(part.amount, 0) as amount, coalesce(part.received, 0) as received,
           coalesce(part.returned, 0) as returned, c.amount as counted,
           c.returned as counted_returned, o.state,
           (select coalesce(sum(e.amount), 0) from plugin_credit_limit.entry e
             where e.order_id = :order) as held
      from fondaco_api.order_v1 o
      left join ({PARTS_ON_CREDIT} and p.order_id = :order group by p.order_id) part on true
      left join plugin_credit_limit.counted c on c.order_id = o.id
     where o.id = :order
    """
)
_HELD: TextClause = text(
    "select coalesce(sum(amount), 0) from plugin_credit_limit.entry where order_id = :order"
)
_ENTITY_OF: TextClause = text(
    "select legal_entity_id from plugin_credit_limit.entry where order_id = :order limit 1"
)


async def standings(
    ask: Ask, entities: Sequence[LegalEntityId]
) -> Mapping[LegalEntityId, Standing]:
    """How accounts stand today; legal entities without one are absent. One statement.

    Whoever asks names entities of the actor's scope.
    """
    today = ask.now.astimezone(ask.zone).date()
    rows = await ask.fetch(_STANDINGS, {"entities": list(entities), "today": today})
    return {LegalEntityId(row[0]): _standing(row) for row in rows}


async def lock(act: Act, entities: Sequence[LegalEntityId]) -> None:
    """Nobody else writes to these accounts until the transaction ends."""
    await act.fetch(_LOCK, {"entities": list(entities)})


async def write(act: Act, entries: Sequence[tuple[LegalEntityId, OrderId, Kind, Decimal]]) -> None:
    """Add entries to the journal; the accounts are locked by the caller. One statement."""
    entries = [entry for entry in entries if entry[3]]
    if entries:
        columns = zip(*entries, strict=True)
        names = ("entities", "orders", "kinds", "amounts")
        await act.execute(_WRITE, {n: list(c) for n, c in zip(names, columns, strict=True)})


async def entity_of(act: Act, order_id: OrderId) -> LegalEntityId | None:
    """Whose account an order weighs on; None: on nobody's."""
    rows = await act.fetch(_ENTITY_OF, {"order": order_id})
    return LegalEntityId(rows[0][0]) if rows else None


async def difference_of(act: Act, order_id: OrderId) -> Decimal:
    """By how much more an order takes of the limit than is held of it; below 0: less.

    A cancelled order is released, and nothing else happens to it. One statement.
    """
    row = (await act.fetch(_WEIGHED, {"order": order_id, "way": CREDIT}))[0]
    if row.state == OrderState.CANCELLED:
        return Decimal(0)
    counted = None if row.counted is None else Counted(row.counted, row.counted_returned)
    now = OnCredit(row.amount, row.received, row.returned)
    difference: Decimal = weighs(now, counted) - row.held
    return difference


async def held_of(act: Act, order_id: OrderId) -> Decimal:
    """What an order takes of the limit by the journal. One statement."""
    return Decimal((await act.fetch(_HELD, {"order": order_id}))[0][0])


def _standing(row: Any) -> Standing:
    _, currency, limit, days, rule, tolerance, status, exposure, overdue, oldest, reported = row
    return Standing(
        currency=currency,
        limit=limit,
        days=days,
        rule=OverdueRule(rule),
        tolerance_days=tolerance,
        status=Status(status),
        exposure=exposure,
        overdue=overdue,
        oldest=oldest,
        reported_at=reported,
    )
