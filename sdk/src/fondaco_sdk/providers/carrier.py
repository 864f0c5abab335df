"""A carrier: what it takes for a parcel, and where its pickup points are.

A provider of kind "carrier" is a `Carrier`. It only speaks to the carrier's service: the kernel
copies the points at night into a table of its own, keeps quotes for as long as they hold, and
shows the last known ones, marked, when the carrier is silent.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

from msgspec import Struct

from fondaco_sdk.context import Net
from fondaco_sdk.types.delivery import Box, Parcel, PointKind
from fondaco_sdk.types.reason import Reason


class PickupPoint(Struct, frozen=True):
    """A place where parcels are handed out. `code` is the carrier's.

    `city_fias` is the key of its locality in the state register, "" where it is not known; `lat`
    and `lon` are degrees (WGS 84). `hours` is the carrier's own text. A parcel fits when it weighs
    more than `above_kg` and at most `heaviest_kg` (None: no limit) and goes into one of the `cells`
    (none: of any size). `card` and `cash`: how one can pay there.
    """

    code: str
    kind: PointKind
    name: str
    address: str
    city: str
    region: str
    city_fias: str
    postal_code: str
    country: str
    lat: Decimal
    lon: Decimal
    hours: str = ""
    phone: str = ""
    how_to_find: str = ""
    above_kg: Decimal | None = None
    heaviest_kg: Decimal | None = None
    cells: tuple[Box, ...] = ()
    card: bool = False
    cash: bool = False

    def takes(self, parcel: Parcel) -> bool:
        """Whether it hands out parcels of this weight and size.

        What is not known of a parcel is not held against it, but for the cells of a locker: nobody
        stands there to find another place for what does not go in.
        """
        return self._bears(parcel.weight_kg) and self._has_room(parcel.box)

    def _bears(self, kg: Decimal | None) -> bool:
        if kg is None:
            return True
        light = self.heaviest_kg is None or kg <= self.heaviest_kg
        return light and (self.above_kg is None or kg > self.above_kg)

    def _has_room(self, size: Box | None) -> bool:
        if size is None:
            return not self.cells or self.kind is not PointKind.LOCKER
        return not self.cells or any(cell.takes(size) for cell in self.cells)


class Quote(Struct, frozen=True):
    """What a carrier takes for one parcel under one tariff: `price` in `currency`, VAT included.

    `tariff` is the carrier's key of it, the same for all parcels. The parcel is with the buyer (or
    at the point, with `to_point`: then the price holds for every point of the destination's
    locality which is of one of the `kinds`, none: of any) between the two days; `valid_until` is
    aware UTC.
    """

    tariff: str
    title: Reason
    price: Decimal
    currency: str
    to_point: bool
    arrives_from: date
    arrives_until: date
    valid_until: datetime
    kinds: tuple[PointKind, ...] = ()


@runtime_checkable
class Carrier(Protocol):
    """A provider of kind "carrier". Every call takes a `net`; none has a database.

    A call raises `Unavailable` where the carrier does not answer in time or answers nonsense; its
    `retry_after` is how many seconds the kernel leaves it alone.
    """

    title: Reason
    """Its name as buyers know it."""

    async def quotes(self, net: Net, parcels: Sequence[Parcel]) -> Sequence[Sequence[Quote] | None]:
        """What it takes for each parcel, in their order, all within two seconds.

        Nothing for a parcel that it does not carry, by what it says or for want of a weight. None
        for one that was not answered in time, where others were: it is asked about again.
        """
        ...

    async def points(self, net: Net, page: int) -> Sequence[PickupPoint] | None:
        """One page (from 0) of all points that hand out parcels; None: there are no more pages.

        A call may take half a minute. A point that is not understood is left out.
        """
        ...
