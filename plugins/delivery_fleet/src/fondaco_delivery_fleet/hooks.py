"""What the plugin answers the kernel."""

from collections.abc import Sequence

from fondaco_delivery_fleet.offers import offers
from fondaco_delivery_fleet.settings import FleetSettings
from fondaco_delivery_fleet.stored import stored
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel


@impl
async def delivery_offers(ask: Ask, parcels: Sequence[Parcel]) -> Sequence[DeliveryOffer]:
    """The next trips of our lorries, for what is in their zones. One statement."""
    if not parcels:
        return ()
    return tuple(offers(ask, await stored(ask), ask.settings(FleetSettings), parcels))
