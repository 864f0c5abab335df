"""What an order spends, against the monthly limits of whoever places it and of where it goes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco.customers.spending import (
    Allowance,
    Spending,
    allowances,
    lock_allowances,
    why_beyond,
)
from fondaco.hooks.context import ActContext, AskContext
from fondaco.pricing.rates import Exchange, RateMissing, rates_on
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import CompanyId, UserId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.reason import Reason


class Weighed(Struct, frozen=True):
    """A spending beside the limits that concern it; `beyond` says which do not hold it, and why."""

    spending: Spending = {}
    allowances: Sequence[Allowance] = ()
    beyond: Sequence[Reason] = ()


async def weigh(
    ask: AskContext, customer: Customer, amounts: Mapping[int | None, Decimal], currency: str
) -> Weighed:
    """Weigh amounts in `currency`, by the inner id of the outlet they are spent at.

    One statement, and one for the rates where the currency is not the site's. Without a rate
    nothing can be counted, so that somebody has to look where there are limits.
    """
    missing: Reason | None = None
    try:
        spending = await _at_home(ask, amounts, currency)
    except RateMissing as unknown:
        spending, missing = dict.fromkeys(amounts, Decimal(0)), unknown.reason
    found = await allowances(ask, customer.company_id, ask.actor.user_id, spending)
    beyond = why_beyond(found, spending, ask.currency)
    return Weighed(spending, found, (missing,) if missing and found else beyond)


async def weigh_more(
    act: ActContext,
    company: CompanyId,
    buyer: UserId | None,
    more: Mapping[int | None, Decimal],
    currency: str,
) -> Weighed:
    """Weigh by how much an order that `buyer` has placed is to cost more, with the limits locked.

    `more` is in `currency`, by the inner id of the outlet; what costs less goes beyond nothing.
    """
    if not any(amount > 0 for amount in more.values()):
        return Weighed()
    await lock_allowances(act, company, buyer, more)
    missing: Reason | None = None
    try:
        spending = await _at_home(act, more, currency)
    except RateMissing as unknown:
        spending, missing = dict.fromkeys(more, Decimal(0)), unknown.reason
    every = await allowances(act, company, buyer, spending)
    if missing:
        return Weighed(spending, every, (missing,) if every else ())
    found = [one for one in every if one.needed(spending) > 0]
    return Weighed(spending, found, why_beyond(found, spending, act.currency))


async def weigh_alone(
    act: ActContext, customer: Customer, amounts: Mapping[int | None, Decimal], currency: str
) -> Weighed:
    """Weigh, with the limits locked: what is left stays so until the transaction ends."""
    await lock_allowances(act, customer.company_id, act.actor.user_id, amounts)
    return await weigh(act, customer, amounts, currency)


async def _at_home(
    ask: AskContext, amounts: Mapping[int | None, Decimal], currency: str
) -> Spending:
    """The amounts in the site's currency at the rate of today. Raises `RateMissing`."""
    if currency == ask.currency:
        return amounts
    today = ask.now.astimezone(ask.zone).date()
    exchange = Exchange(ask.currency, await rates_on(ask, today))
    return {
        outlet: round_money(exchange.convert(amount, currency, ask.currency), ask.currency)
        for outlet, amount in amounts.items()
    }
