"""Where an address is on the map."""

from fondaco.hooks.context import AskContext
from fondaco.lookup.towns import localities_of
from fondaco_sdk.towns import is_of_region, region_of, towns_of
from fondaco_sdk.types.delivery import Spot


async def whereabouts_of(ask: AskContext, spot: Spot) -> tuple[float | None, float | None]:
    """Latitude and longitude of an address, or else of the largest town of that name in its region;
    None where neither is known."""
    if spot.lat is not None and spot.lon is not None:
        return float(spot.lat), float(spot.lon)
    known = await localities_of(ask)
    region = region_of(spot)
    for name in sorted(towns_of(spot)):
        for town in known.named(name):
            if is_of_region(town.region, region) and town.lat is not None and town.lon is not None:
                return float(town.lat), float(town.lon)
    return None, None
