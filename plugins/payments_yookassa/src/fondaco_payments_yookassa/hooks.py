"""What the plugin answers the kernel."""

from collections.abc import Mapping, Sequence

from fondaco_payments_yookassa.settings import Way, YooKassa
from fondaco_payments_yookassa.wording import (
    BUSINESS,
    CARD,
    LEAST,
    NO_REFUNDS,
    ONLY_ROUBLES,
    SBP,
    TOO_LITTLE,
    at_most,
)
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import PaymentOption
from fondaco_sdk.types.reason import Reason

_TITLES: Mapping[Way, Reason] = {"card": CARD, "sbp": SBP, "b2b_sberbank": BUSINESS}


@impl
async def payment_options(ask: Ask, draft: PricedCart) -> Sequence[PaymentOption]:
    """The ways of the settings, up to their limits; nothing where there is no shop."""
    settings = ask.settings(YooKassa)
    if not settings.shop_id:
        return ()
    refusal = None
    if draft.quote.currency != "RUB":
        refusal = ONLY_ROUBLES
    elif draft.total < LEAST:
        refusal = TOO_LITTLE
    return [
        PaymentOption(
            f"yookassa_{way}",
            _TITLES[way],
            note=_note(ask, settings, way),
            refusal=refusal,
            up_to=settings.most.get(way),
            before=True,
            provider="yookassa",
        )
        for way in settings.ways
    ]


def _note(ask: Ask, settings: YooKassa, way: Way) -> Reason | None:
    most = settings.most.get(way)
    if most is not None:
        return at_most(ask.words, most)
    return NO_REFUNDS if way == "b2b_sberbank" else None
