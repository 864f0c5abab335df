"""The ways to bring parcels that are offered for them, and what of it is frozen with an order."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.delivery.points import ends_of
from fondaco.hooks.context import AskContext
from fondaco.pricing.vat import vat_inside
from fondaco_sdk.hooks.delivery import delivery_offers
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel
from fondaco_sdk.types.money import round_money

log = logging.getLogger("fondaco.delivery")

LONGEST_CODE = 200
_MOST = Decimal(10) ** 13
_RATES: TextClause = text(
    """
    select code, rate from fondaco.vat_rate
     where code = any(cast(:codes as text[])) and valid_from <= cast(:on as date)
       and (valid_to is null or valid_to >= cast(:on as date))
    """
)


class Brought(Struct, frozen=True):
    """How a shipment is brought: the offer that was chosen, its VAT and, for one, the pickup point.

    Money in the order's currency; `vat_rate` in percent.
    """

    offer: DeliveryOffer
    vat_rate: Decimal
    vat_amount: Decimal
    point_code: str = ""
    point_text: str = ""


class Offers(Struct, frozen=True):
    """What is offered for each parcel by its key, the cheapest first and the refused ones last."""

    by_parcel: Mapping[int, Sequence[DeliveryOffer]]
    rates: Mapping[str, Decimal]

    def of(self, parcel: int) -> Sequence[DeliveryOffer]:
        """Everything for one parcel, also what is refused."""
        return self.by_parcel.get(parcel, ())

    def open(self, parcel: int) -> Sequence[DeliveryOffer]:
        """What can be chosen for it."""
        return [offer for offer in self.of(parcel) if offer.refusal is None]

    def bring(
        self, offer: DeliveryOffer, currency: str, code: str = "", point: str = ""
    ) -> Brought:
        """An offer as it is frozen. The VAT is inside its price."""
        rate = self.rates[offer.vat]
        return Brought(offer, rate, vat_inside(offer.price, rate, currency), code, point)


async def offers_of(ask: AskContext, parcels: Sequence[Parcel]) -> Offers:
    """Ask everybody who brings goods; whoever fails offers nothing. Two statements of our own.

    What is for some kinds of points only is offered where the town has one that takes the parcel.
    """
    if not parcels:
        return Offers({}, {})
    collected = await ask.hall.hooks.collect(delivery_offers, ask=ask, parcels=parcels)
    offers = await _with_an_end(ask, parcels, [offer for _, offer in collected.proposals])
    if not offers:
        return Offers({}, {})
    today = ask.now.astimezone(ask.zone).date()
    codes = sorted({offer.vat for offer in offers})
    rates = dict(tuple(row) for row in await ask.fetch(_RATES, {"codes": codes, "on": today}))
    return Offers(sorted_out(parcels, offers, rates), rates)


async def _with_an_end(
    ask: AskContext, parcels: Sequence[Parcel], offers: Sequence[DeliveryOffer]
) -> Sequence[DeliveryOffer]:
    known = {parcel.key: parcel for parcel in parcels}
    asked = {(one.parcel, one.carrier) for one in offers if one.kinds and one.parcel in known}
    if not asked:
        return offers
    ends = await ends_of(ask, [(known[key], carrier) for key, carrier in sorted(asked)])
    return [
        offer
        for offer in offers
        if not offer.kinds
        or any(
            offer.ends_at(kind)
            for parcel, carrier, kind in ends
            if (parcel, carrier) == (offer.parcel, offer.carrier)
        )
    ]


def sorted_out(
    parcels: Sequence[Parcel], offers: Iterable[DeliveryOffer], rates: Mapping[str, Decimal]
) -> Mapping[int, Sequence[DeliveryOffer]]:
    """The offers that make sense, by their parcel; of several under one code the first stays."""
    currency = {parcel.key: parcel.currency for parcel in parcels}
    found: dict[int, dict[str, DeliveryOffer]] = {key: {} for key in currency}
    for offer in offers:
        if offer.parcel not in found or not _sound(offer, currency[offer.parcel], rates):
            log.warning("a delivery offer makes no sense and is left out: %s", offer)
        else:
            found[offer.parcel].setdefault(offer.code, offer)
    return {key: sorted(of_one.values(), key=_place) for key, of_one in found.items()}


def _sound(offer: DeliveryOffer, currency: str, rates: Mapping[str, Decimal]) -> bool:
    named = 0 < len(offer.code) <= LONGEST_CODE and " " not in offer.code
    priced = offer.price.is_finite() and 0 <= offer.price < _MOST
    fetched = not offer.to_point or bool(offer.carrier)
    return (
        named
        and priced
        and fetched
        and offer.vat in rates
        and offer.price == round_money(offer.price, currency)
    )


def _place(offer: DeliveryOffer) -> tuple[bool, Decimal, date, str]:
    return (
        offer.refusal is not None,
        offer.price,
        offer.arrives_until or date.max,
        offer.code,
    )
