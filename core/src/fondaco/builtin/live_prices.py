"""Prices that the ERP named when it was asked, before all that the portal has agreed on."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from fondaco.hooks.context import AskContext
from fondaco.pricing.live_prices import LivePrice, live_prices
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

FIRST = -1
"""Before individual prices: the ERP knows them, and is asked for what comes of all it knows."""


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """An offer for each line whose product the ERP named a price of; nothing without a gateway."""
    erp = cast("AskContext", ask).hall.settings.erp
    if ask.customer is None or not lines or not erp.gateway:
        return ()
    products = list({line.product_id for line in lines})
    known = await live_prices(ask, ask.customer.agreement_id, products, erp.price_hours)
    return tuple(
        _offer(ask, line, known[line.product_id]) for line in lines if line.product_id in known
    )


def _offer(ask: Ask, line: PriceLine, live: LivePrice) -> Offer:
    reason = Reason(
        "contract.live",
        f"Цена из 1С на {_clock(ask, live.as_of)}",
        f"Price named by the ERP at {_clock(ask, live.as_of)}",
        {"as_of": live.as_of.isoformat(timespec="seconds")},
    )
    return Offer(line.line, Stage.CONTRACT, live.price, live.currency, True, reason, rank=FIRST)


def _clock(ask: Ask, moment: datetime) -> str:
    return f"{moment.astimezone(ask.zone):%d.%m %H:%M}"
