"""Public holidays and transferred working days of a country, from the library `holidays`.

A government announces the transferred days of a year in the autumn before. Of later years only the
holidays of the law are known, and a date there is a forecast. Shortened days and holidays of a
region are unknown to the library: a site enters them as exceptions of a place.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from holidays import country_holidays
from msgspec import Struct

COUNTRIES = ("RU", "BY")

# The library reads its tables at the first question, which no request should wait for.
for _country in COUNTRIES:
    country_holidays(_country)


class Official(Struct, frozen=True):
    """The year of a country. `announced`: the transferred days of the year are known."""

    holidays: frozenset[date]
    working: frozenset[date]
    announced: bool


@cache
def official(country: str, year: int) -> Official:
    """What is official in `country`; of one that is not in `COUNTRIES`, nothing is."""
    if country not in COUNTRIES:
        return Official(frozenset(), frozenset(), True)
    known = country_holidays(country, years=year)
    transfers: Mapping[int, object] = known.special_public_holidays
    return Official(
        frozenset(_of(year, known)),
        frozenset(_of(year, known.weekend_workdays)),
        year <= max(transfers),
    )


def _of(year: int, days: Iterator[date] | Mapping[date, str] | set[date]) -> Iterator[date]:
    return (day for day in days if day.year == year)
