"""What the forms of this plugin read: whole numbers, hours, days, short texts."""

from datetime import date, time

from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import NO_DAY, FormReading

LONGEST = 100
MOST_DAYS = 365

_NO_TIME = Reason("sourcing.time", "Укажите время, например 16:00", "Give a time, such as 16:00")
_TOO_LONG = Reason("sourcing.long", f"Не длиннее {LONGEST} знаков", f"At most {LONGEST} characters")


def whole(reading: FormReading, name: str, most: int = MOST_DAYS, least: int = 0) -> int:
    """A whole number; nothing typed is the least."""
    typed = reading.text(name) or str(least)
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
        typed = "-1"
    if not least <= int(typed) <= most:
        reading.refuse(
            name,
            Reason(
                "sourcing.whole",
                f"Целое число от {least} до {most}",
                f"A whole number from {least} to {most}",
            ),
        )
        return least
    return int(typed)


def hour(reading: FormReading, name: str) -> time | None:
    """A time of the day, or None where nothing is typed."""
    typed = reading.text(name)
    if not typed:
        return None
    try:
        found = time.fromisoformat(typed)
    except ValueError:
        reading.refuse(name, _NO_TIME)
        return None
    if found.tzinfo is not None:
        reading.refuse(name, _NO_TIME)
    return found


def day(reading: FormReading, name: str) -> date | None:
    """A day of these times; the mistake stands at the field."""
    found = reading.day(name, required=True)
    if found and not 2000 <= found.year <= 2100:
        reading.refuse(name, NO_DAY)
        return None
    return found


def words(reading: FormReading, name: str, *, required: bool = False) -> str:
    """A short text."""
    typed = reading.required(name) if required else reading.text(name)
    if len(typed) > LONGEST:
        reading.refuse(name, _TOO_LONG)
    return typed
