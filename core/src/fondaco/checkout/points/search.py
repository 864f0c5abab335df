"""The pickup points that can be asked for at the checkout: of a carrier, near where a part goes."""

from collections.abc import Sequence

from msgspec.structs import replace

from fondaco.cart.service import Carts
from fondaco.checkout.form import Typed, destination_of
from fondaco.checkout.shipping import consignments_of
from fondaco.delivery.carriers import carriers_of
from fondaco.delivery.offers import offers_of
from fondaco.delivery.parcels import parcels_of
from fondaco.delivery.points import Parameters, middle_of
from fondaco.delivery.quotes import refresh_quotes
from fondaco.delivery.whereabouts import whereabouts_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import NotFound
from fondaco_sdk.towns import region_of, towns_of
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel, PointKind
from fondaco_sdk.types.reason import Reason

LONGEST = 100


def carrier_title(ask: AskContext, carrier: str) -> Reason:
    """What a carrier is called. Raises `NotFound` where it is not at work."""
    for one in carriers_of(ask.hall):
        if one.name == carrier:
            return one.carrier.title
    raise NotFound(NO_POINT)


async def parcel_of(ask: AskContext, typed: Typed, part: str) -> Parcel:
    """The part of the order that is to be brought. Raises `NotFound` where it is not."""
    view = await Carts(ask).view()
    request = destination_of(typed)
    if request is None or not view.cart.lines:
        raise NotFound(NO_POINT)
    consignments = await consignments_of(ask, request, view.cart)
    for parcel in await parcels_of(ask, consignments):
        if consignments[parcel.key].part == part:
            return parcel
    raise NotFound(NO_POINT)


async def offers_to_points(
    ask: AskContext, parcel: Parcel, carrier: str
) -> Sequence[DeliveryOffer]:
    """How a carrier brings a parcel to points of its own; it is asked where that is not known."""
    await refresh_quotes(ask, [parcel])
    open_ = (await offers_of(ask, [parcel])).open(parcel.key)
    return [offer for offer in open_ if offer.to_point and offer.carrier == carrier]


def kinds_of(offers: Sequence[DeliveryOffer]) -> tuple[PointKind, ...]:
    """What these offers end at."""
    return tuple(kind for kind in PointKind if any(offer.ends_at(kind) for offer in offers))


async def near(
    ask: AskContext, carrier: str, parcel: Parcel, kinds: tuple[PointKind, ...]
) -> Parameters:
    """The points of these kinds, in the towns of a parcel's address, that take it."""
    spot = parcel.destination
    lat, lon = await whereabouts_of(ask, spot)
    if lat is None:
        lat, lon = await middle_of(ask, carrier, spot)
    return Parameters(
        carrier,
        towns_of(spot),
        parcel.weight_kg,
        parcel.box,
        kinds,
        lat=lat,
        lon=lon,
        region=region_of(spot),
        exact=spot.lat is not None and spot.lon is not None,
    )


def filtered(wanted: Parameters, words: str, kinds: str, card: str) -> Parameters:
    """What cannot be read is not asked for. `kinds` have "|" between them."""
    known = wanted.kinds or tuple(PointKind)
    picked = tuple(kind for kind in known if kind in kinds[:LONGEST].split("|"))
    return replace(wanted, words=words[:LONGEST], kinds=picked or wanted.kinds, card=card == "1")


NO_POINT = Reason("checkout.no_points", "Такого пункта выдачи нет", "There is no such pickup point")
