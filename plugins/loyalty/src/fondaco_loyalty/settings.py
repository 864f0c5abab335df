"""What a site decides about statuses and points, in `[plugins.loyalty]`."""

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

By: TypeAlias = Literal["company", "legal_entity"]
Days = Annotated[int, Meta(ge=1, le=3660)]


class LoyaltySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`by`: whether a company stands as a whole, or each of its legal entities by its tax id.

    `period_days`: how many days back turnover counts for a status, today included. `scale_days`:
    the same for the cumulative discount; without it all turnover there ever was. `portal_orders` is
    off where the ERP reports the whole turnover, orders of the portal among it: otherwise they
    would count twice.

    Points: one is one unit of the site's currency. `points_percent` of what was paid is earned
    where the status says nothing else, 0: nothing is earned; goods of `points_without_brands` bring
    none. `points_on` says when. Earned points are good for `points_days`, and those of a cancelled
    order for `points_return_days` at least. Of an order `points_share` percent may be paid with
    them, 0: none.
    """

    by: By = "company"
    period_days: Days = 365
    scale_days: Days | None = None
    portal_orders: bool = True
    points_percent: Decimal = Decimal(0)
    points_on: Literal["shipment", "payment"] = "shipment"
    points_days: Days = 365
    points_return_days: Days = 30
    points_share: Decimal = Decimal(30)
    points_without_brands: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no percent; msgspec has no bounds for decimals."""
        for name in ("points_percent", "points_share"):
            if not 0 <= getattr(self, name) <= 100:
                raise ValueError(f"{name} is from 0 to 100")
