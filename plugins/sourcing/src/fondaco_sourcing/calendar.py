"""When a place works: its week, the public calendar of its country, and its own exceptions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from msgspec import Struct

from fondaco_sourcing.official import official

HORIZON = 400
"""Days that are looked through for a working one; a place closed for longer promises nothing."""


class Closed(Enum):
    """Why a place does not work on a day."""

    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"


class Special(Struct, frozen=True):
    """A day on which a place differs: it works `until` then, or is closed; `note` says why."""

    until: time | None
    note_ru: str = ""
    note_en: str = ""


class Calendar(Struct, frozen=True):
    """`week`: from Monday on, until when an order is taken up the same day; None: a day off.

    `country`: whose public holidays and transferred days are kept, or "" for none.
    """

    zone: ZoneInfo
    week: tuple[time | None, ...]
    country: str = ""
    specials: Mapping[date, Special] = {}

    def until(self, day: date) -> time | Closed:
        """Until when orders of `day` are taken up the same day, or why there is no work.

        An exception of the place comes before the public calendar, and that before the week. A
        transferred working day has the hours of a Friday where the place does not work on Saturdays
        anyway.
        """
        if special := self.specials.get(day):
            return special.until or Closed.EXCEPTION
        public = official(self.country, day.year)
        if day in public.holidays:
            return Closed.HOLIDAY
        hours = self.week[day.weekday()]
        if hours is None and day in public.working:
            hours = self.week[_FRIDAY]
        return hours or Closed.DAY_OFF

    def works(self, day: date) -> bool:
        """Whether there is work on `day`."""
        return not isinstance(self.until(day), Closed)

    def working(self, day: date, more: int = 0) -> date | None:
        """The first working day from `day` on, and `more` working days after it."""
        for ahead in _days(day):
            if self.works(ahead):
                if not more:
                    return ahead
                more -= 1
        return None

    def local(self, now: datetime) -> datetime:
        """What the clock on the wall says."""
        return now.astimezone(self.zone)

    def announced(self, day: date) -> bool:
        """Whether the public calendar of that year is known, or does not matter here."""
        return official(self.country, day.year).announced


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range(HORIZON))


def weekdays(until: time, days: Sequence[int] = range(5)) -> tuple[time | None, ...]:
    """A week with the same hours on each of `days` (0: Monday)."""
    return tuple(until if day in days else None for day in range(7))


_FRIDAY = 4
