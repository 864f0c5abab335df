"""What a site decides about statuses, in `[plugins.loyalty]`."""

from typing import Annotated

from msgspec import Meta, Struct


class LoyaltySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`period_days`: how many days back turnover counts, today included.

    `portal_orders` is off where the ERP reports the whole turnover, orders of the portal among it:
    otherwise they would count twice.
    """

    period_days: Annotated[int, Meta(ge=1, le=3660)] = 365
    portal_orders: bool = True
