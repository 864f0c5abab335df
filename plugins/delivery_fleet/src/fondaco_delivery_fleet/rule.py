"""Which zone an address is in, on which days its lorry goes, and what it takes; all of it pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.towns import may_be_at
from fondaco_sdk.types.delivery import Spot
from fondaco_sdk.types.money import round_money

HORIZON = 60
"""Days that are looked through for a trip."""

_POSTAL = re.compile(r"(?<!\d)\d{6}(?!\d)")
_OF_REGION = re.compile(r"(.+?)\s*\((.+)\)")


class Zone(Struct, frozen=True):
    """Where a lorry goes, when, and for how much.

    It covers `cities` by name, those of one region only where it stands behind the name in
    brackets, and postal codes that begin with one of `postal`. It goes on
    `weekdays` (0: Monday); goods and order have to be there `lead_days` before a trip, until
    `cut_off` by the clock of the place they leave from. Sums are in the site's currency, VAT
    included: `price`, nothing from an order of `free_from` on (None: never), and `per_kg` for every
    kilogram begun above `included_kg`. More than `heaviest_kg` (None: any weight) is not taken.
    """

    uuid: UUID
    name: str
    cities: tuple[str, ...]
    postal: tuple[str, ...]
    weekdays: tuple[int, ...]
    cut_off: time
    lead_days: int
    price: Decimal
    free_from: Decimal | None
    included_kg: Decimal
    per_kg: Decimal
    heaviest_kg: Decimal | None

    def price_of(self, value: Decimal, weight: Decimal | None, currency: str) -> Decimal:
        """What it takes where the order's goods cost `value`; an unknown weight costs nothing."""
        if self.free_from is not None and value >= self.free_from:
            return Decimal(0)
        above = max((weight or Decimal(0)) - self.included_kg, Decimal(0))
        kilograms = above.to_integral_value(rounding="ROUND_CEILING")
        return round_money(self.price + self.per_kg * kilograms, currency)

    def takes(self, weight: Decimal | None) -> bool:
        """Whether it is not too heavy."""
        return self.heaviest_kg is None or weight is None or weight <= self.heaviest_kg

    def trips(self, ready_on: date, now: datetime, works: Callable[[date], bool]) -> Iterator[date]:
        """The days of its trips with goods that are ready on `ready_on`, the first day first.

        `now` is the clock of the place they leave from.
        """
        for ahead in range(HORIZON):
            day = now.date() + timedelta(days=ahead)
            until = day - timedelta(days=self.lead_days)
            in_time = now.date() < until or (now.date() == until and now.time() <= self.cut_off)
            if day.weekday() in self.weekdays and works(day) and ready_on <= until and in_time:
                yield day


def zone_of(zones: Sequence[Zone], spot: Spot) -> Zone | None:
    """The zone of an address: by the longest beginning of its postal code, else by its town.

    Of several alike the cheaper one. An address of which neither is known is in no zone.
    """
    code = spot.postal_code or next(iter(_POSTAL.findall(spot.text)), "")
    found = [
        (max((len(p) for p in zone.postal if code.startswith(p)), default=0), zone)
        for zone in zones
    ]
    fitting = [one for one in found if one[0] or _names_town(one[1], spot)]
    best = min(fitting, key=lambda one: (-one[0], one[1].price, one[1].name), default=None)
    return best[1] if best else None


def _names_town(zone: Zone, spot: Spot) -> bool:
    return any(may_be_at(spot, *_town(written)) for written in zone.cities)


def _town(written: str) -> tuple[str, str]:
    """The name of a town and of its region, "" for any: «Киров (Калужская обл)»."""
    found = _OF_REGION.fullmatch(written)
    return (found[1], found[2]) if found else (written, "")
