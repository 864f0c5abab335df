"""What heads the column of a delivery in a spreadsheet: where it goes, and from which day on. Pure.

Whoever reads files in a process of its own loads this too: it needs nothing else of ours.
"""

import re
from datetime import date

_NUMBER = re.compile(r"^\d{1,2}\.\s+(?=\D)")
_DAY = re.compile(
    r"(?<![\d.])(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}(?:\.(?:\d{4}|\d{2}))?)(?![\d.])"
    r"(?: 00:00)?"
)
# A day alone without a year may be a quantity.
_WITH_YEAR = len("1.1.26")
_EDGES = " ,;:()–—-"
_FROM = re.compile(r"(?:^|[\s,;(])(?:с|со|на|от|from|on)$", re.IGNORECASE)


def name_and_day(heading: str) -> tuple[str, str]:
    """The name and the day of a heading, "" what it does not have; a number in front is left aside.

    "2. Филиал, с 05.12.2026" is ("Филиал", "05.12.2026").
    """
    text = _NUMBER.sub("", " ".join(heading.split()))
    days = list(_DAY.finditer(text))
    if not days or not (days[-1].end() == len(text) or days[0].start() == 0 or text[-1] == ")"):
        return text, ""
    day = days[-1] if days[0].start() else days[0]
    before = _FROM.sub("", text[: day.start()].rstrip(_EDGES))
    name = f"{before.strip(_EDGES)} {text[day.end() :].strip(_EDGES)}"
    if not name.strip() and len(day.group()) < _WITH_YEAR:
        return text, ""
    return name.strip(), day.group().removesuffix(" 00:00")


def read_day(text: str, today: date) -> date | None:
    """The day; of one without a year the next that comes. None for what is none."""
    try:
        if "-" in text:
            return date.fromisoformat(text)
        day, month, *years = map(int, text.split("."))
        if years:
            return date(years[0] if years[0] > 99 else 2000 + years[0], month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        return None
