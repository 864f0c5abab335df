"""What carriers take, as offers: from what they answered, never by a call."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import cast

from fondaco.delivery.carriers import carriers_of
from fondaco.delivery.quotes import Kept, day_of, kept_quotes, nearest, question_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel
from fondaco_sdk.types.reason import Reason


@impl
async def delivery_offers(ask: Ask, parcels: Sequence[Parcel]) -> Sequence[DeliveryOffer]:
    """The tariffs of every carrier, for the parcels that it carries. One statement."""
    context = cast("AskContext", ask)
    if not parcels or not carriers_of(context.hall):
        return ()
    known = await kept_quotes(context, parcels)
    return [
        offer
        for parcel in parcels
        for kept in nearest(known[question_of(parcel)], day_of(context, parcel), context.now)
        for offer in _offers(context, parcel, kept)
    ]


def _offers(ask: AskContext, parcel: Parcel, kept: Kept) -> Iterator[DeliveryOffer]:
    """A silent carrier's last word is marked; its days move with the day it gets the goods."""
    settings = ask.hall.settings.delivery
    ready = day_of(ask, parcel)
    stale = not kept.holds(ready, ask.now)
    if stale and not kept.younger(settings.stale_hours, ask.now):
        return
    carrier = next(one.carrier for one in carriers_of(ask.hall) if one.name == kept.carrier)
    moved = max(ready - kept.day, timedelta(0))
    for quote in kept.quotes:
        if quote.currency != parcel.currency:
            continue
        title = carrier.title
        yield DeliveryOffer(
            parcel=parcel.key,
            code=f"{kept.carrier}:{quote.tariff}",
            title=Reason(
                "delivery.carrier",
                f"{title.ru}: {quote.title.ru}",
                f"{title.en}: {quote.title.en}",
            ),
            price=quote.price,
            vat=settings.vat,
            arrives_from=quote.arrives_from + moved,
            arrives_until=quote.arrives_until + moved,
            carrier=kept.carrier,
            to_point=quote.to_point,
            stale=stale,
            kinds=quote.kinds,
        )
