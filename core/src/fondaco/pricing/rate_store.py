"""The stored currency rates: written once a day and currency, read with their age."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, Date, Integer, Numeric, Text, TextClause, bindparam, text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.pricing.cbr import DayRates

OLD_DAYS = 3

STORE: TextClause = text(
    """
    insert into fondaco.currency_rate as r (currency, valid_from, nominal, rate, source)
    select currency, :on, nominal, rate, :source
      from unnest(:currencies, :nominals, :rates) as x (currency, nominal, rate)
    on conflict (currency, valid_from) do update
       set nominal = excluded.nominal, rate = excluded.rate, source = excluded.source,
           stored_at = now()
     where (r.nominal, r.rate) is distinct from (excluded.nominal, excluded.rate)
    """
).bindparams(
    bindparam("on", type_=Date),
    bindparam("currencies", type_=ARRAY(Text)),
    bindparam("nominals", type_=ARRAY(Integer)),
    bindparam("rates", type_=ARRAY(Numeric(18, 6))),
)
# The newest of each currency that is in force, and whether a later one is known.
KNOWN: TextClause = text(
    """
    select distinct on (r.currency) r.currency::text, r.valid_from, r.nominal, r.rate, r.source,
           r.stored_at,
           exists (select from fondaco.price_list l where l.active and l.currency = r.currency)
           or exists (select from fondaco.agreement a where a.active and a.currency = r.currency)
           or exists (select from fondaco.individual_price i where i.currency = r.currency)
           or exists (select from fondaco.product_pricing p where p.cost_currency = r.currency)
      from fondaco.currency_rate r
     where r.valid_from <= :on
     order by r.currency, r.valid_from desc
    """
).bindparams(bindparam("on", type_=Date))
WANTED: TextClause = text(
    """
    select currency::text from fondaco.price_list where active
     union select currency::text from fondaco.individual_price
     union select currency::text from fondaco.agreement where active
     union select cost_currency::text from fondaco.product_pricing where cost is not null
    """
)
HAS: TextClause = text(
    "select exists (select from fondaco.currency_rate where valid_from >= :on and source = :source)"
).bindparams(bindparam("on", type_=Date))


class KnownRate(Struct, frozen=True, array_like=True):
    """A rate in force: `rate` of the site's currency for `nominal` units, from a day on.

    `source` is "" for one entered by hand; `used`: something is priced in this currency.
    """

    currency: str
    valid_from: date
    nominal: int
    rate: Decimal
    source: str
    stored_at: datetime
    used: bool

    def age(self, today: date) -> int:
        """For how many days it has been in force."""
        return (today - self.valid_from).days

    def old(self, today: date) -> bool:
        """Whether a newer one ought to have come."""
        return self.age(today) > OLD_DAYS


async def store_rates(act: ActContext, day: DayRates, source: str) -> int:
    """Keep a day's rates; returns how many were new or differed. One statement."""
    return await act.execute(
        STORE,
        {
            "on": day.on,
            "source": source,
            "currencies": [rate.currency for rate in day.rates],
            "nominals": [rate.nominal for rate in day.rates],
            "rates": [rate.rate for rate in day.rates],
        },
    )


async def known_rates(ask: AskContext, on: date) -> Sequence[KnownRate]:
    """The rates in force on a day, those in use first. One statement."""
    rows = await ask.fetch(KNOWN, {"on": on})
    found = [msgspec.convert(tuple(row), KnownRate) for row in rows]
    return sorted(found, key=lambda rate: (not rate.used, rate.currency))


async def missing_rates(ask: AskContext, known: Sequence[KnownRate]) -> Sequence[str]:
    """Currencies in which something is priced though they have no rate. One statement."""
    have = {rate.currency for rate in known} | {ask.hall.settings.site.currency}
    return sorted({row[0] for row in await ask.fetch(WANTED)} - have)


async def has_rates(ask: AskContext, on: date, source: str) -> bool:
    """Whether a source's rates of a day, or of a later one, are stored. One statement."""
    return bool((await ask.fetch(HAS, {"on": on, "source": source}))[0][0])
