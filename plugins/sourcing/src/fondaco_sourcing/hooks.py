"""What the plugin answers the kernel."""

from collections.abc import Sequence

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
    network = (await stored(ask)).network(settings)
    return plans(network, ask.now, wants, stock, settings.strategy)
