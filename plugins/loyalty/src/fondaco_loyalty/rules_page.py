"""The staff's page of the rules in force, with the setting behind each."""

from decimal import Decimal

from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.tiers import all_tiers
from fondaco_sdk.context import Ask
from fondaco_sdk.web import Page


async def rules(ask: Ask) -> Page:
    """What `[plugins.loyalty]` says, in words. One statement."""
    return Page(
        "loyalty/rules.html",
        {
            "rules": ask.settings(LoyaltySettings),
            "earning": [t for t in await all_tiers(ask) if t.points_percent is not None],
            "one": Decimal(1),
            "currency": ask.currency,
        },
    )
