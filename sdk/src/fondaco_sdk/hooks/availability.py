"""The hook that finds goods."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.supply import StockRow, Supply, Want


@spec(Failure.DEGRADE, deadline=2.0)
async def supply_plans(
    ask: Ask, wants: Sequence[Want], stock: Sequence[StockRow]
) -> Sequence[Supply]:
    """Ways to bring existing stock rows to the buyer.

    `stock` holds every row of the wanted products, read once by the kernel. Answer which rows can
    serve which line, by which day and at what cost; `allocate()` chooses, sharing a row among the
    lines that draw on it. When it fails the page says that dates of this plugin are missing.
    """
    return ()
