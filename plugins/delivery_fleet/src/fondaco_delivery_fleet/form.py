"""The form of a zone: read whole, every mistake at its field; and filled from a stored one."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal
from uuid import UUID

from fondaco_delivery_fleet.rule import Zone
from fondaco_sdk.towns import plain
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading

FIELDS = (
    "name",
    "cities",
    "postal",
    "weekdays",
    "cut_off",
    "lead_days",
    "price",
    "free_from",
    "included_kg",
    "per_kg",
    "heaviest_kg",
)
LONGEST = 100
MOST_NAMES = 500
MOST_LEAD = 14
MOST = Decimal(10) ** 9
_WEEKDAYS = tuple(str(day) for day in range(7))
_POSTAL = re.compile(r"\d{1,6}")
_BETWEEN = re.compile(r"[,;\n]+")


def read_zone(form: Form, uuid: UUID) -> Zone:
    """The zone that a form describes. Raises `UserError` with every mistake."""
    reading = form.reading()
    name = reading.required("name")
    if len(name) > LONGEST:
        reading.refuse("name", _LONG)
    cities, postal = _names(reading, "cities"), _names(reading, "postal")
    if wrong := next((one for one in postal if not _POSTAL.fullmatch(one)), None):
        reading.refuse("postal", _no_code(wrong))
    if wrong := next((one for one in cities if not plain(one) or len(one) > LONGEST), None):
        reading.refuse("cities", _LONG)
    if not cities and not postal and not reading.mistakes:
        reading.refuse("cities", _NOWHERE)
    days = sorted({int(day) for day in reading.all("weekdays") if day in _WEEKDAYS})
    if not days:
        reading.refuse("weekdays", _NO_WEEKDAY)
    wanted = Zone(
        uuid=uuid,
        name=name,
        cities=cities,
        postal=postal,
        weekdays=tuple(days),
        cut_off=_hour(reading),
        lead_days=_lead(reading),
        price=_amount(reading, "price") or Decimal(0),
        free_from=_amount(reading, "free_from"),
        included_kg=_amount(reading, "included_kg", 3) or Decimal(0),
        per_kg=_amount(reading, "per_kg") or Decimal(0),
        heaviest_kg=_amount(reading, "heaviest_kg", 3),
    )
    if wanted.heaviest_kg == 0:
        reading.refuse("heaviest_kg", _NO_WEIGHT)
    reading.done()
    return wanted


def filled(one: Zone) -> Mapping[str, str]:
    """What stands in the form of a stored zone."""
    return {
        "name": one.name,
        "cities": ", ".join(one.cities),
        "postal": ", ".join(one.postal),
        "cut_off": f"{one.cut_off:%H:%M}",
        "lead_days": str(one.lead_days),
        **{
            name: "" if value is None else f"{value.normalize():f}"
            for name in ("price", "free_from", "included_kg", "per_kg", "heaviest_kg")
            for value in [getattr(one, name)]
        },
    }


def _names(reading: FormReading, name: str) -> tuple[str, ...]:
    typed = (" ".join(one.split()) for one in _BETWEEN.split(reading.text(name)))
    found = tuple(dict.fromkeys(filter(None, typed)))
    if len(found) > MOST_NAMES:
        reading.refuse(name, _MANY)
    return found


def _hour(reading: FormReading) -> time:
    typed = reading.required("cut_off")
    try:
        found = time.fromisoformat(typed)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        reading.refuse("cut_off", _NO_TIME)
        return time(0)
    return found


def _lead(reading: FormReading) -> int:
    typed = reading.text("lead_days") or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed) <= MOST_LEAD):
        reading.refuse("lead_days", _LEAD)
        return 0
    return int(typed)


def _amount(reading: FormReading, name: str, decimals: int = 2) -> Decimal | None:
    """A sum or a weight; None where nothing is typed."""
    if not reading.text(name):
        return None
    found = reading.decimal(name)
    if not 0 <= found <= MOST or found != round(found, decimals):
        reading.refuse(name, _decimals(decimals))
        return None
    return found


def mistakes_of(found: Mapping[str, Reason], names: Sequence[str], locale: str) -> dict[str, str]:
    """What is wrong with each field, in words."""
    return {name: found[name].text(locale) for name in names if name in found}


def _no_code(written: str) -> Reason:
    return Reason(
        "delivery_fleet.postal",
        f"«{written[:20]}» не индекс: от одной до шести первых цифр",
        f"“{written[:20]}” is no postal code: its first one to six digits",
    )


def _decimals(decimals: int) -> Reason:
    return Reason(
        "delivery_fleet.amount",
        f"От 0 до 1 000 000 000, знаков после запятой не больше {decimals}",
        f"From 0 to 1,000,000,000, with at most {decimals} decimals",
    )


_LONG = Reason("delivery_fleet.long", f"До {LONGEST} знаков", f"Up to {LONGEST} characters")
_MANY = Reason("delivery_fleet.many", f"Не больше {MOST_NAMES}", f"At most {MOST_NAMES}")
_NOWHERE = Reason(
    "delivery_fleet.nowhere",
    "Назовите города или начала индексов, куда ходит машина",
    "Name the towns, or the beginnings of postal codes, where the lorry goes",
)
_NO_WEEKDAY = Reason(
    "delivery_fleet.no_weekday", "Отметьте хотя бы один день", "Choose at least one day"
)
_NO_TIME = Reason(
    "delivery_fleet.time", "Укажите время, например 16:00", "Give a time, such as 16:00"
)
_LEAD = Reason(
    "delivery_fleet.lead",
    f"Целое число от 0 до {MOST_LEAD}",
    f"A whole number from 0 to {MOST_LEAD}",
)
_NO_WEIGHT = Reason(
    "delivery_fleet.no_weight",
    "Больше нуля; пусто, если вес не ограничен",
    "Above zero; empty where any weight is taken",
)
