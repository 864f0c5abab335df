"""Choosing a pickup point page by page, without a script: the draft carries the rest."""

from urllib.parse import urlencode

from msgspec.structs import replace

from fondaco.cart.reading import customer_of
from fondaco.cart.service import Carts
from fondaco.checkout.choices import read_choices
from fondaco.checkout.deliveries import PartOffers, offered, refusal_of
from fondaco.checkout.draft import read_draft, save_draft
from fondaco.checkout.form import Typed, destination_of
from fondaco.checkout.points.search import (
    NO_POINT,
    carrier_title,
    filtered,
    kinds_of,
    near,
    offers_to_points,
    parcel_of,
)
from fondaco.delivery.points import point_of, points_near
from fondaco.hooks.context import AskContext
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.delivery import DeliveryOffer, PointKind
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "order.place"
BACK = "/checkout#bring"


def points_href(carrier: str, part: str) -> str:
    """Where the points of a carrier for a part of the order are chosen."""
    return f"/checkout/points/choose?{urlencode({'carrier': carrier, 'of': part})}"


@route("GET", "/checkout/points/choose", policy=POLICY)
async def points_page(
    ask: AskContext,
    carrier: str,
    of: str = "",
    point_words: str = "",
    point_kind: str = "",
    point_card: str = "",
) -> Page:
    """The nearest points that fit the filters, for the address that is kept with the cart.

    Raises `NotFound` where that part is not brought, or the carrier is not at work.
    """
    title = carrier_title(ask, carrier)
    parcel = await parcel_of(ask, await _draft(ask), of)
    kinds = kinds_of(await offers_to_points(ask, parcel, carrier))
    wanted = filtered(await near(ask, carrier, parcel, kinds), point_words, point_kind, point_card)
    context = {
        "carrier": carrier,
        "part": of,
        "title": title,
        "address": parcel.destination.text,
        "kinds": kinds,
        "picked": point_kind,
        "wanted": wanted,
        "found": await points_near(ask, wanted),
        "plain": True,
    }
    return Page("checkout/points_page.html", context)


@route("POST", "/checkout/points/choose", policy=POLICY)
async def take_point(ask: AskContext, form: Form, carrier: str, of: str = "") -> Redirect:
    """Bring a part of the order to a point of the carrier; the checkout goes on from there.

    Raises `NotFound` for a point that is not there.
    """
    carrier_title(ask, carrier)
    code, typed = form.text("point"), await _draft(ask)
    parcel = await parcel_of(ask, typed, of)
    point = await point_of(ask, carrier, code)
    if point is None:
        raise NotFound(NO_POINT)
    offer = await _offer(ask, typed, carrier, point.kind, of)
    refused = refusal_of(point, parcel, offer)
    if refused is not None:
        return Redirect(points_href(carrier, of), refused=refused)
    chosen = replace(
        typed,
        offers={**typed.offers, of: f"{offer.price} {offer.code}"},
        points={**typed.points, of: f"{carrier}:{code}"},
    )
    async with ask.act() as act:
        await save_draft(act, chosen)
    return Redirect(BACK)


async def _draft(ask: AskContext) -> Typed:
    return await read_draft(ask, await read_choices(ask, customer_of(ask)))


async def _offer(
    ask: AskContext, typed: Typed, carrier: str, kind: PointKind, part: str
) -> DeliveryOffer:
    """The offer that stands chosen where it goes to such a point, or else the carrier's first that
    does, or any that goes to a point."""
    view, request = await Carts(ask).view(), destination_of(typed)
    parts = () if request is None else (await offered(ask, request, view.cart)).parts
    found = [offer for one in parts if one.part == part for offer in _to_points(one, carrier)]
    if not found:
        raise NotFound(NO_POINT)
    return next((offer for offer in found if offer.ends_at(kind)), found[0])


def _to_points(part: PartOffers, carrier: str) -> list[DeliveryOffer]:
    fitting = [
        one
        for one in part.offers
        if one.to_point and one.carrier == carrier and one.refusal is None
    ]
    return sorted(fitting, key=lambda one: one != part.chosen)
