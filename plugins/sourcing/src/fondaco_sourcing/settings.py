"""What a site decides about sources, in `[plugins.sourcing]`."""

from typing import Literal

from msgspec import Struct

from fondaco_sourcing.strategy import Strategy


class SourcingSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`strategy`: what counts before the date of a way: "own_first", "earliest", "cheapest" or
    "fewest_shipments". `holidays`: whose public holidays a place without a calendar keeps; it works
    from Monday to Friday until its cut-off.
    """

    strategy: Strategy = Strategy.OWN_FIRST
    holidays: Literal["RU", "BY", ""] = "RU"
