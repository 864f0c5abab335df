"""How the parts of an order are brought: what is offered for each, and what the buyer chose."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fondaco.checkout.request import CheckoutRequest, DeliveryChoice
from fondaco.checkout.shipping import consignments_of
from fondaco.delivery.carriers import carriers_of
from fondaco.delivery.consign import Consignment
from fondaco.delivery.offers import Brought, Offers, offers_of
from fondaco.delivery.parcels import parcels_of
from fondaco.delivery.points import point_of
from fondaco.delivery.quotes import refresh_quotes
from fondaco.hooks.context import ActContext, AskContext
from fondaco_sdk.errors import UserError
from fondaco_sdk.providers.carrier import PickupPoint
from fondaco_sdk.towns import may_be_at
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel
from fondaco_sdk.types.money import is_figure
from fondaco_sdk.types.reason import Reason

FIELD = "offer"
_ZERO = Decimal(0)


class OfferGone(Exception):
    """A delivery that was chosen is not offered any more, or not for that price."""


class PartOffers(Struct, frozen=True):
    """A part of the order that is brought: what is offered for it, and what stands chosen.

    `wanted` is what was chosen before, where it is no longer offered so; `point` the pickup point
    of the choice as "carrier:code", `point_text` its name and address, `point_kind` its kind.
    `titles` are the names of the carriers at work.
    """

    part: str
    address: str
    offers: tuple[DeliveryOffer, ...]
    chosen: DeliveryOffer | None
    wanted: DeliveryChoice | None = None
    point: str = ""
    point_text: str = ""
    point_kind: str = ""
    titles: Mapping[str, Reason] = {}

    @property
    def to_point(self) -> bool:
        """Whether it can be brought to a pickup point."""
        return bool(self.carriers)

    @property
    def carriers(self) -> Sequence[str]:
        """Those who can bring it to a pickup point of theirs."""
        found = [one.carrier for one in self.offers if one.to_point and one.refusal is None]
        return list(dict.fromkeys(found))


class Deliveries(Struct, frozen=True):
    """The parts that are brought, in the order in which they become shipments; what is fetched
    costs nothing. Money in the order's currency, VAT included; `by_outlet` as limits count it.
    """

    parts: tuple[PartOffers, ...] = ()
    price: Decimal = _ZERO
    vat: Decimal = _ZERO
    by_outlet: Mapping[int | None, Decimal] = {}

    @property
    def unpriced(self) -> bool:
        """Whether the manager has still to say what some of it costs."""
        return any(part.chosen is None for part in self.parts)

    @property
    def changed(self) -> Sequence[PartOffers]:
        """Those that are no longer offered as they were chosen."""
        return [part for part in self.parts if part.wanted is not None]

    def on(self, cart: PricedCart) -> PricedCart:
        """The cart with what bringing it costs."""
        return replace(cart, delivery=self.price, delivery_vat=self.vat)


async def offered_where_chosen(
    ask: AskContext, request: CheckoutRequest | None, cart: PricedCart
) -> Deliveries:
    """For a page: nothing where no target is chosen yet, or none that may be."""
    try:
        return Deliveries() if request is None else await offered(ask, request, cart)
    except UserError:
        return Deliveries()


async def offered(ask: AskContext, request: CheckoutRequest, cart: PricedCart) -> Deliveries:
    """What is offered where the goods go, with the choices of `request`, or the usual ones.

    Carriers are asked first, for at most two seconds. Statements do not depend on the number of
    lines. Raises `UserError` as `consignments_of` does.
    """
    consignments = await consignments_of(ask, request, cart)
    parcels = await parcels_of(ask, consignments)
    await refresh_quotes(ask, parcels)
    offers = await offers_of(ask, parcels)
    choices = {choice.part: choice for choice in request.deliveries}
    parts, price, vat, by_outlet = [], _ZERO, _ZERO, dict[int | None, Decimal]()
    for parcel in parcels:
        consignment = consignments[parcel.key]
        part = await _part(ask, consignment, offers.of(parcel.key), choices.get(consignment.part))
        parts.append(part)
        if part.chosen is not None:
            brought = offers.bring(part.chosen, parcel.currency)
            outlet = consignment.target.outlet_id
            price, vat = price + part.chosen.price, vat + brought.vat_amount
            by_outlet[outlet] = by_outlet.get(outlet, _ZERO) + part.chosen.price
    return Deliveries(tuple(parts), price, vat, by_outlet)


async def _part(
    ask: AskContext,
    consignment: Consignment,
    offers: Sequence[DeliveryOffer],
    choice: DeliveryChoice | None,
) -> PartOffers:
    open_ = [offer for offer in offers if offer.refusal is None]
    same = next((one for one in open_ if choice is not None and one.code == choice.offer), None)
    part = PartOffers(
        part=consignment.part,
        address=consignment.target.address,
        offers=tuple(offers),
        chosen=same or usual(open_),
        wanted=choice if choice is not None and _differs(choice, same) else None,
        titles={one.name: one.carrier.title for one in carriers_of(ask.hall)},
    )
    if same is None or not same.to_point or choice is None:
        return part
    carrier, _, code = choice.point.partition(":")
    point = await point_of(ask, carrier, code) if carrier == same.carrier and code else None
    if point is None or not same.ends_at(point.kind):
        return part
    return replace(
        part, point=choice.point, point_text=f"{point.name}, {point.address}", point_kind=point.kind
    )


def usual(offers: Iterable[DeliveryOffer]) -> DeliveryOffer | None:
    """What stands chosen at first: the cheapest that needs no point, or else the cheapest."""
    found = list(offers)
    return next((one for one in found if not one.to_point), found[0] if found else None)


def _differs(choice: DeliveryChoice, offer: DeliveryOffer | None) -> bool:
    return offer is None or not is_figure(choice.price) or offer.price != choice.price


async def settled(
    act: ActContext, consignments: Sequence[Consignment], choices: Sequence[DeliveryChoice]
) -> Sequence[Brought | None]:
    """How each consignment is brought, asked for once more in the order's transaction.

    None: it is fetched, or nothing is offered for it, and it is brought as ever. Raises `OfferGone`
    where that is not what the buyer saw, `UserError` on "offer" for a pickup point that cannot be.
    """
    parcels = await parcels_of(act, consignments)
    offers = await offers_of(act, parcels)
    chosen = {choice.part: choice for choice in choices}
    found: list[Brought | None] = [None] * len(consignments)
    for parcel in parcels:
        choice = chosen.pop(consignments[parcel.key].part, None)
        found[parcel.key] = await _settle(act, parcel, offers, choice)
    if chosen:
        raise OfferGone
    return found


async def _settle(
    act: ActContext, parcel: Parcel, offers: Offers, choice: DeliveryChoice | None
) -> Brought | None:
    open_ = offers.open(parcel.key)
    if choice is None:
        if open_:
            raise OfferGone
        return None
    offer = next((one for one in open_ if one.code == choice.offer), None)
    if offer is None or _differs(choice, offer):
        raise OfferGone
    if not offer.to_point:
        return offers.bring(offer, parcel.currency)
    carrier, _, code = choice.point.partition(":")
    point = await point_of(act, carrier, code) if carrier == offer.carrier and code else None
    if point is None:
        raise UserError(_NO_POINT, {FIELD: _NO_POINT})
    refused = refusal_of(point, parcel, offer)
    if refused is not None:
        raise UserError(refused, {FIELD: refused})
    return offers.bring(offer, parcel.currency, code, f"{point.name}, {point.address}")


def refusal_of(point: PickupPoint, parcel: Parcel, offer: DeliveryOffer) -> Reason | None:
    """Why an offer of its carrier does not bring a parcel to a point; None where it does."""
    if not offer.ends_at(point.kind):
        return _OTHER_KIND
    if not may_be_at(parcel.destination, point.city, point.region, point.lat, point.lon):
        return _ELSEWHERE
    return None if point.takes(parcel) else _TOO_LARGE


_ELSEWHERE = Reason(
    "checkout.point_elsewhere",
    "Этот пункт в другом городе, цена доставки не для него: выберите пункт рядом с адресом",
    "This point is in another town and the price is not for it: choose one near the address",
)
_NO_POINT = Reason(
    "checkout.point",
    "Выберите пункт выдачи, в который привезти заказ",
    "Choose the pickup point where the order is to be brought",
)
_OTHER_KIND = Reason(
    "checkout.point_kind",
    "Цена доставки не для пункта этого вида: выберите другой пункт или другую доставку",
    "The price is not for a point of this kind: choose another point or another delivery",
)
_TOO_LARGE = Reason(
    "checkout.point_small",
    "Этот пункт не выдаёт посылки такого веса или размера: выберите другой",
    "This point does not hand out parcels of that weight or size: choose another one",
)
