"""Own warehouses: what is there is ready today, or the next day after the cut-off.

Of goods that are not here, be they a partner's or an expected lot, only a plugin knows the day.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import Place, StockRow, Supply, Want


@impl
async def supply_plans(
    ask: Ask, wants: Sequence[Want], stock: Sequence[StockRow]
) -> Sequence[Supply]:
    """Every stock row of an own warehouse that is here can serve every line of its product."""
    ready = {
        place.id: _ready(ask.now, place)
        for place in await ask.supply.places()
        if place.kind == "own"
    }
    by_product: dict[int, list[StockRow]] = defaultdict(list)
    for row in stock:
        if row.place_id in ready and row.arrives_on is None:
            by_product[row.product_id].append(row)
    plans: list[Supply] = []
    for want in wants:
        for row in by_product[want.product_id]:
            day, reason = ready[row.place_id]
            plans.append(Supply(want.line, row.id, row.place_id, row.available, day, reason))
    return plans


def _ready(now: datetime, place: Place) -> tuple[date, Reason]:
    """The day on which goods of a warehouse are ready, in the warehouse's own time."""
    local = now.astimezone(ZoneInfo(place.timezone))
    late = local.time() >= place.cut_off
    day = local.date() + timedelta(days=place.pick_days + (1 if late else 0))
    hour = f"{place.cut_off:%H:%M}"
    if late:
        return day, Reason(
            "stock.after_cut_off",
            f"{place.name}: заказ после {hour}",
            f"{place.name}: ordered after {hour}",
            {"place": place.name, "cut_off": hour},
        )
    return day, Reason(
        "stock.before_cut_off",
        f"{place.name}: заказ до {hour}",
        f"{place.name}: ordered before {hour}",
        {"place": place.name, "cut_off": hour},
    )
