"""What stands in a lot called "transit" is ready in three days."""

from collections.abc import Sequence
from datetime import timedelta

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import StockRow, Supply, Want

IN_TRANSIT = Reason("example.transit", "В пути, три дня", "In transit, three days")


@impl
async def supply_plans(
    ask: Ask, wants: Sequence[Want], stock: Sequence[StockRow]
) -> Sequence[Supply]:
    """Every row in transit can serve every line of its product."""
    ready = ask.now.astimezone(ask.zone).date() + timedelta(days=3)
    return tuple(
        Supply(want.line, row.id, row.place_id, row.available, ready, IN_TRANSIT)
        for want in wants
        for row in stock
        if row.product_id == want.product_id and row.lot == "transit"
    )
