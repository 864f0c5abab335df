"""What the forms about customers read alike: a text that fits, one of a list by its inner key."""

from typing import TypeAlias

from fondaco.customers.details import LONGEST_NAME
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import FormReading

LONGEST_TEXT = 1000
Option: TypeAlias = tuple[str, str]


def short_text(
    reading: FormReading, name: str, *, needed: bool = False, most: int = LONGEST_NAME
) -> str:
    """A text of at most so many characters."""
    value = reading.required(name) if needed else reading.text(name)
    if len(value) > most:
        reading.refuse(
            name,
            Reason("customer.too_long", f"Не длиннее {most} знаков", f"At most {most} characters"),
        )
    return value


def chosen_key(
    reading: FormReading, name: str, options: tuple[Option, ...], *, needed: bool = True
) -> int | None:
    """The inner key of one of the options; None where nothing was chosen."""
    known = {value for value, _ in options} | (set() if needed else {""})
    chosen = reading.choice(name, known)
    return int(chosen) if chosen else None
