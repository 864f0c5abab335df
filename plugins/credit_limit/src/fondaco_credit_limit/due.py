"""When a shipped order has to be paid: its days are counted, and the last is no day off."""

from datetime import date, timedelta
from functools import cache
from typing import Literal

from holidays import HolidayBase, country_holidays

Count = Literal["calendar", "working"]


def due_day(shipped_on: date, days: int, count: Count, country: str) -> date:
    """The last day on which an order is paid in time.

    `count`: "working" counts working days of `country` (ISO 3166), "calendar" all days. A day off
    at the end moves to the next working day; without a country only weekends are days off.
    """
    calendar = _calendar(country)
    if calendar is None:
        return _without_calendar(shipped_on, days, count)
    if count == "working" and days:
        return calendar.get_nth_working_day(shipped_on, days)
    day = shipped_on + timedelta(days=days)
    return day if calendar.is_working_day(day) else calendar.get_nth_working_day(day, 1)


def _without_calendar(shipped_on: date, days: int, count: Count) -> date:
    day, left = shipped_on, days
    if count == "calendar":
        day, left = shipped_on + timedelta(days=days), 0
    while left or not _weekday(day):
        day += timedelta(days=1)
        left -= 1 if left and _weekday(day) else 0
    return day


def _weekday(day: date) -> bool:
    return day.weekday() < 5


@cache
def _calendar(country: str) -> HolidayBase | None:
    return country_holidays(country) if country else None
