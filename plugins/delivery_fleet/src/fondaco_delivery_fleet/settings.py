"""What a site decides about its own fleet, in `[plugins.delivery_fleet]`."""

from typing import Literal

from msgspec import Struct


class FleetSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`days`: how many of the next trips a buyer may choose from. `vat`: the VAT code that the
    prices of zones include. `holidays`: on whose public holidays no lorry goes.
    """

    days: int = 3
    vat: str = "22"
    holidays: Literal["RU", "BY", ""] = "RU"
