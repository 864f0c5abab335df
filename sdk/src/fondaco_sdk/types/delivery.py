"""Deliveries: what is to be brought where, and who offers to bring it, when and for how much."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from fondaco_sdk.types.ids import OutletId, PlaceId
from fondaco_sdk.types.reason import Reason


class PointKind(StrEnum):
    """COUNTER: people hand it out; LOCKER: a machine with cells; TERMINAL: for freight."""

    COUNTER = "counter"
    LOCKER = "locker"
    TERMINAL = "terminal"


class Box(Struct, frozen=True, order=True):
    """Three sizes in centimetres, the longest first."""

    length: Decimal
    width: Decimal
    height: Decimal

    def takes(self, other: "Box") -> bool:
        """Whether the other one goes into it, turned as it likes but not aslant."""
        return (
            other.length <= self.length
            and other.width <= self.width
            and other.height <= self.height
        )


def box(first: Decimal, second: Decimal, third: Decimal) -> Box:
    """The box of three sizes in any order, in centimetres."""
    length, width, height = sorted((first, second, third), reverse=True)
    return Box(length, width, height)


class Spot(Struct, frozen=True):
    """Where goods leave or go: an address in one line, and its parts where they are known.

    `country` is two capitals; `fias_id` the key of the address in the state register; `lat` and
    `lon` are degrees (WGS 84). "" and None: not known.
    """

    text: str
    country: str = "RU"
    postal_code: str = ""
    region: str = ""
    city: str = ""
    fias_id: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None


class Parcel(Struct, frozen=True):
    """What leaves together for one address: a shipment to be. `key` is its key in the question.

    `value` is what its goods cost (VAT included) in `currency`, and `order_value` all goods of its
    order, None where that is not known; see `counts`. `weight_kg` is gross; `box` is the
    least one that everything should go into, by what is known of the goods' sizes, and no smaller
    than the bulkiest of them. Both None where some goods' weight or sizes are not known.
    `ready_on` is the day (of the warehouse) on which it can leave, for all of it is there and the
    buyer wants it sent; None: not known.
    """

    key: int
    origin: Spot
    destination: Spot
    value: Decimal
    currency: str
    weight_kg: Decimal | None
    box: Box | None
    ready_on: date | None
    place: PlaceId | None = None
    outlet: OutletId | None = None
    order_value: Decimal | None = None

    @property
    def counts(self) -> Decimal:
        """The sum from which on a delivery is for nothing: that of the order, in `currency`."""
        return self.value if self.order_value is None else self.order_value


class DeliveryOffer(Struct, frozen=True):
    """A way to bring one parcel: for `price` (VAT of the code `vat` included, parcel's currency).

    `code` is unique among all offers for a parcel and the same as long as the offer is: it begins
    with the name of who brings it ("fleet:north:2026-12-01", "cdek:136"). With `to_point` the buyer
    fetches the parcel at a pickup point of that carrier, which the offer's price is for; `carrier`
    is then the name of the provider, and the point is of one of the `kinds` (none: of any). The
    goods arrive between the two days, both included.
    `refusal` says why this way, which would otherwise be there, cannot be chosen. `stale`: a price
    from before, since the carrier does not answer now.
    """

    parcel: int
    code: str
    title: Reason
    price: Decimal
    vat: str
    arrives_from: date | None
    arrives_until: date | None
    carrier: str = ""
    to_point: bool = False
    note: Reason | None = None
    refusal: Reason | None = None
    stale: bool = False
    kinds: tuple[PointKind, ...] = ()

    def ends_at(self, kind: PointKind) -> bool:
        """Whether a parcel is brought to points of this kind for its price."""
        return self.to_point and (not self.kinds or kind in self.kinds)
