"""Dated currency rates: how much of the site's currency one unit of another is worth."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on

from fondaco.pricing.tables import currency_rate
from fondaco_sdk.context import Ask
from fondaco_sdk.types.reason import Reason

RATES_ON: Select[Any] = (
    select(currency_rate.c.currency, currency_rate.c.rate / currency_rate.c.nominal)
    .ext(distinct_on(currency_rate.c.currency))
    .where(currency_rate.c.valid_from <= bindparam("on"))
    .order_by(currency_rate.c.currency, currency_rate.c.valid_from.desc())
)


async def rates_on(ask: Ask, on: date) -> Mapping[str, Decimal]:
    """The rates in force on a day, by currency. One statement."""
    return {row[0]: row[1] for row in await ask.fetch(RATES_ON, {"on": on})}


class RateMissing(Exception):
    """A currency has no rate; `reason` says so to the buyer."""

    def __init__(self, currency: str) -> None:
        super().__init__(f"no rate for {currency}")
        self.reason = Reason(
            "price.rate_missing",
            f"Нет курса валюты {currency}, поэтому цены сейчас нет. Сообщите менеджеру",
            f"There is no rate for {currency}, so there is no price now. Tell your manager",
            {"currency": currency},
        )


class Exchange:
    """Converts between currencies through the site's own."""

    def __init__(self, home: str, rates: Mapping[str, Decimal]) -> None:
        self._rates = {**rates, home: Decimal(1)}

    def convert(self, amount: Decimal, source: str, target: str) -> Decimal:
        """`amount` of `source` in `target`, not rounded. Raises `RateMissing`."""
        if source == target:
            return amount
        for currency in (source, target):
            if currency not in self._rates:
                raise RateMissing(currency)
        return amount * self._rates[source] / self._rates[target]
