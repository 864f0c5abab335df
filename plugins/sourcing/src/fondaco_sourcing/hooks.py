"""What the plugin answers the kernel."""

from collections.abc import Sequence

from msgspec import structs

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.supply import StockRow, Supply, Want
from fondaco_sourcing.plans import plans
from fondaco_sourcing.settings import SourcingSettings
from fondaco_sourcing.stored import stored


@impl
async def supply_plans(
    ask: Ask, wants: Sequence[Want], stock: Sequence[StockRow]
) -> Sequence[Supply]:
    """Every row with its promised day, or why it has none."""
    if not wants:
        return ()
    settings = ask.settings(SourcingSettings)
    bound = _for_outlets(ask, wants)
    outlets = {want.outlet for want in bound if want.outlet}
    network = (await stored(ask, outlets)).network(settings)
    return plans(network, ask.now, bound, stock, settings.strategy)


def _for_outlets(ask: Ask, wants: Sequence[Want]) -> Sequence[Want]:
    """What is for no outlet yet is for the one the customer works for."""
    outlet = ask.customer.outlet_id if ask.customer else None
    if outlet is None:
        return wants
    return [structs.replace(want, outlet=want.outlet or outlet) for want in wants]
