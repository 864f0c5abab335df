"""What buyers and outlets have spent in a month, what is left of their limits, and the journal.

An order spends an amount at each outlet it goes to. The journal counts all orders, with a limit or
without, so that a limit set in the middle of a month knows the whole of it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.format import money
from fondaco_sdk.types.ids import CompanyId, OrderId, UserId
from fondaco_sdk.types.reason import Reason

Spending = Mapping[int | None, Decimal]
"""Amounts in the site's currency by the inner id of the outlet; None: at no outlet."""

ZERO = Decimal(0)
THIS_MONTH = "cast(date_trunc('month', now() at time zone :zone) as date)"
USED = """
    coalesce((select sum(e.amount) from fondaco.spending_entry e
               where e.month = {month}
                 and (l.user_id is null or e.user_id = l.user_id)
                 and (l.outlet_id is null or e.outlet_id = l.outlet_id)), 0)
"""
_CONCERNED = """
    l.company_id = :company and l.ended_at is null
    and (l.user_id is null or l.user_id = cast(:user as bigint))
    and (l.outlet_id is null or l.outlet_id = any(cast(:outlets as bigint[])))
"""
# Whoever spends under a limit waits for whoever is spending under it.
LOCK: TextClause = text(
    f"select l.id from fondaco.spending_limit l where {_CONCERNED} order by l.id for no key update"
)
_ALLOWANCES: TextClause = text(
    f"""
    select l.outlet_id, coalesce(u.name, ''), coalesce(o.name, ''), l.amount,
           {USED.format(month=THIS_MONTH)}
      from fondaco.spending_limit l
      left join fondaco.user_account u on u.id = l.user_id
      left join fondaco.outlet o on o.id = l.outlet_id
     where {_CONCERNED}
     order by l.id
    """
)
# By difference, in the month of the first word: told twice, it counts once.
_COUNT: TextClause = text(
    """
    insert into fondaco.spending_entry (order_id, user_id, outlet_id, month, kind, amount)
    select o.id, o.user_id, d.outlet_id,
           coalesce((select min(e.month) from fondaco.spending_entry e where e.order_id = o.id),
                    cast(date_trunc('month', o.placed_at at time zone :zone) as date)),
           :kind, d.amount
      from fondaco.customer_order o
      cross join (
          select outlet_id, sum(amount) as amount
            from (select outlet_id, amount
                    from unnest(cast(:outlets as bigint[]), cast(:amounts as numeric[]))
                         as wanted (outlet_id, amount)
                  union all
                  select outlet_id, -amount from fondaco.spending_entry where order_id = :order) x
           group by outlet_id having sum(amount) <> 0
      ) d
     where o.id = :order
    """
)


class Allowance(Struct, frozen=True, array_like=True):
    """A limit and what of it is used this month, in the site's currency.

    Without a `person` it is everybody's at the outlet, without an `outlet_id` it holds everywhere.
    """

    outlet_id: int | None
    person: str
    outlet: str
    amount: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be spent; nothing where an approval went beyond the limit."""
        return max(self.amount - self.used, ZERO)

    def needed(self, spending: Spending) -> Decimal:
        """How much of a spending counts here."""
        if self.outlet_id is None:
            return sum(spending.values(), ZERO)
        return spending.get(self.outlet_id, ZERO)

    def beyond(self, spending: Spending) -> Decimal:
        """By how much a spending goes beyond what is left."""
        needed = self.needed(spending)
        return max(self.used + needed - self.amount, ZERO) if needed else ZERO


async def allowances(
    ask: AskContext, company: CompanyId, user: UserId | None, spending: Spending
) -> Sequence[Allowance]:
    """The limits that concern a person who spends there. One statement."""
    rows = await ask.fetch(
        _ALLOWANCES, {**_concerned(company, user, spending), "zone": ask.zone.key}
    )
    return tuple(msgspec.convert(tuple(row), Allowance) for row in rows)


async def lock_allowances(
    act: ActContext, company: CompanyId, user: UserId | None, spending: Spending
) -> None:
    """Let nobody else spend under these limits until the transaction ends. One statement."""
    await act.fetch(LOCK, _concerned(company, user, spending))


async def count_spending(
    act: ActContext,
    order_id: OrderId,
    kind: Literal["placed", "approved", "cancelled", "corrected"],
    spending: Spending,
) -> None:
    """From now on the order counts as `spending`; the journal takes the difference. One statement.

    The order is locked by the caller, or its own.
    """
    await act.execute(
        _COUNT,
        {
            "order": order_id,
            "kind": kind,
            "zone": act.zone.key,
            "outlets": list(spending.keys()),
            "amounts": list(spending.values()),
        },
    )


def why_beyond(found: Sequence[Allowance], spending: Spending, currency: str) -> tuple[Reason, ...]:
    """A reason for each limit that a spending goes beyond."""
    return tuple(
        _beyond(allowance, over, currency)
        for allowance in found
        if (over := allowance.beyond(spending))
    )


def _beyond(limit: Allowance, over: Decimal, currency: str) -> Reason:
    said = {
        locale: (money(limit.amount, currency, locale), money(over, currency, locale))
        for locale in ("ru", "en")
    }
    (most, more), (most_en, more_en) = said["ru"], said["en"]
    if limit.person and limit.outlet:
        ru = f"{limit.person}, «{limit.outlet}»: лимит на месяц {most} превышен на {more}"
        en = f"{limit.person} at “{limit.outlet}”: {more_en} over the monthly limit of {most_en}"
    elif limit.person:
        ru = f"{limit.person}: лимит на месяц {most} превышен на {more}"
        en = f"{limit.person}: {more_en} over the monthly limit of {most_en}"
    else:
        ru = f"«{limit.outlet}»: лимит на месяц {most} превышен на {more}"
        en = f"“{limit.outlet}”: {more_en} over the monthly limit of {most_en}"
    params = {"limit": str(limit.amount), "over": str(over), "currency": currency}
    return Reason("limit.beyond", ru, en, params)


def _concerned(company: CompanyId, user: UserId | None, spending: Spending) -> dict[str, object]:
    outlets = [outlet for outlet in spending if outlet is not None]
    return {"company": company, "user": user, "outlets": outlets}
