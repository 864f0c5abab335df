"""The plugin's settings, `[plugins.credit_limit]`."""

from typing import Literal

from holidays import list_supported_countries
from msgspec import Struct


class CreditSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How days of payment are counted, and after how many hours the ERP's word is called old.

    `count`: "calendar" or "working" days; `country`: whose public holidays are days off ("" for
    weekends only).
    """

    count: Literal["calendar", "working"] = "calendar"
    country: str = "RU"
    stale_hours: int = 24

    def __post_init__(self) -> None:
        """Refuse a country that has no calendar."""
        if self.country and self.country not in list_supported_countries():
            raise ValueError(f"credit_limit.country {self.country!r} has no public calendar")
