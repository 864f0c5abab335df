"""Choosing a pickup point at the checkout: a list beside a map, of those that take the parcel."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from litestar import Request, Response
from msgspec import Struct
from msgspec.structs import replace

from fondaco.checkout.draft import save_draft
from fondaco.checkout.form import choices_of, typed_in
from fondaco.checkout.points.search import (
    NO_POINT,
    carrier_title,
    filtered,
    kinds_of,
    near,
    offers_to_points,
    parcel_of,
)
from fondaco.checkout.points.without_script import points_href
from fondaco.delivery.points import Parameters, point_of, points_near, points_on_map
from fondaco.hooks.context import AskContext
from fondaco.lookup.towns import localities_of
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.towns import plain, words_of
from fondaco_sdk.types.delivery import Box, box
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "order.place"
LONGEST_TOWNS = 1000
MOST_TOWNS = 30


@route("POST", "/checkout/points", policy=POLICY)
async def choose_point(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, carrier: str, of: str = ""
) -> Page | Redirect:
    """The points of a carrier for one part of the order: filters, the nearest ones, and the map.

    They are of the kinds that the carrier brings this part to; where the offer that stands chosen
    is for one kind only, its points are shown at first. Without a script they have a page of their
    own, and what was typed is kept meanwhile. Raises `NotFound` where that part is not brought, or
    the carrier is not at work.
    """
    title, typed = carrier_title(ask, carrier), typed_in(form)
    parcel = await parcel_of(ask, typed, of)
    if not is_htmx(request):
        async with ask.act() as act:
            await save_draft(act, typed)
        return Redirect(points_href(carrier, of))
    offers = await offers_to_points(ask, parcel, carrier)
    kinds = kinds_of(offers)
    wanted = await near(ask, carrier, parcel, kinds)
    chosen = kinds_of([one for one in offers if one.code == _chosen(form, of)])
    first = chosen if len(chosen) == 1 else kinds
    context = {
        "part": of,
        "carrier": carrier,
        "title": title,
        "asked": _asked(wanted),
        "kinds": kinds,
        "chosen": first[0] if len(first) == 1 else "",
        "map": ask.hall.settings.map,
        "wanted": wanted,
        "found": await points_near(ask, replace(wanted, kinds=first)),
    }
    return Page("checkout/points.html", context)


@route("GET", "/checkout/points/list", policy=POLICY)
async def list_points(
    ask: AskContext,
    carrier: str,
    towns: str = "",
    kg: str = "",
    sides: str = "",
    lat: str = "",
    lon: str = "",
    region: str = "",
    exact: str = "",
    kinds: str = "",
    point_words: str = "",
    point_kind: str = "",
    point_card: str = "",
) -> Page:
    """The nearest points that fit the filters."""
    place = _Place(towns, lat, lon, region, exact)
    wanted = _wanted(carrier, place, kg, sides, point_words, point_kind or kinds, point_card)
    found = await points_near(ask, wanted)
    return Page("checkout/points_list.html", {"carrier": carrier, "found": found})


@route("GET", "/checkout/points/map", policy=POLICY)
async def map_points(
    ask: AskContext,
    carrier: str,
    bbox: str,
    zoom: int,
    towns: str = "",
    kg: str = "",
    sides: str = "",
    lat: str = "",
    lon: str = "",
    region: str = "",
    exact: str = "",
    kinds: str = "",
    point_words: str = "",
    point_kind: str = "",
    point_card: str = "",
) -> Response[Mapping[str, Any]]:
    """What a map shows between south, west, north and east (`bbox`, degrees, with commas between):
    `points` as [code, lat, lon, kind] or `clusters` as [how many, lat, lon], and the largest
    `towns` as [name, lat, lon]."""
    place = _Place(towns, lat, lon, region, exact)
    wanted = _wanted(carrier, place, kg, sides, point_words, point_kind or kinds, point_card)
    corners = [_degrees(one) for one in bbox.split(",")]
    known = [one for one in corners if one is not None]
    if len(corners) != 4 or len(known) != 4:
        raise UserError(_NO_BOX, {"bbox": _NO_BOX})
    south, west, north, east = known
    shown = await points_on_map(ask, wanted, (south, west, north, east), zoom)
    known_towns = await localities_of(ask)
    named = [
        [one.name, float(one.lat or 0), float(one.lon or 0)]
        for one in known_towns.between(south, west, north, east, MOST_TOWNS)
    ]
    return Response({**shown, "towns": named})


@route("GET", "/checkout/points/one", policy=POLICY)
async def one_point(ask: AskContext, carrier: str, code: str) -> Page:
    """One point, for the map. Raises `NotFound`."""
    point = await point_of(ask, carrier, code)
    if point is None:
        raise NotFound(NO_POINT)
    return Page("checkout/point_card.html", {"carrier": carrier, "point": point, "distance": None})


def _chosen(form: Form, part: str) -> str:
    """The code of the offer that stands chosen for a part, "" for none."""
    return next((one.offer for one in choices_of(typed_in(form)) if one.part == part), "")


def _asked(wanted: Parameters) -> Mapping[str, str]:
    """The parcel and its destination, as the list and the map are asked with them."""
    sides = wanted.box and (wanted.box.length, wanted.box.width, wanted.box.height)
    said = {
        "carrier": wanted.carrier,
        "towns": "|".join(sorted(wanted.towns)),
        "kg": "" if wanted.kg is None else str(wanted.kg),
        "sides": "x".join(map(str, sides)) if sides else "",
        "lat": "" if wanted.lat is None else f"{wanted.lat:.5f}",
        "lon": "" if wanted.lon is None else f"{wanted.lon:.5f}",
        "region": wanted.region,
        "exact": "1" if wanted.exact else "",
        "kinds": "|".join(wanted.kinds),
    }
    return {name: value for name, value in said.items() if value}


class _Place(Struct, frozen=True):
    """Where the goods go, as it was told; see `Parameters`."""

    towns: str
    lat: str
    lon: str
    region: str
    exact: str


def _wanted(
    carrier: str, place: _Place, kg: str, sides: str, words: str, kinds: str, card: str
) -> Parameters:
    """What cannot be read is not asked for."""
    lat, lon = _degrees(place.lat), _degrees(place.lon)
    wanted = Parameters(
        carrier=carrier,
        towns=frozenset(filter(None, map(plain, place.towns[:LONGEST_TOWNS].split("|")))),
        kg=_number(kg),
        box=_box(sides),
        lat=lat,
        lon=lon,
        region=next(iter(words_of(place.region[:LONGEST_TOWNS])), ""),
        exact=place.exact == "1" and lat is not None and lon is not None,
    )
    return filtered(wanted, words, kinds, card)


def _box(sides: str) -> Box | None:
    found = [_number(one) for one in sides.split("x")]
    known = [one for one in found if one is not None]
    return box(*known) if len(known) == len(found) == 3 else None


def _number(typed: str) -> Decimal | None:
    try:
        found = Decimal(typed)
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < Decimal(10) ** 6 else None


def _degrees(typed: str) -> float | None:
    try:
        found = float(typed)
    except ValueError:
        return None
    return found if -360 <= found <= 360 else None


_NO_BOX = Reason("checkout.bbox", "Нужны четыре числа", "Four numbers are needed")
