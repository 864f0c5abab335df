"""The form of a place: read whole, every mistake at its field; and filled from a stored one."""

from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import PlaceData
from fondaco_sdk.web import Form, FormReading
from fondaco_sourcing.forms import hour, whole, words
from fondaco_sourcing.official import COUNTRIES
from fondaco_sourcing.stored import StoredPlace, Terms

WEEK = tuple(f"week_{day}" for day in range(7))
FIELDS = (
    "name",
    "kind",
    "timezone",
    *WEEK,
    "country",
    "lead_days",
    "receiving_days",
    "ships",
    "carrier_days",
    "cost",
    "report_hours",
)
KINDS = ("own", "partner")
NO_COUNTRY = "none"
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Minsk",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
    "Asia/Almaty",
    "Asia/Yerevan",
    "Asia/Bishkek",
)
REPORT_HOURS = 48
MOST_HOURS = 8760
MOST_COST = Decimal(10) ** 9

_NEVER_OPEN = Reason(
    "sourcing.never_works",
    "Нужен хотя бы один рабочий день: иначе склад ничего не обещает",
    "At least one working day is needed: otherwise the place promises nothing",
)
_COST = Reason(
    "sourcing.cost",
    "От 0 до 1 000 000 000, не более двух знаков после запятой",
    "From 0 to 1,000,000,000, with at most two decimals",
)


def zones(stored: str = "") -> Sequence[str]:
    """The zones to choose from; one that is stored already stays possible."""
    return (stored, *ZONES) if stored and stored not in ZONES else ZONES


def read_place(form: Form, uuid: UUID, stored_zone: str = "") -> tuple[PlaceData, Terms]:
    """The place that a form describes. Raises `UserError` with every mistake."""
    reading = form.reading()
    name = words(reading, "name", required=True)
    kind: Literal["own", "partner"] = (
        "partner" if reading.choice("kind", KINDS) == "partner" else "own"
    )
    zone = reading.choice("timezone", zones(stored_zone))
    week = tuple(hour(reading, name) for name in WEEK)
    if not any(week) and not any(name in reading.mistakes for name in WEEK):
        reading.refuse(WEEK[0], _NEVER_OPEN)
    country = reading.choice("country", (*COUNTRIES, NO_COUNTRY))
    wanted = Terms(
        week=week,
        country="" if country == NO_COUNTRY else country,
        lead_days=whole(reading, "lead_days"),
        receiving_days=whole(reading, "receiving_days"),
        ships=bool(reading.text("ships")),
        carrier_days=whole(reading, "carrier_days"),
        cost=read_cost(reading),
        report_hours=whole(reading, "report_hours", MOST_HOURS, 1) if kind == "partner" else None,
    )
    reading.done()
    cut_off = next((until for until in week if until), time(16))
    return PlaceData(uuid, name, kind, zone, cut_off, wanted.lead_days), wanted


def read_cost(reading: FormReading) -> Decimal:
    """A sum in the site's currency; nothing typed is none."""
    if not reading.text("cost"):
        return Decimal(0)
    cost = reading.decimal("cost")
    if not 0 <= cost <= MOST_COST or cost != cost.quantize(Decimal("0.01")):
        reading.refuse("cost", _COST)
        return Decimal(0)
    return cost


def filled(place: StoredPlace, terms: Terms) -> dict[str, str]:
    """What stands in the form of a stored place."""
    return {
        "name": place.name,
        "kind": place.kind,
        "timezone": ZoneInfo(place.timezone).key,
        **{name: clock(until) for name, until in zip(WEEK, terms.week, strict=True)},
        "country": terms.country or NO_COUNTRY,
        "lead_days": str(terms.lead_days),
        "receiving_days": str(terms.receiving_days),
        "ships": "1" if terms.ships else "",
        "carrier_days": str(terms.carrier_days),
        "cost": f"{terms.cost.normalize():f}",
        "report_hours": str(terms.report_hours or REPORT_HOURS),
    }


def clock(until: time | None) -> str:
    """As a field of a form shows it."""
    return f"{until:%H:%M}" if until else ""
